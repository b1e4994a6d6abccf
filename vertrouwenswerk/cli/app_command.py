"""Open the app; or, for a group without a command, show what there is to choose."""

from argparse import Namespace


def open_app(options: Namespace) -> int:
    """Open the app on the data folder."""
    return int(options.open_app(options.places, ""))


def choose_command(options: Namespace) -> int:
    """Show the commands of a group; wrong use."""
    options.chosen_group.print_help()
    return 2
