"""The files that people hand to each other: format, seal, sign. Bytes in, bytes out."""
