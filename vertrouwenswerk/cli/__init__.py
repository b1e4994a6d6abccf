"""The command line: the app's twin, and the screen reader's way in.

stdout is data, stderr is talk. Commands are thin: they read arguments and secrets, call one
use case and say in words what happened.
"""
