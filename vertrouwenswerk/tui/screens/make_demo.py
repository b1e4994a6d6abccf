"""Just looking around: a made-up municipality in real vaults, made while one watches.

It takes half a minute, can be stopped, and opens on the bureau's side. What it makes says
everywhere that it is a demo.
"""

import threading
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.opening import Opened, Side, missing_bureau_extra, unlock
from vertrouwenswerk.tui.screens.steps import StepScreen
from vertrouwenswerk.tui.session import StoppedError, in_thread
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.meter import Meter
from vertrouwenswerk.tui.widgets.paths import documents, free_path, path_input

_FOLDER = "vertrouwenswerk-demo"


class DemoStep(StepScreen):
    """Where the demo goes, and making it."""

    step = 2

    def __init__(self, advisers: int = 42, quarters: int = 12) -> None:
        super().__init__()
        self._advisers_and_quarters = (advisers, quarters)
        self._stopped = threading.Event()
        self._making = False

    def heading(self) -> str:
        """Return what this step is about."""
        return _("A demo")

    def contents(self) -> ComposeResult:
        """Yield what will be made over the field."""
        yield Static(
            _(
                "Waterstad does not exist. Its advisers, files and passphrases are made here, in a folder of "
                "their own; the passphrases lie beside it in clear. Nothing else on this computer is touched."
            ),
            classes="lead",
        )
        yield Field(_("Folder"), path_input("demo-folder", str(free_path(documents(), _FOLDER))))
        yield Meter(id="demo-meter")

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one("#demo-folder").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        if self._making:
            return (("Esc", _("stop")),)
        return ((_("Enter"), _("make the demo")), ("Esc", _("back")), ("F1", _("help")), ("^q", _("stop")))

    def action_back(self) -> None:
        """Stop the making, or go back."""
        if self._making:
            self._stopped.set()
        else:
            self.app.pop_screen()

    def on_unmount(self) -> None:
        """Let the making end with the screen."""
        self._stopped.set()

    @on(Input.Submitted, "#demo-folder")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() and not self._making:
            self._making = True
            self._stopped.clear()
            self._make(Path(event.value.strip()).expanduser())

    @work(exclusive=True)
    async def _make(self, folder: Path) -> None:
        self.show_bars()
        self.query_one("#demo-meter").add_class("-shown")
        self.notice.busy(_("Making the demo. Esc stops."))
        try:
            with self.telling_errors():
                work = partial(self._make_and_open, folder)
                opened, places = await in_thread(work, lambda made: made[0].close())
                self.desk.places = places
                self.desk.call_later(self.desk.open, opened)
        except StoppedError:
            self.notice.complain(
                _("Stopped half-way."), _("What was made lies in %(folder)s.") % {"folder": folder}
            )
        finally:
            self._making = False
            if self.is_attached:  # not when it was left meanwhile
                self.query_one("#demo-meter").remove_class("-shown")
                self.query_one("#demo-folder", Input).value = str(free_path(documents(), _FOLDER))
                self.show_bars()

    def _make_and_open(self, folder: Path) -> tuple[Opened, Places]:
        try:
            from vertrouwenswerk.usecases.demo import DemoPlan, make_demo  # brings the solver along
        except ModuleNotFoundError as error:
            raise missing_bureau_extra(error) from error
        meter = self.query_one("#demo-meter", Meter)
        last = ""
        calls = 0

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal last, calls
            if self._stopped.is_set():
                raise StoppedError
            calls += 1
            if stage != last or not total or done % 8 == 0:
                last = stage
                meter.report(stage, done if total else calls, total)

        advisers, quarters = self._advisers_and_quarters
        report = make_demo(DemoPlan(folder, advisers, quarters), progress)
        secret = report.places.passphrase_file("bureau").read_text(encoding="utf-8").strip()
        return unlock(Side.BUREAU, report.places.bureau, secret, self.desk.clock), report.places.bureau
