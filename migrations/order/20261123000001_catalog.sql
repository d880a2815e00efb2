-- The catalogue: what is sold, at what price, and how many pieces there are.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE categories (
    handle   text PRIMARY KEY CHECK (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title    text NOT NULL,
    parent   text REFERENCES categories (handle),
    position integer NOT NULL
);

CREATE TABLE products (
    id             uuid PRIMARY KEY,
    handle         text NOT NULL UNIQUE CHECK (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(handle) <= 120),
    title          text NOT NULL,
    -- The root of its category, kept here because every list filters by it.
    family         text NOT NULL REFERENCES categories (handle),
    category       text NOT NULL REFERENCES categories (handle),
    description    text NOT NULL,
    care           text NOT NULL,
    origin         text NOT NULL,
    bearing        text NOT NULL,
    -- What the price is for, such as '100 g'; '' for things sold by the piece.
    unit           text NOT NULL DEFAULT '',
    -- The picture's kind, such as 'teapot'; NULL lets the handle decide.
    kind           text,
    tags           text[] NOT NULL DEFAULT '{}',
    -- [{"name": "weight", "values": ["100 g", "250 g"]}], in the order shown.
    options        jsonb NOT NULL DEFAULT '[]',
    currency       char(3) NOT NULL DEFAULT 'EUR',
    -- Smallest and largest price of its variants, minor units.
    price_from     bigint NOT NULL CHECK (price_from > 0),
    price_to       bigint NOT NULL CHECK (price_to >= price_from),
    rating_average real NOT NULL DEFAULT 0 CHECK (rating_average BETWEEN 0 AND 5),
    rating_count   integer NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
    -- Relative weight; larger is sold more often.
    popularity     bigint NOT NULL DEFAULT 0,
    arrived_on     date NOT NULL,
    archived_at    timestamptz,
    version        bigint NOT NULL DEFAULT 1,
    search         tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('simple', origin), 'B')
        || setweight(to_tsvector('english', description), 'C')
    ) STORED
);

-- One index per sort order, each with the id that breaks ties, so that keyset pages walk an index.
CREATE INDEX products_by_popularity ON products (popularity DESC, id DESC) WHERE archived_at IS NULL;
CREATE INDEX products_by_arrival ON products (arrived_on DESC, id DESC) WHERE archived_at IS NULL;
CREATE INDEX products_by_price ON products (price_from, id) WHERE archived_at IS NULL;
CREATE INDEX products_by_rating ON products (rating_average DESC, id DESC) WHERE archived_at IS NULL;
CREATE INDEX products_by_title ON products (title, id) WHERE archived_at IS NULL;
CREATE INDEX products_by_family ON products (family, popularity DESC, id DESC) WHERE archived_at IS NULL;
CREATE INDEX products_by_category ON products (category, popularity DESC, id DESC) WHERE archived_at IS NULL;
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_title_trigrams ON products USING gin (title gin_trgm_ops);

CREATE TABLE variants (
    sku        text PRIMARY KEY CHECK (sku ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' AND length(sku) <= 32),
    product_id uuid NOT NULL REFERENCES products (id),
    position   integer NOT NULL,
    -- {"weight": "100 g"}
    options    jsonb NOT NULL DEFAULT '{}',
    -- Minor units, tax included.
    price      bigint NOT NULL CHECK (price > 0),
    compare_at bigint CHECK (compare_at > price),
    UNIQUE (product_id, position)
);

-- Apart from the variants, because every sale writes here and every page reads there.
-- available + reserved + sold = initial + restocked, always.
CREATE TABLE stock (
    sku       text PRIMARY KEY REFERENCES variants (sku),
    available bigint NOT NULL CHECK (available >= 0),
    reserved  bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    sold      bigint NOT NULL DEFAULT 0 CHECK (sold >= 0),
    initial   bigint NOT NULL CHECK (initial >= 0),
    restocked bigint NOT NULL DEFAULT 0 CHECK (restocked >= 0),
    CONSTRAINT stock_adds_up CHECK (available + reserved + sold = initial + restocked)
) WITH (fillfactor = 70);
