-- Identities, their sessions and refresh tokens.

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    role          text NOT NULL CHECK (role IN ('guest', 'shopper', 'operator')),
    email         text,
    -- Argon2id, PHC string.
    password_hash text,
    display_name  text,
    locale        text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    erased_at     timestamptz,
    -- Counts the events of this aggregate.
    version       bigint NOT NULL DEFAULT 0,
    CONSTRAINT users_have_credentials CHECK (role = 'guest' OR erased_at IS NOT NULL OR (email IS NOT NULL AND password_hash IS NOT NULL))
);
-- The local part is case-insensitive in practice; one account per mailbox.
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id),
    user_agent   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at DESC) WHERE ended_at IS NULL;

-- The family of a session's refresh tokens; each is used once.
CREATE TABLE refresh_tokens (
    -- SHA-256 of the token; the token itself is nowhere.
    token_hash  bytea PRIMARY KEY,
    session_id  uuid NOT NULL REFERENCES sessions (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    used_at     timestamptz,
    -- What it was exchanged for, to answer the same caller again within the grace time.
    replaced_by bytea
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Wrong log-ins in a row, per account and per address; the delay doubles.
CREATE TABLE login_failures (
    -- 'account:<sha256 of the email>' or 'address:<ip>'.
    subject      text PRIMARY KEY,
    count        integer NOT NULL,
    blocked_until timestamptz NOT NULL,
    last_at      timestamptz NOT NULL DEFAULT now()
);
