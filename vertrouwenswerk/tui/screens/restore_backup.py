"""The first run with a backup in hand: which file, and the passphrase or recovery code it opens with."""

from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.opening import Opened, sides_of, unlock
from vertrouwenswerk.tui.screens.steps import StepScreen
from vertrouwenswerk.tui.session import in_thread
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.passphrase import Once, PassphraseInput
from vertrouwenswerk.tui.widgets.paths import documents, path_input
from vertrouwenswerk.usecases.clock import Clock
from vertrouwenswerk.usecases.keeping import restore
from vertrouwenswerk.vault.backup import SUFFIX


class RestoreStep(StepScreen):
    """The file and what opens it; then the vault opens as it was."""

    step = 2
    steps = 2

    def heading(self) -> str:
        """Return what this step is about."""
        return _("Put a backup back")

    def contents(self) -> ComposeResult:
        """Yield the explanation over the two fields."""
        yield Static(
            _(
                "Everything of the backup comes back. What was counted after it was made is not in it. The "
                "passphrase or recovery code is the one of the day on which it was made."
            ),
            classes="lead",
        )
        yield Field(_("File"), path_input("backup-file", _found_backup(), _("ends in .vwbackup"), SUFFIX))
        yield Field(_("Passphrase"), PassphraseInput(id="backup-secret", placeholder=_("or recovery code")))

    def on_mount(self) -> None:
        """Begin in the first field that is empty."""
        empty = not self.query_one("#backup-file", Input).value
        self.query_one("#backup-file" if empty else "#backup-secret").focus()

    @on(Input.Submitted, "#backup-file")
    def _named(self) -> None:
        self.query_one("#backup-secret").focus()

    @on(Input.Submitted, "#backup-secret")
    def _submitted(self) -> None:
        file = self.query_one("#backup-file", Input).value.strip()
        secret = self.query_one("#backup-secret", PassphraseInput).take_once()
        if not file or not secret:
            self.notice.complain(
                _("The file and its passphrase are both needed."), _("Tab goes from one field to the other.")
            )
            return
        self._restore(Path(file).expanduser(), secret)

    @work(exclusive=True)
    async def _restore(self, path: Path, secret: Once) -> None:
        self.notice.busy(_("Opening the backup and checking it. This takes a moment on purpose."))
        with self.telling():
            work = partial(restore_and_open, self.desk.places, path, secret.take(), self.desk.clock)
            self.desk.call_later(self.desk.open, await in_thread(work, Opened.close))


def restore_and_open(places: Places, path: Path, secret: str, clock: Clock) -> Opened:
    """Put the backup back and open it. Raises as ``restore`` and ``unlock`` do."""
    restore(places, secret, path)
    (side,) = sides_of(places)
    return unlock(side, places, secret, clock)


def _found_backup() -> str:
    """Return a backup lying among the documents, if there is just one."""
    found = sorted(documents().glob(f"*{SUFFIX}"))
    return str(found[0]) if len(found) == 1 else ""
