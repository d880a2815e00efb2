-- Idempotency, outbox and inbox: the same tables in every service's database.

CREATE TABLE idempotency_keys (
    identity    uuid NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL,
    -- SHA-256 of method, path and canonical body.
    fingerprint bytea NOT NULL,
    status      smallint NOT NULL,
    body        bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (identity, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE outbox (
    -- Insertion order; per aggregate it is also the commit order, because an aggregate's writers hold its row's lock.
    position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id       uuid NOT NULL UNIQUE,
    topic          text NOT NULL,
    event_type     text NOT NULL,
    event_version  integer NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id   uuid NOT NULL,
    -- 1, 2, 3 ... per aggregate.
    sequence       bigint NOT NULL,
    payload        jsonb NOT NULL,
    traceparent    text,
    occurred_at    timestamptz NOT NULL DEFAULT now(),
    published_at   timestamptz,
    -- The slice that one relay owns at a time.
    slice          smallint NOT NULL GENERATED ALWAYS AS ((hashtextextended(aggregate_id::text, 0) & 15)::smallint) STORED,
    CONSTRAINT outbox_sequence_key UNIQUE (aggregate_id, sequence)
);
CREATE INDEX outbox_unpublished ON outbox (slice, position) WHERE published_at IS NULL;

CREATE TABLE inbox (
    consumer   text NOT NULL,
    event_id   uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

-- Messages that can never be handled, with their bytes and the cause.
CREATE TABLE dead_letters (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer   text NOT NULL,
    topic      text NOT NULL,
    partition  integer NOT NULL,
    kafka_offset bigint NOT NULL,
    key        bytea,
    payload    bytea,
    headers    jsonb NOT NULL DEFAULT '{}',
    cause      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (consumer, topic, partition, kafka_offset)
);
