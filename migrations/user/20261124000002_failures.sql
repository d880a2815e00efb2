-- Retries, parking, dead letters and what operators decide about them (ADR 0009).

-- An aggregate that a consumer cannot go on with: one of its events failed, and the later ones wait behind it.
CREATE TABLE blocked_aggregates (
    consumer     text NOT NULL,
    aggregate_id uuid NOT NULL,
    -- The event that failed.
    event_id     uuid NOT NULL,
    -- retrying: on its way through the retry topics; dead: until an operator decides; releasing: the worker takes what waits.
    state        text NOT NULL CHECK (state IN ('retrying', 'dead', 'releasing')),
    -- How often it failed.
    attempt      integer NOT NULL,
    cause        text NOT NULL,
    -- When the next try, or somebody who takes over from a dead worker, may come.
    due_at       timestamptz NOT NULL,
    blocked_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, aggregate_id)
);
CREATE INDEX blocked_aggregates_due ON blocked_aggregates (consumer, due_at) WHERE state <> 'dead';

-- What waits for an aggregate to go on, the failed event first. The foreign key is the guard: nothing waits for what is not
-- blocked, so nothing is forgotten.
CREATE TABLE held_messages (
    consumer     text NOT NULL,
    aggregate_id uuid NOT NULL,
    sequence     bigint NOT NULL,
    event_id     uuid NOT NULL,
    event_type   text NOT NULL,
    -- Where it stood first.
    topic        text NOT NULL,
    partition    integer NOT NULL,
    kafka_offset bigint NOT NULL,
    key          bytea,
    payload      bytea NOT NULL,
    headers      jsonb NOT NULL,
    held_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, aggregate_id, sequence, event_id),
    FOREIGN KEY (consumer, aggregate_id) REFERENCES blocked_aggregates
);

-- Null where the bytes could not be read: then nobody knows what they are, and nothing waits behind them.
ALTER TABLE dead_letters
    ADD COLUMN event_id     uuid,
    ADD COLUMN event_type   text,
    ADD COLUMN aggregate_id uuid,
    ADD COLUMN sequence     bigint,
    ADD COLUMN attempt      integer NOT NULL DEFAULT 1,
    ADD COLUMN state        text NOT NULL DEFAULT 'dead' CHECK (state IN ('dead', 'redriving', 'redriven', 'discarded'));
CREATE INDEX dead_letters_event ON dead_letters (consumer, event_id);
CREATE INDEX dead_letters_open ON dead_letters (id) WHERE state IN ('dead', 'redriving');

-- Who decided what about a dead letter, when and why; rows are only added.
CREATE TABLE dead_letter_decisions (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dead_letter_id bigint NOT NULL REFERENCES dead_letters,
    action         text NOT NULL CHECK (action IN ('redrive', 'discard')),
    actor          text NOT NULL,
    reason         text NOT NULL,
    decided_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letter_decisions_letter ON dead_letter_decisions (dead_letter_id);

-- Every event leaves a dead row when it is marked as published and another when it is pruned. Vacuumed early, their space and their
-- entries in the index of what waits are used again soon, however large the table is.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
