"""Open the app; or, for a group without a command, show what there is to choose."""

from argparse import Namespace

from vertrouwenswerk.usecases.clock import system_clock


def open_app(options: Namespace) -> int:
    """Open the app on the data folder."""
    from vertrouwenswerk.tui.app import run_app  # Textual is only wanted here

    return run_app(options.places, system_clock)


def choose_command(options: Namespace) -> int:
    """Show the commands of a group; wrong use."""
    options.chosen_group.print_help()
    return 2
