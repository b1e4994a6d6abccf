-- The office, version 2: the ledger of reports that left the bureau. A row stays as it is for ever,
-- for whoever got the report may have kept it.

CREATE TABLE release (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    signed_file BLOB NOT NULL
) STRICT;

CREATE TRIGGER release_stays BEFORE DELETE ON release
BEGIN
    SELECT raise(ABORT, 'a release stays in the ledger');
END;

CREATE TRIGGER release_stays_as_it_is BEFORE UPDATE ON release
BEGIN
    SELECT raise(ABORT, 'a release stays in the ledger');
END;

CREATE TRIGGER release_is_never_replaced BEFORE INSERT ON release
WHEN EXISTS (SELECT 1 FROM release WHERE number = NEW.number)
BEGIN
    SELECT raise(ABORT, 'a release stays in the ledger');
END;
