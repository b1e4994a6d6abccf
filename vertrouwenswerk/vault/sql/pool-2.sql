-- The pool, version 2: what each sitting added and took back, so that pictures stay linked.

-- Which summaries a sitting opened. An empty codebook: opened by version 1, which kept none.
CREATE TABLE arrival (
    sitting INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    adviser INTEGER NOT NULL,
    codebook BLOB NOT NULL CHECK (length(codebook) IN (0, 32)),
    replaced INTEGER NOT NULL,
    PRIMARY KEY (sitting, quarter, adviser)
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    sitting INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    adviser INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    theme INTEGER NOT NULL,
    added INTEGER NOT NULL CHECK (added >= 0),
    withdrawn INTEGER NOT NULL CHECK (withdrawn >= 0),
    PRIMARY KEY (sitting, quarter, adviser, unit, theme)
) STRICT, WITHOUT ROWID;

INSERT INTO arrival SELECT sitting, quarter, adviser, x'', revision > 1 FROM delivery;

-- Version 1 kept the newest revision only: an earlier one may have come at any sitting before.
INSERT INTO arrival
    SELECT s.number, d.quarter, d.adviser, x'', 1
    FROM delivery d JOIN sitting s ON s.number < d.sitting WHERE d.revision > 1;

INSERT INTO change
    SELECT d.sitting, d.quarter, d.adviser, s.unit, s.theme, s.count, 0
    FROM delivery d JOIN signal s ON s.adviser = d.adviser AND s.quarter = d.quarter;

-- The pictures themselves: an office restored from before a sitting gets them back.
CREATE TABLE picture (
    number INTEGER PRIMARY KEY,
    signed_file BLOB NOT NULL
) STRICT;

-- The office of version 1 kept the newest picture only: a sitting cannot ask for those before it.
DELETE FROM sitting WHERE number < (SELECT max(number) FROM sitting);
