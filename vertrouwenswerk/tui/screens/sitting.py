"""A sitting: bureau and guardian open the pool together, make a new picture, and close it again.

First what will happen, then the guardian's key and passphrase, then progress that can be
stopped, then what the picture shows and hides. The solver is imported when it is needed: it
belongs to the part for the bureau and may not be installed.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from vertrouwenswerk.domain.codebook import Opening
from vertrouwenswerk.i18n import _, ngettext, number
from vertrouwenswerk.tui.opening import missing_bureau_extra
from vertrouwenswerk.tui.screens.bureau_base import BureauScreen
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Line, Listing, Role, cell, heading
from vertrouwenswerk.tui.widgets.meter import Meter
from vertrouwenswerk.tui.widgets.passphrase import Once, PassphraseInput
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.tui.words import window_name
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.guardian import Guardian, open_guardian

if TYPE_CHECKING:
    from vertrouwenswerk.usecases.sitting import Agenda, Minutes


def _agenda(bureau: Bureau) -> "tuple[Agenda, Opening]":
    try:
        from vertrouwenswerk.usecases.sitting import agenda  # brings the solver along
    except ModuleNotFoundError as error:
        raise missing_bureau_extra(error) from error
    return agenda(bureau), bureau.codebook.opening


class SittingScreen(BureauScreen):
    """The sitting, from agenda to minutes."""

    tab = "F3"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", show=False)]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__(session)
        self._agenda: Agenda | None = None
        self._alone = False
        self._agreed = False
        self._holding = False
        self._is_over = False

    def body(self) -> ComposeResult:
        """Yield the agenda over the guardian's fields."""
        with Vertical(id="agenda-card", classes="card main") as card:
            card.border_title = _("Sitting")
            yield Listing(id="agenda", focusable=False)
            with Vertical(id="guardian-box"):
                yield Field(
                    _("Guardian's key"),
                    path_input(
                        "guardian-key", placeholder=_("the file hoeder.vwkey, on the guardian's stick")
                    ),
                )
                yield Field(
                    _("Passphrase"),
                    PassphraseInput(
                        id="guardian-secret", placeholder=_("the guardian's own; Enter holds the sitting")
                    ),
                )
            yield Meter(id="sitting-meter")

    def on_mount(self) -> None:
        """Look what there is to open."""
        self._look()

    def keys(self) -> Keys:
        """Return the keys."""
        if self._holding:
            return (("Esc", _("stop; the picture stays as it was")), ("^l", _("lock")))
        first: Keys = ((_("Enter"), _("hold the sitting")), ("Tab", _("next field")))
        if self._is_over:
            first = (("F4", _("picture")), ("F2", _("deliveries")))
        return (
            *first,
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^l", _("lock")),
        )

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        self.notice.busy(_("Looking what there is to open."))
        with self.telling():
            found, opening = await self.session.run(_agenda)
            self._agenda = found
            self._alone = opening is Opening.BUREAU_ALONE
            self.notice.clear()
            self._show_agenda(found)

    def _show_agenda(self, found: "Agenda") -> None:
        summaries = ngettext(
            "%(count)s summary is in and will be opened, as far as it is new.",
            "%(count)s summaries are in and will be opened, as far as they are new.",
            found.summaries,
        ) % {"count": number(found.summaries)}
        picture = (
            _("The new picture is made safe together with those before it, and gives way to them.")
            if found.earlier
            else _("This makes the first picture.")
        )
        lines = [_said("○", summaries), _said("○", picture)]
        if found.repeats_quarter:
            lines += [
                _said("!", _("There is a picture of this quarter already."), "warn"),
                _said(" ", _("One sitting a quarter shows most: a second one can show less."), "dim"),
            ]
        if found.new_advisers:
            lines += self._new_advisers(found.new_advisers)
        if self._alone:
            lines.append(_said("!", _("The bureau opens alone: this codebook has no guardian."), "warn"))
            lines.append(_said(" ", _("Whoever has the bureau's passphrase can make a picture."), "dim"))
        else:
            lines.append(_said("○", _("The guardian must be here: the pool opens with both keys only.")))
        lines.append(_said("○", _("Afterwards the pool is closed again, whatever happens.")))
        if self._alone:
            lines += [heading(""), Line((cell(_("Hold the sitting now"), "strong"),), key="hold")]
        self.query_one("#agenda", Listing).show(lines)
        self.query_one("#guardian-box").set_class(self._alone, "-hidden")
        first = "#agenda" if self._alone else "#guardian-key"
        agenda = self.query_one("#agenda", Listing)
        agenda.can_focus = self._alone or bool(found.new_advisers)
        self.query_one(first).focus()
        self.show_bars()

    def _new_advisers(self, names: tuple[str, ...]) -> list[Line]:
        shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        said = ngettext(
            "The guardian has yet to agree to %(count)s adviser: %(names)s",
            "The guardian has yet to agree to %(count)s advisers: %(names)s",
            len(names),
        ) % {"count": number(len(names)), "names": shown}
        mark = "[x]" if self._agreed else "[ ]"
        choice = _("The guardian knows them and agrees (Enter changes this)")
        return [
            _said("!", said, "warn"),
            Line((((f"{mark} ", "accent"), (choice, "plain")),), key="agree"),
        ]

    @on(Listing.Chosen, "#agenda")
    def _agree(self, event: Listing.Chosen) -> None:
        if event.key == "hold" and not self._holding:
            self._hold(None, Once(""))
        elif event.key == "agree" and self._agenda is not None:
            self._agreed = not self._agreed
            self._show_agenda(self._agenda)
            self.query_one("#agenda").focus()

    @on(Input.Submitted, "#guardian-key")
    def _key_given(self) -> None:
        self.query_one("#guardian-secret").focus()

    @on(Input.Submitted, "#guardian-secret")
    def _secret_given(self) -> None:
        secret = self.query_one("#guardian-secret", PassphraseInput).take_once()
        path = self.query_one("#guardian-key", Input).value.strip()
        if not path or not secret:
            self.notice.complain(
                _("The guardian's key and passphrase are both needed."),
                _("Fill in both fields, then press Enter."),
            )
        elif not self._holding:
            self._hold(Path(path).expanduser(), secret)

    def action_stop(self) -> None:
        """Stop the sitting that is being held."""
        if self._holding:
            self.session.cancel()

    def _hold(self, key_file: Path | None, secret: Once) -> None:
        self._holding = True
        self._sit_down(key_file, secret)

    @work(group="sitting")
    async def _sit_down(self, key_file: Path | None, secret: Once) -> None:
        self.show_bars()
        self.notice.busy(_("The sitting has begun. Esc stops it; the picture then stays as it was."))
        self.query_one("#sitting-meter").add_class("-shown")
        try:
            with self.telling():
                key = asyncio.to_thread(open_guardian, key_file, secret.take()) if key_file else None
                guardian = await key if key else None
                minutes = await self.session.run(lambda bureau: self._sit(bureau, guardian))
                self._show_minutes(minutes)
        finally:
            self._holding = False
            if self.is_attached:  # not when it was locked meanwhile
                self.query_one("#sitting-meter").remove_class("-shown")
                self.show_bars()

    def _sit(self, bureau: Bureau, guardian: Guardian | None) -> "Minutes":
        from vertrouwenswerk.usecases.sitting import hold_sitting  # brings the solver along

        meter = self.query_one("#sitting-meter", Meter)
        opening, making = _("opening summaries"), _("making the picture safe")
        calls = 0

        def progress(done: int, total: int) -> None:
            nonlocal calls
            self.session.require_going()
            calls += 1
            if total and done % 8:
                return
            stage, count = (opening, done) if total else (making, calls)
            meter.report(stage, count, total)

        return hold_sitting(bureau, guardian, countersign_advisers=self._agreed, progress=progress)

    def _show_minutes(self, minutes: "Minutes") -> None:
        table = minutes.table
        window = window_name(table.window)
        opened = ngettext("%(count)s summary was opened.", "%(count)s summaries were opened.", minutes.opened)
        lines = [
            _said("●", opened % {"count": number(minutes.opened)}, "good"),
            _said("●", _("The picture is about %(window)s.") % {"window": window}, "good"),
            _said(
                "●",
                _("It shows %(shown)s cells and hides %(hidden)s.")
                % {"shown": number(table.shown_cells), "hidden": number(table.hidden_cells)},
                "good",
            ),
            _said(
                " ", _("Hidden means: 0, few, or needed to protect others. They all look the same."), "dim"
            ),
        ]
        if minutes.unreadable:
            lines.append(
                _said(
                    "×", _("Could not be opened: %(names)s") % {"names": ", ".join(minutes.unreadable)}, "bad"
                )
            )
            lines.append(_said(" ", _("Ask these advisers to hand the quarter in again."), "dim"))
        if minutes.left_out:
            lines.append(
                _said(
                    "!",
                    _("Left out, the guardian has yet to agree: %(names)s")
                    % {"names": ", ".join(minutes.left_out)},
                    "warn",
                )
            )
        lines.append(_said("●", _("The pool is closed again."), "good"))
        self._is_over = True
        card = self.query_one("#agenda-card", Vertical)
        card.border_title = _("Picture %(number)s is made") % {"number": minutes.picture}
        agenda = self.query_one("#agenda", Listing)
        agenda.can_focus = True
        agenda.show(lines)
        agenda.focus()
        self.query_one("#guardian-box").add_class("-hidden")
        self.notice.tell(_("The new picture is ready."), _("F4 shows it."))


def _said(mark: str, text: str, role: Role = "plain") -> Line:
    return Line(
        (((f"{mark} ", "accent" if role == "plain" else role), (text, role if role != "good" else "plain")),)
    )
