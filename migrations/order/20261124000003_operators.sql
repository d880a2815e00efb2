-- What operators see and do: their deeds, how the workers are doing, and orders found by whatever one knows of them.

-- Who did what, written in the transaction that does it. Rows are only ever added.
CREATE TABLE audit_entries (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    -- An operator's id in the user service.
    actor    uuid NOT NULL,
    action   text NOT NULL,
    -- An order's number, a dead letter's id.
    subject  text NOT NULL,
    reason   text NOT NULL,
    -- W3C trace id.
    trace_id text
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries EXECUTE FUNCTION refuse_change();

-- What each worker says every 2 s of each database's outbox. Only it can see them both.
CREATE TABLE worker_reports (
    instance             text NOT NULL,
    database             text NOT NULL CHECK (database IN ('orders', 'users')),
    -- Of the whole database, whoever says it.
    waiting              bigint NOT NULL,
    oldest_ms            bigint NOT NULL,
    slices_owned         integer NOT NULL,
    -- By this worker's relays.
    published_per_second double precision NOT NULL,
    reported_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (instance, database)
);

-- The same of each consumer: messages before the end of the partitions that this worker has; NULL while it does not know.
CREATE TABLE worker_lags (
    instance    text NOT NULL,
    consumer    text NOT NULL,
    lag         bigint,
    reported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (instance, consumer)
);

-- Whether what came back can be sold again; NULL until somebody has decided, and of what was decided before there was a choice.
ALTER TABLE returns ADD COLUMN restocked boolean;

-- Pages of all orders, of those in a state, and of those to addresses that begin with something.
CREATE INDEX orders_by_time ON orders (placed_at DESC, id DESC);
CREATE INDEX orders_by_status ON orders (status, placed_at DESC, id DESC);
CREATE INDEX orders_by_email ON orders (lower(email) text_pattern_ops, placed_at DESC, id DESC);

-- Dead letters are listed by state; of one cause, they are redriven together.
CREATE INDEX dead_letters_by_state ON dead_letters (state, id DESC);
