"""A line of a form: what is asked on the left, the field on the right."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static


class Field(Horizontal):
    """A label and an input."""

    def __init__(self, label: str, entry: Input) -> None:
        super().__init__()
        self.label = label
        self.entry = entry

    def compose(self) -> ComposeResult:
        """Lay label and input out in a row."""
        yield Static(self.label, classes="label", markup=False)
        yield self.entry


def text_input(id: str, value: str = "", placeholder: str = "") -> Input:
    """Return an input of one line without a border of its own."""
    return Input(value, id=id, placeholder=placeholder, compact=True, select_on_focus=False)
