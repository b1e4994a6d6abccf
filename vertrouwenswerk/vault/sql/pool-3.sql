-- The pool, version 3: with what chance each sitting looked for patterns, so that a finding can be found again.

CREATE TABLE scan (
    sitting INTEGER PRIMARY KEY,
    seed INTEGER NOT NULL,
    codebook INTEGER NOT NULL
) STRICT;
