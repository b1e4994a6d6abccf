-- The office, version 3: what became of a finding, step by step. States and quarters only.
-- unit and theme = lasting numbers as in the codebook, 0 for the whole. Groups of themes have no
-- number: theme_group is the code of one, and empty for a theme or for all. step = 1, 2, 3, ...

CREATE TABLE follow_up (
    question TEXT NOT NULL CHECK (question IN ('size', 'rising', 'theme')),
    unit INTEGER NOT NULL CHECK (unit BETWEEN 0 AND 65535),
    theme INTEGER NOT NULL CHECK (theme BETWEEN 0 AND 65535),
    theme_group TEXT NOT NULL CHECK (
        length(theme_group) <= 24 AND theme_group NOT GLOB '*[^A-Z0-9_.-]*'
        AND (theme = 0 OR theme_group = '')
    ),
    step INTEGER NOT NULL CHECK (step >= 1),
    state TEXT NOT NULL CHECK (state IN (
        'new', 'discussing', 'discussed', 'measure', 'after-care-1', 'after-care-3', 'closed'
    )),
    quarter INTEGER NOT NULL CHECK (quarter BETWEEN 8000 AND 8799),
    PRIMARY KEY (question, unit, theme, theme_group, step)
) STRICT, WITHOUT ROWID;
