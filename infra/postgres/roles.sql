-- Roles and databases, run on every `up`: each statement can be repeated.
-- Passwords come as psql variables, from files that only the owner can read.
\set ON_ERROR_STOP on
\set QUIET on
-- A statement that fails must not print a password into the log.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['user_service', 'order_service', 'replicator']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE user_service PASSWORD :'user_service';
ALTER ROLE order_service PASSWORD :'order_service';
ALTER ROLE replicator REPLICATION PASSWORD :'replicator';

SELECT format('CREATE DATABASE %I OWNER %I', database, owner)
FROM (VALUES ('users', 'user_service'), ('orders', 'order_service')) AS wanted (database, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = database) \gexec

-- PUBLIC may connect to a new database; with that gone, each service reaches its own only.
REVOKE ALL ON DATABASE users, orders, postgres, template1 FROM PUBLIC;

-- Text search that ignores accents and typing errors; both are trusted extensions of contrib.
\connect orders
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER SCHEMA public OWNER TO order_service;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
\connect users
ALTER SCHEMA public OWNER TO user_service;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
