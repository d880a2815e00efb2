-- What the rules join with and no table of the shop holds; gone when the transaction ends.

-- Every message that can be read, as it lies in Kafka; `at` is when it was sent.
CREATE TEMP TABLE check_published (
    topic text, partition integer, kafka_offset bigint, at timestamptz, event_id uuid, event_type text, aggregate_id uuid, sequence bigint,
    occurred_at timestamptz
) ON COMMIT DROP;
CREATE TEMP TABLE check_unreadable (topic text, partition integer, kafka_offset bigint, at timestamptz, event_type text) ON COMMIT DROP;
-- Partitions whose beginning Kafka has forgotten.
CREATE TEMP TABLE check_truncated (topic text, partition integer, first_at timestamptz) ON COMMIT DROP;
-- Topics that this database's outbox feeds.
CREATE TEMP TABLE check_topics (name text) ON COMMIT DROP;
-- The table of steps; nothing comes before the first.
CREATE TEMP TABLE check_steps (before text, after text) ON COMMIT DROP;
-- Who notes which events; since when is in the inbox's own horizon.
CREATE TEMP TABLE check_consumers (name text, event_type text, since timestamptz) ON COMMIT DROP;
-- Rows that are younger are in the outbox, whatever was pruned.
CREATE TEMP TABLE check_horizon (outbox timestamptz) ON COMMIT DROP;
-- Events that wait among the dead letters, or parked behind one.
CREATE TEMP TABLE check_put_aside (consumer text, event_id uuid, dead boolean, cause text) ON COMMIT DROP;
-- From the history of what clients saw.
CREATE TEMP TABLE check_answers (line bigint, identity uuid, key text, outcome text, order_id uuid) ON COMMIT DROP;
CREATE TEMP TABLE check_writes (id uuid, version bigint, timeline bigint, lsn bigint) ON COMMIT DROP;
CREATE TEMP TABLE check_reads (line bigint, id uuid, version bigint, timeline bigint, lsn bigint) ON COMMIT DROP;
CREATE TEMP TABLE check_poison (event_id uuid) ON COMMIT DROP;
