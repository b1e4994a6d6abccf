-- The adviser's vault, version 2: what the vault itself needs care of. No time but a quarter.
-- backed_up = a backup was verified since the last export. code_proven = the quarter in which the
-- recovery code was last seen to work (none: never). lock_after in minutes without a key.

CREATE TABLE care (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
    code_proven INTEGER CHECK (code_proven BETWEEN 8000 AND 8799),
    lock_after INTEGER NOT NULL CHECK (lock_after BETWEEN 1 AND 60)
) STRICT;

INSERT INTO care VALUES (1, 0, NULL, 5);
