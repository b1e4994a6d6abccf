"""Small windows over a screen: a question (the first answer is the safe one), help, commands."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import text_input
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.widgets.unit_match import plain


class Question(ModalScreen[str]):
    """A question with answers; Escape and the first answer change nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "refuse", show=False)]

    def __init__(self, title: str, text: str, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._answers = title, text, tuple(answers)

    def compose(self) -> ComposeResult:
        """Lay out the question over its answers."""
        with Vertical(classes="dialog card") as box:
            box.border_title = self._title
            box.border_subtitle = _("Enter chooses · Esc leaves it as it is")
            yield Static(self._text, markup=False)
            yield Listing(id="answers")

    def on_mount(self) -> None:
        """Show the answers, the cursor on the safe one."""
        answers = self.query_one("#answers", Listing)
        answers.styles.height = len(self._answers)
        answers.show(Line((cell(text),), key=key) for key, text in self._answers)

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self.dismiss(event.key)

    def action_refuse(self) -> None:
        """Give the safe answer."""
        self.dismiss(self._answers[0][0])


class Help(ModalScreen[None]):
    """The keys of the screen below, and those that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter,q", "close", show=False)]

    def __init__(self, here: Keys) -> None:
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        """Lay out the list of keys."""
        with Vertical(classes="dialog card") as box:
            box.border_title = _("Help")
            box.border_subtitle = _("Esc closes")
            yield Listing((Column(width=14), Column()), id="help-keys")

    def on_mount(self) -> None:
        """Show the keys."""
        everywhere: Keys = (
            ("F1", _("this help")),
            ("ctrl+p", _("all commands")),
            ("F8", _("hide the screen, and show it again")),
            ("ctrl+l", _("lock at once")),
            ("ctrl+q", _("lock and stop")),
            (_("arrows, Tab"), _("move about; Enter chooses, Esc goes back")),
        )
        here = [line for line in self._here if line[0] not in {key for key, _text in everywhere}]
        lines = [heading(_("Here"), "accent"), *map(_key_line, here)]
        lines += [heading(""), heading(_("Everywhere"), "accent"), *map(_key_line, everywhere)]
        listing = self.query_one(Listing)
        listing.styles.height = min(len(lines), self.app.size.height - 4)
        listing.show(lines)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)


def _key_line(line: tuple[str, str]) -> Line:
    return Line((cell(line[0], "strong"), cell(line[1])))


class Commands(ModalScreen[str]):
    """Everything that can be done here, found by typing; no screenshot is among it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    def __init__(self, commands: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._commands = tuple(commands)

    def compose(self) -> ComposeResult:
        """Lay out the field over the commands."""
        with Vertical(classes="dialog card") as box:
            box.border_title = _("Commands")
            box.border_subtitle = _("Enter chooses · Esc closes")
            yield text_input("command-text", placeholder=_("type to search"))
            yield Listing((Column(), Column(width=10, right=True)), id="command-list", focusable=False)

    def on_mount(self) -> None:
        """Show all commands."""
        self.query_one(Listing).styles.height = len(self._commands)
        self._narrow("")

    @on(Input.Changed, "#command-text")
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        lines = [
            Line((cell(name), cell(key, "accent")), key=action)
            for action, name, key in self._commands
            if plain(typed) in plain(name)
        ]
        self.query_one(Listing).show(lines or [heading(_("There is no such command."), "warn")])

    @on(Input.Submitted, "#command-text")
    def _submitted(self) -> None:
        self.query_one(Listing).action_choose()

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self.dismiss(event.key)

    def action_step(self, steps: int) -> None:
        """Move in the list."""
        self.query_one(Listing).move(steps)

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss("")
