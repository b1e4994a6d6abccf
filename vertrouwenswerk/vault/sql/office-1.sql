-- The bureau's office, version 1. No count is in it: bodies are sealed to the guardian.

CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    demo INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seeds BLOB NOT NULL CHECK (length(seeds) = 128),
    pool_secret BLOB NOT NULL CHECK (length(pool_secret) = 32)
) STRICT;

CREATE TABLE codebook (
    version INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    signed_file BLOB NOT NULL
) STRICT;

CREATE TABLE adviser (
    number INTEGER PRIMARY KEY,
    sign_key BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE register (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    signed_file BLOB NOT NULL
) STRICT;

CREATE TABLE delivery (
    adviser INTEGER NOT NULL REFERENCES adviser (number),
    quarter INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    digest BLOB NOT NULL,
    body BLOB,
    PRIMARY KEY (adviser, quarter, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE held (
    digest BLOB PRIMARY KEY,
    sign_key BLOB NOT NULL,
    quarter INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE picture (
    number INTEGER PRIMARY KEY,
    signed_file BLOB NOT NULL
) STRICT;
