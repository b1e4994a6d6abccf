"""The app in the terminal: the adviser's side and the bureau's, over the same use cases as the commands.

A widget gets data and posts a message; a screen calls use cases off the screen's own loop and
only its handlers change widgets. Texts are translated when they are shown, never at import.
Use cases bring SQLAlchemy and cryptography with them, so the screens that need them are
imported after the unlock screen has been painted.
"""
