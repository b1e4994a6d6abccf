-- The adviser's vault, version 1. No column can hold a text by a person, an order or a time.
-- quarter = year * 4 + number of the quarter - 1. Unit 0 is "not named". Numbers as in the codebook.

CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
    has_left INTEGER NOT NULL CHECK (has_left IN (0, 1))
) STRICT;

CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sign_seed BLOB NOT NULL CHECK (length(sign_seed) = 32)
) STRICT;

CREATE TABLE codebook (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    signed_file BLOB NOT NULL
) STRICT;

CREATE TABLE unit (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 65535)
) STRICT;

CREATE TABLE theme (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 65535)
) STRICT;

CREATE TABLE tally (
    quarter INTEGER NOT NULL CHECK (quarter BETWEEN 8000 AND 8799),
    unit INTEGER NOT NULL REFERENCES unit (number),
    theme INTEGER NOT NULL REFERENCES theme (number),
    count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 9999),
    PRIMARY KEY (quarter, unit, theme)
) STRICT, WITHOUT ROWID;

CREATE TABLE handed_in (
    quarter INTEGER PRIMARY KEY CHECK (quarter BETWEEN 8000 AND 8799),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
