-- The pool, version 1: what sittings opened, per adviser and quarter.

CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    demo INTEGER NOT NULL
) STRICT;

CREATE TABLE delivery (
    adviser INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    sitting INTEGER NOT NULL,
    PRIMARY KEY (adviser, quarter)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal (
    adviser INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    theme INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (adviser, quarter, unit, theme)
) STRICT, WITHOUT ROWID;

CREATE TABLE sitting (
    number INTEGER PRIMARY KEY,
    picture BLOB NOT NULL CHECK (length(picture) = 32)
) STRICT;
