"""What is on a screen; widgets get data, post messages, and know no vault and no use case."""
