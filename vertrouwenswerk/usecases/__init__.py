"""One function per thing a person does; what the command line and the app both call."""
