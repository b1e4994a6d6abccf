"""The only place with SQL and secrets at rest: key slots, SQLCipher, stores, files."""
