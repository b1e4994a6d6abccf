"""From safe tables to words, JSON and lines of text. Raw counts cannot be imported here."""
