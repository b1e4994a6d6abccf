"""What we talk about: quarters, units, themes, the codebook, tallies. Pure: no files, no clock."""
