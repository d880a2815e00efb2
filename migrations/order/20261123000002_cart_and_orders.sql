-- Carts, shipping and orders.

CREATE TABLE carts (
    owner      uuid PRIMARY KEY,
    version    bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cart_lines (
    owner    uuid NOT NULL REFERENCES carts (owner) ON DELETE CASCADE,
    sku      text NOT NULL REFERENCES variants (sku),
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (owner, sku)
);

-- A guest's cart and orders belong to one user, once.
CREATE TABLE guest_claims (
    guest      uuid PRIMARY KEY,
    claimed_by uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shipping_methods (
    id        text PRIMARY KEY,
    title     text NOT NULL,
    -- ISO 3166-1 alpha-2.
    countries text[] NOT NULL,
    -- Minor units, tax included; free from this subtotal on, when given.
    price     bigint NOT NULL CHECK (price >= 0),
    free_from bigint,
    min_days  integer NOT NULL,
    max_days  integer NOT NULL CHECK (max_days >= min_days),
    position  integer NOT NULL
);

INSERT INTO shipping_methods (id, title, countries, price, free_from, min_days, max_days, position) VALUES
    ('standard', 'Standard', '{DE,AT,BE,CZ,DK,ES,FI,FR,IE,IT,NL,PL,PT,SE}', 490, 6000, 2, 4, 1),
    ('standard-abroad', 'Standard', '{CH,GB}', 1290, NULL, 4, 7, 1),
    ('express', 'Express', '{DE,AT,BE,CZ,DK,FR,NL,PL}', 1190, NULL, 1, 1, 2);

CREATE TABLE orders (
    id               uuid PRIMARY KEY,
    number           text NOT NULL,
    -- Whose it is now; and the identity that placed it, also after a guest's orders were claimed.
    owner            uuid NOT NULL,
    placed_by        uuid NOT NULL,
    idempotency_key  text NOT NULL,
    status           text NOT NULL CHECK (status IN ('placed', 'payment_pending', 'payment_failed', 'paid', 'shipped',
                                                     'delivered', 'return_requested', 'refunded', 'cancelled')),
    version          bigint NOT NULL,
    email            text NOT NULL,
    shipping_address jsonb NOT NULL,
    shipping_method  text NOT NULL REFERENCES shipping_methods (id),
    payment_token    text NOT NULL,
    currency         char(3) NOT NULL,
    subtotal         bigint NOT NULL,
    shipping         bigint NOT NULL,
    tax              bigint NOT NULL,
    total            bigint NOT NULL,
    placed_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_number_key UNIQUE (number),
    CONSTRAINT orders_one_per_key UNIQUE (placed_by, idempotency_key),
    CONSTRAINT orders_total_adds_up CHECK (total = subtotal + shipping)
);
CREATE INDEX orders_by_owner ON orders (owner, placed_at DESC, id DESC);

CREATE TABLE order_lines (
    order_id   uuid NOT NULL REFERENCES orders (id),
    position   integer NOT NULL,
    sku        text NOT NULL,
    quantity   integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    unit_price bigint NOT NULL CHECK (unit_price > 0),
    -- As they were when it was placed.
    handle     text NOT NULL,
    title      text NOT NULL,
    family     text NOT NULL,
    options    jsonb NOT NULL,
    PRIMARY KEY (order_id, position)
);

-- The order's way: one row a step, version 1 is 'placed'.
CREATE TABLE order_history (
    order_id uuid NOT NULL REFERENCES orders (id),
    version  bigint NOT NULL,
    status   text NOT NULL,
    reason   text,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, version)
);

-- Pieces set aside for an order: held until paid, then claimed; or released.
CREATE TABLE holds (
    order_id   uuid NOT NULL REFERENCES orders (id),
    sku        text NOT NULL REFERENCES stock (sku),
    quantity   integer NOT NULL CHECK (quantity > 0),
    state      text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'claimed', 'released')),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX holds_by_end ON holds (expires_at) WHERE state = 'held';

-- Each attempt to be paid; `reference` is what the provider knows it by.
CREATE TABLE payments (
    order_id         uuid NOT NULL REFERENCES orders (id),
    attempt          integer NOT NULL,
    reference        text NOT NULL UNIQUE,
    amount           bigint NOT NULL,
    state            text NOT NULL CHECK (state IN ('requested', 'authorized', 'declined', 'captured', 'voided', 'refunded')),
    authorization_id uuid,
    reason           text,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, attempt)
);

-- What is to happen to an order at a time of the database's clock; swept with SKIP LOCKED.
CREATE TABLE order_timers (
    order_id    uuid NOT NULL REFERENCES orders (id),
    kind        text NOT NULL CHECK (kind IN ('authorize', 'resolve_payment', 'ship', 'deliver', 'end_hold')),
    due_at      timestamptz NOT NULL,
    -- The trace that the step belongs to.
    traceparent text,
    attempts    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, kind)
);
CREATE INDEX order_timers_due ON order_timers (due_at);
