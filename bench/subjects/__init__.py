"""One module per thing measured; each gives lines of the table."""
