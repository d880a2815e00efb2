-- Every event leaves a dead row when it is marked as published and another when it is pruned. Vacuumed early, their space and their
-- entries in the index of what waits are used again soon, however large the table is.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
