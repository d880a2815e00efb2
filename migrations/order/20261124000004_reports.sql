-- What reports are made of. The worker counts events into these tables as they come in (backend/worker/src/projection.rs); nothing
-- else writes them, and `./tradewind rebuild-reports` makes them anew. Amounts are in cents of EUR.

-- How far each aggregate is counted: an event with a sequence that is not larger has been. Of an order also what later events need.
CREATE TABLE report_aggregates (
    aggregate_id uuid PRIMARY KEY,
    sequence     bigint NOT NULL,
    number       text,
    -- Those of order.placed: [{"sku", "quantity", "unit_price": {"amount"}}].
    lines        jsonb,
    paid         bigint,
    paid_at      timestamptz
) WITH (fillfactor = 80);

-- Several rows of a minute, told apart by `shard`, so that events that are counted side by side do not wait for one row.
CREATE TABLE report_minutes (
    minute            timestamptz NOT NULL,
    shard             smallint NOT NULL,
    placed            bigint NOT NULL,
    paid              bigint NOT NULL,
    revenue           bigint NOT NULL,
    cancelled         bigint NOT NULL,
    cancelled_revenue bigint NOT NULL,
    refunds           bigint NOT NULL,
    refunded          bigint NOT NULL,
    views             bigint NOT NULL,
    carts             bigint NOT NULL,
    checkouts         bigint NOT NULL,
    PRIMARY KEY (minute, shard)
) WITH (fillfactor = 80);

-- Pieces in paid orders.
CREATE TABLE report_products (
    hour    timestamptz NOT NULL,
    sku     text NOT NULL,
    shard   smallint NOT NULL,
    pieces  bigint NOT NULL,
    revenue bigint NOT NULL,
    PRIMARY KEY (hour, sku, shard)
) WITH (fillfactor = 80);

-- Pages of products that were asked for.
CREATE TABLE report_views (
    hour   timestamptz NOT NULL,
    handle text NOT NULL,
    shard  smallint NOT NULL,
    views  bigint NOT NULL,
    PRIMARY KEY (hour, handle, shard)
) WITH (fillfactor = 80);

-- The last events, in the order in which they were counted; old ones are deleted.
CREATE TABLE report_events (
    position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid NOT NULL,
    event_type   text NOT NULL,
    aggregate_id uuid NOT NULL,
    sequence     bigint NOT NULL,
    number       text,
    amount       bigint,
    occurred_at  timestamptz NOT NULL
);

-- The funnel's steps are events of the cart. A cart counts once, from its first line until it is ordered or empty again.
ALTER TABLE carts ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE carts ADD COLUMN stage text NOT NULL DEFAULT 'empty' CHECK (stage IN ('empty', 'started', 'checkout'));
UPDATE carts SET stage = 'started' WHERE EXISTS (SELECT FROM cart_lines l WHERE l.owner = carts.owner);
