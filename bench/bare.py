"""The plainest Textual programs, as references: ``label`` shows a line, ``input`` a field."""

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Label

READY = "ready-to-be-seen"


class BareLabel(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        yield Label(READY)


class BareInput(App[None]):
    """One field."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder=READY)


if __name__ == "__main__":
    (BareInput if sys.argv[1:] == ["input"] else BareLabel)().run()
