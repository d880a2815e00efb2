-- Paying again, cancelling, returning; the ledger; and stock levels that are told.

-- An order may be paid for again with another card; NULL is the order's own.
ALTER TABLE payments ADD COLUMN payment_token text;
ALTER TABLE payments DROP CONSTRAINT payments_state_check;
-- 'capturing': the parcel is about to leave, and the order can no longer be cancelled.
ALTER TABLE payments ADD CONSTRAINT payments_state_check
    CHECK (state IN ('requested', 'authorized', 'declined', 'capturing', 'captured', 'voided', 'refunded'));

ALTER TABLE order_timers DROP CONSTRAINT order_timers_kind_check;
ALTER TABLE order_timers ADD CONSTRAINT order_timers_kind_check
    CHECK (kind IN ('authorize', 'resolve_payment', 'ship', 'deliver', 'end_hold', 'void', 'refund'));

-- Double entry: a posting is one movement of money, and its rows sum to zero. 'authorized' is what the bank keeps
-- aside for us, 'captured' what is ours, 'shopper' the counterpart.
CREATE TABLE ledger_entries (
    order_id  uuid NOT NULL REFERENCES orders (id),
    -- '<attempt>:authorize', '<attempt>:capture', '<attempt>:void' or 'return:<id>'. One of a name, so none is made twice.
    posting   text NOT NULL,
    account   text NOT NULL CHECK (account IN ('authorized', 'captured', 'shopper')),
    -- Minor units.
    amount    bigint NOT NULL CHECK (amount <> 0),
    currency  char(3) NOT NULL DEFAULT 'EUR',
    posted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, posting, account)
);

-- What moved before there was a ledger.
INSERT INTO ledger_entries (order_id, posting, account, amount, posted_at)
SELECT p.order_id, p.attempt || ':' || m.posting, e.account, e.sign * p.amount, p.updated_at
FROM payments p
JOIN (VALUES ('authorize', '{authorized,captured,voided,refunded}'::text[]), ('capture', '{captured,refunded}'), ('void', '{voided}'))
    AS m (posting, states) ON p.state = ANY (m.states)
CROSS JOIN LATERAL (VALUES
    (CASE m.posting WHEN 'authorize' THEN 'shopper' ELSE 'authorized' END, -1),
    (CASE m.posting WHEN 'authorize' THEN 'authorized' WHEN 'capture' THEN 'captured' ELSE 'shopper' END, 1)) AS e (account, sign)
WHERE p.authorization_id IS NOT NULL;

CREATE TABLE returns (
    id           uuid PRIMARY KEY,
    order_id     uuid NOT NULL REFERENCES orders (id),
    state        text NOT NULL CHECK (state IN ('requested', 'accepted', 'rejected', 'refunded')),
    reason       text NOT NULL,
    -- What is paid back when it is accepted, minor units.
    amount       bigint NOT NULL CHECK (amount > 0),
    requested_at timestamptz NOT NULL DEFAULT now(),
    decided_at   timestamptz,
    decided_by   uuid
);
-- One at a time.
CREATE UNIQUE INDEX returns_open ON returns (order_id) WHERE state IN ('requested', 'accepted');
CREATE INDEX returns_by_order ON returns (order_id, requested_at);

CREATE TABLE return_lines (
    return_id uuid NOT NULL REFERENCES returns (id),
    sku       text NOT NULL,
    quantity  integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (return_id, sku)
);

-- The sequence of events of aggregates whose row is too hot, or too far away, to be locked for it.
CREATE TABLE aggregate_sequences (
    aggregate_id uuid PRIMARY KEY,
    sequence     bigint NOT NULL
);

-- The availability that was told last; until then it is that of `initial`.
ALTER TABLE stock ADD COLUMN announced text CHECK (announced IN ('in_stock', 'low', 'out'));

-- When an attempt was last compared with the provider; before its last change, or never, it is still to be.
ALTER TABLE payments ADD COLUMN compared_at timestamptz;
CREATE INDEX payments_to_compare ON payments (updated_at) WHERE compared_at IS NULL OR compared_at < updated_at;

-- What the ledger and the provider say differently, found by the reconciliation; a row goes when they agree again.
CREATE TABLE payment_differences (
    order_id      uuid NOT NULL REFERENCES orders (id),
    attempt       integer NOT NULL,
    ours          text NOT NULL,
    theirs        text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, attempt)
);
