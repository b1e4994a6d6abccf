"""One module per screen, or per step of the first run."""
