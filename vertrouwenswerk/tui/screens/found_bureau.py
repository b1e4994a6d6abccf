"""The bureau's first run: organisation and guardian on one form, then the office's vault.

The guardian made key and card beforehand, on a stick of their own. Without a guardian the
bureau can open everything alone; that is said as plainly here as advisers will see it.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR
from vertrouwenswerk.domain.small_units import warning_of_unplaced
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.csv_tables import LIMIT_BYTES
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.opening import Opened, open_bureau
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.steps import FinishStep, Offer, PassphraseStep, StepScreen
from vertrouwenswerk.tui.widgets.field import Field, text_input
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell
from vertrouwenswerk.tui.widgets.passphrase import PassphraseInput
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.usecases.bureau import (
    Agreement,
    Tables,
    check_agreement,
    countersign,
    found_bureau,
    read_guardian_card,
    write_codebook,
)
from vertrouwenswerk.usecases.guardian import CARD_NAME, KEY_NAME, Guardian, open_guardian
from vertrouwenswerk.vault.files import read_limited
from vertrouwenswerk.vault.safe import Secrets

_CODEBOOK_NAME = "codeboek-1.vwcodebook"
_USUAL_THRESHOLD = 3


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """What was filled in; no ``key_file`` means that the bureau opens alone."""

    name: str
    threshold: str
    organisation: Path
    themes: Path
    theme_groups: Path
    card: Path | None
    key_file: Path | None
    guardian_secret: str


@dataclass(frozen=True, slots=True, repr=False)
class Foundation:
    """What a form stands for, read and checked."""

    tables: Tables
    agreement: Agreement
    guardian: Guardian | None


def read_form(form: Form) -> Foundation:
    """Read the files and open the guardian's key. Raises UsageError, FileRefusedError, VaultError."""
    if not form.threshold.isdecimal() or int(form.threshold) < THRESHOLD_FLOOR:
        raise UsageError(
            _("The threshold is too low or too high."), _("Use a whole number from 3 to 100; 3 is usual.")
        )
    tables = Tables(
        *(read_limited(path, LIMIT_BYTES) for path in (form.organisation, form.themes, form.theme_groups))
    )
    card = read_guardian_card(form.card) if form.card else None
    agreement = Agreement(form.name, card, int(form.threshold))
    check_agreement(tables, agreement)
    guardian = open_guardian(form.key_file, form.guardian_secret) if form.key_file else None
    if guardian is not None and guardian.identity.public() != card:
        raise UsageError(
            _("This card does not belong to this key file."),
            _("Look for the card that was made together with it."),
        )
    return Foundation(tables, agreement, guardian)


class OrganisationStep(StepScreen):
    """One form: the organisation's tables and the guardian."""

    step = 2

    def heading(self) -> str:
        """Return what this step is about."""
        return _("Your organisation and the guardian")

    def contents(self) -> ComposeResult:
        """Yield the form."""
        yield Field(_("Name"), text_input("name", placeholder=_("of the organisation, as advisers know it")))
        yield Field(
            _("Units"),
            path_input("organisation", placeholder=_("CSV: code, parent, name, headcount; aliases if any")),
        )
        yield Field(
            _("Themes"), path_input("themes-csv", placeholder=_("CSV: code, group, key, names, definition"))
        )
        yield Field(_("Theme groups"), path_input("groups-csv", placeholder=_("CSV: code, names")))
        yield Field(_("Threshold"), text_input("threshold", str(_USUAL_THRESHOLD)))
        yield Listing(id="opening")
        with Vertical(id="guardian-fields"):
            yield Field(_("Card"), path_input("card", placeholder=CARD_NAME))
            yield Field(_("Key file"), path_input("key-file", placeholder=KEY_NAME))
            yield Field(
                _("Passphrase"), PassphraseInput(id="guardian-secret", placeholder=_("typed by the guardian"))
            )
        yield Listing(id="go")

    def on_mount(self) -> None:
        """Begin at the name."""
        opening = self.query_one("#opening", Listing)
        opening.styles.height = 2
        self._alone = False
        self._show_opening()
        go = self.query_one("#go", Listing)
        go.styles.height = 1
        go.show([Line((cell(_("Read the files and go on"), "strong"),), key="go")])
        self.query_one("#name").focus()

    def _show_opening(self) -> None:
        opening = self.query_one("#opening", Listing)
        marks = ("[ ]", "[x]") if self._alone else ("[x]", "[ ]")
        opening.show(
            [
                Line(
                    (
                        (
                            (f"{marks[0]} ", "accent"),
                            (_("Two keys: the counts open with the guardian only"), "plain"),
                        ),
                    ),
                    key="both",
                ),
                Line(
                    (
                        (
                            (f"{marks[1]} ", "accent"),
                            (_("Bureau alone: whoever has the bureau's passphrase can read them"), "plain"),
                        ),
                    ),
                    key="alone",
                ),
            ],
            "alone" if self._alone else "both",
        )
        self.query_one("#guardian-fields").set_class(self._alone, "-hidden")

    @on(Listing.Chosen, "#opening")
    def _choose_opening(self, event: Listing.Chosen) -> None:
        self._alone = event.key == "alone"
        self._show_opening()

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Listing.Chosen, "#go")
    @work(exclusive=True)
    async def _go(self) -> None:
        self.notice.busy(_("Reading the files."))
        with self.telling():
            foundation = await asyncio.to_thread(read_form, self._form())
            self.notice.clear()
            self.app.push_screen(PassphraseStep(lambda chosen: self._last_step(foundation, chosen)))

    def _form(self) -> Form:
        typed = {
            name: self.query_one(f"#{name}", Input).value.strip()
            for name in ("name", "organisation", "themes-csv", "groups-csv", "threshold", "card", "key-file")
        }
        needed = ["name", "organisation", "themes-csv", "groups-csv"]
        needed += [] if self._alone else ["card", "key-file"]
        empty = next((name for name in needed if not typed[name]), None)
        if empty is not None:
            self.query_one(f"#{empty}").focus()
            raise UsageError(_("This field is still empty."), _("Fill it in; Enter goes to the next."))
        units, themes, groups = (
            Path(typed[name]).expanduser() for name in ("organisation", "themes-csv", "groups-csv")
        )
        card, key = (None if self._alone else Path(typed[name]).expanduser() for name in ("card", "key-file"))
        secret = self.query_one("#guardian-secret", PassphraseInput).value
        return Form(typed["name"], typed["threshold"], units, themes, groups, card, key, secret)

    def _last_step(self, foundation: Foundation, chosen: Secrets) -> BaseScreen:
        places, clock = self.desk.places, self.desk.clock
        self.query_one("#guardian-secret", PassphraseInput).take()

        def make() -> tuple[Opened, Offer]:
            bureau = found_bureau(places, foundation.tables, foundation.agreement, chosen, clock)
            if foundation.guardian is not None:
                countersign(bureau, foundation.guardian)
            lead = _(
                "Last: the codebook for the advisers. Each of them calls you and the guardian, "
                "and compares words."
            )
            warning = warning_of_unplaced(bureau.codebook)
            offer = Offer(
                f"{lead}\n\n! {warning}" if warning else lead,
                Path(platformdirs.user_documents_dir()) / _CODEBOOK_NAME,
                lambda path: write_codebook(bureau, path),
                _("Send it to the advisers; their cards come back. Now press Enter to begin."),
            )
            return open_bureau(bureau), offer

        return FinishStep(make, _("The office and the codebook"))
