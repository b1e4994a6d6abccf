"""An adviser's first run: the codebook, whose words are compared by phone, then the vault."""

import asyncio
from pathlib import Path

import platformdirs
from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.handoff.codebook_file import SignedCodebook
from vertrouwenswerk.i18n import _, ngettext
from vertrouwenswerk.tui.opening import Opened, open_adviser
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.steps import FinishStep, Offer, PassphraseStep, StepScreen
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell, heading
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.tui.words import who_can_open
from vertrouwenswerk.usecases.adviser import fingerprints, read_codebook_file, set_up_adviser, write_card
from vertrouwenswerk.vault.safe import Secrets

_CARD_NAME = "vertrouwenspersoon.vwcard"


class CodebookStep(StepScreen):
    """The file from the bureau, and the words to compare."""

    step = 2

    def __init__(self) -> None:
        super().__init__()
        self._codebook: SignedCodebook | None = None

    def heading(self) -> str:
        """Return what this step is about."""
        return _("The bureau's codebook")

    def contents(self) -> ComposeResult:
        """Yield the field over what the codebook says."""
        yield Static(_("The bureau sent you a file that ends in .vwcodebook. Where is it?"), classes="lead")
        yield Field(
            _("File"),
            path_input("codebook-path", _found_codebook(), _("the path of the file; Enter reads it")),
        )
        yield Listing(id="codebook-says")

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one("#codebook-path").focus()

    @on(Input.Submitted, "#codebook-path")
    @work(exclusive=True)
    async def _read(self, event: Input.Submitted) -> None:
        says = self.query_one("#codebook-says", Listing)
        says.show([])
        with self.telling():
            self._codebook = await asyncio.to_thread(
                read_codebook_file, Path(event.value.strip()).expanduser()
            )
            says.show(_codebook_lines(self._codebook.codebook))
            says.focus()
            both = self._codebook.codebook.guardian is not None
            self.notice.tell(
                _("Call the bureau, and the guardian, and read the words to each other.")
                if both
                else _("Call the bureau and read the words to each other."),
                _("Use a number you know, not one from the letter with the file. Then press Enter."),
            )

    @on(Listing.Chosen, "#codebook-says")
    def _compared(self, event: Listing.Chosen) -> None:
        if event.key == "differ":
            self.notice.complain(
                _("Without the same words it may be somebody else's codebook."),
                _("Call first. Do the words differ, then tell the bureau. Nothing was changed."),
            )
        elif self._codebook is not None:
            codebook = self._codebook
            self.notice.clear()
            self.app.push_screen(PassphraseStep(lambda chosen: self._last_step(codebook, chosen)))

    def _last_step(self, codebook: SignedCodebook, chosen: Secrets) -> BaseScreen:
        places, clock = self.desk.places, self.desk.clock

        def make() -> tuple[Opened, Offer]:
            adviser = set_up_adviser(places, codebook, chosen, clock)
            offer = Offer(
                _(
                    "Last: your card. By it the bureau can tell that a file comes from you. It holds no "
                    "name; the bureau calls you and compares these words:\n\n%(words)s\n"
                )
                % {"words": " ".join(adviser.words)},
                Path(platformdirs.user_documents_dir()) / _CARD_NAME,
                lambda path: write_card(adviser, path),
                _("Send or carry it to the bureau. Now press Enter to begin."),
            )
            return open_adviser(adviser), offer

        return FinishStep(make, _("Your vault and your card"))


def _codebook_lines(codebook: Codebook) -> list[Line]:
    prints = fingerprints(codebook)
    units = ngettext("%(count)s unit", "%(count)s units", len(codebook.units)) % {
        "count": len(codebook.units)
    }
    themes = ngettext("%(count)s theme", "%(count)s themes", len(codebook.themes)) % {
        "count": len(codebook.themes)
    }
    lines = [
        Line((((f"{codebook.organisation}", "strong"), (f"   {units}, {themes}", "dim")),)),
        heading(who_can_open(codebook.opening), "plain"),
        heading(""),
        heading(_("Six words of the bureau:"), "dim"),
        heading("   " + " ".join(prints.bureau), "accent"),
    ]
    if prints.guardian is not None:
        lines += [
            heading(_("Six words of the guardian:"), "dim"),
            heading("   " + " ".join(prints.guardian), "accent"),
        ]
    if codebook.fictitious:
        lines.insert(1, heading(_("This is a demo; the organisation does not exist."), "warn"))
    return [
        *lines,
        heading(""),
        Line((cell(_("I have not called yet, or the words differ")),), key="differ"),
        Line((cell(_("I called; the words are the same")),), key="same"),
    ]


def _found_codebook() -> str:
    """Return a codebook lying where downloads and documents go, if there is just one."""
    folders = (Path(platformdirs.user_downloads_dir()), Path(platformdirs.user_documents_dir()))
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.vwcodebook"))]
    return str(found[0]) if len(found) == 1 else ""
