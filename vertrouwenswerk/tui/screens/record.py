"""Record: a digit for the theme, a few letters for the unit, Enter.

First the themes with their definitions; a digit picks one and the unit's field opens under it.
After Enter the screen is as before, so that nothing is counted twice by a finger that stays.
The quarter is this one; earlier ones can be chosen, later ones not.
"""

import asyncio
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input, Static

from vertrouwenswerk.domain.codebook import Theme
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.i18n import _, language, ngettext
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen, Desk, total
from vertrouwenswerk.tui.session import Done, Session
from vertrouwenswerk.tui.totals import BAR_COLUMN, TOTAL_COLUMNS, bar, theme_lines
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.widgets.unit_picker import UnitPicker
from vertrouwenswerk.tui.words import quarter_name, signals, unit_name, unit_place
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.reminders import Reminder, reminder_in_words, reminders

_MOST_QUARTERS_BACK = 8


class StepText(Static):
    """A text of one step; that it comes and goes asks for one layout and not for a second."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)


class Card(Vertical):
    """A frame that is painted again only when another title is to stand in it, or it changes itself."""

    _titles = ("", "")

    def entitle(self, title: str, subtitle: str = "") -> None:
        """Show these in the upper edge and in the lower one."""
        if (title, subtitle) != self._titles:
            self._titles = title, subtitle
            self.border_title, self.border_subtitle = title, subtitle or None


class RecordScreen(AdviserScreen):
    """The screen an adviser begins with."""

    tab = "F2"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "quarter(-1)", show=False),
        Binding("f6", "quarter(1)", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, session: Session[Adviser]) -> None:
        super().__init__(session)
        self._quarter: Quarter | None = None
        self._theme: Theme | None = None
        self._definition = ""

    def body(self) -> ComposeResult:
        """Yield the card to record in and, beside it, this quarter's tallies."""
        with Horizontal():
            with Card(id="record-card", classes="card main"):
                yield StepText(id="record-theme")
                yield Listing((Column(width=2), Column()), id="themes")
                yield StepText(id="definition")
                yield UnitPicker(id="units")
            with Vertical(classes="side"):
                with Card(id="tally-card", classes="card"):
                    columns = (Column(width=1), Column(), BAR_COLUMN, Column(width=3, right=True))
                    yield Listing(columns, id="tallies")
                with Vertical(id="theme-card", classes="card only-high low"):
                    yield Listing(TOTAL_COLUMNS, id="by-theme", focusable=False)
        yield Static(_counting_rule(), id="rule", markup=False)

    def on_mount(self) -> None:
        """Begin with the themes; just unlocked, say what waits."""
        super().on_mount()
        self.query_one("#themes").focus()
        if not self.session.is_reminded:
            self.session.is_reminded = True
            self._remind()

    @work(group="remind", exclusive=True)
    async def _remind(self) -> None:
        with self.telling():
            waiting = await self.session.run(_first_reminder)
            if waiting is not None and self._theme is None and not any(self.notice.text):
                self.notice.remind(*waiting)

    def keys(self) -> Keys:
        """Return the keys of the step one is at."""
        if self._theme is None:
            first: Keys = (("1-9", _("theme")), ("F5", _("earlier")))
            if self._quarter and self.look and self._quarter < self.look.now:
                first += (("F6", _("later")),)
        else:
            first = (
                ("↑↓", _("choose")),
                (_("Enter"), _("record")),
                ("Esc", _("other theme")),
            )
        undo: Keys = (("^z", _("undo")),) if self.session.undo else ()
        commands: Keys = (("^p", _("commands")),) if self._theme is None else ()
        return (*first, *undo, ("F1", _("help")), *commands, ("^l", _("lock")))

    def help_lines(self) -> Keys:
        """Return the keys of both steps."""
        return (
            ("1-9", _("the theme; arrows show the definitions")),
            (_("letters"), _("part of the unit's name, alias or code; ↑ ↓ choose")),
            (_("digit"), _("in the empty field: the unit used lately with that number")),
            ("*", _("unit: not named")),
            (_("Enter"), _("record one signal")),
            ("Esc", _("empty the field, then another theme")),
            ("ctrl+z", _("undo; ctrl+n does it again")),
            ("F5  F6", _("an earlier quarter, a later one; never the future")),
            ("F2 F3 F4 F7", _("record, overview, hand over, settings")),
        )

    # --- what is shown

    def show_desk(self, desk: Desk) -> None:
        """Show themes, tallies and the quarter."""
        super().show_desk(desk)
        if self._quarter is None:
            self._quarter = desk.now
        themes = self.query_one("#themes", Listing)
        if not themes.lines:
            themes.styles.height = len(desk.codebook.themes)
            themes.show(
                Line((cell(str(theme.key), "accent"), cell(theme.name(language()))), key=theme.code)
                for theme in desk.codebook.themes
            )
        if self._theme is None:  # never under the hands of who chooses a unit
            self.query_one(UnitPicker).offer(desk.codebook, desk.recent)
        self._show_step()
        self._show_tallies(desk, self._quarter)

    def _show_step(self) -> None:
        desk, quarter = self.look, self._quarter
        if desk is None or quarter is None:
            return
        self._change_step(to_units=self._theme is not None)
        card = self.query_one("#record-card", Card)
        past = quarter < desk.now
        period = _("%(quarter)s, which is over") if past else _("%(quarter)s")
        card.entitle(_("New signal"), period % {"quarter": quarter_name(quarter)})
        card.set_class(past, "-past")
        if self._theme is not None:
            theme = Content.assemble(
                (f"{self._theme.key} ", "bold $accent"), (self._theme.name(language()), "bold")
            )
            self.query_one("#record-theme", Static).update(theme, layout=False)
        themes = self.query_one("#themes", Listing)
        shown = self._theme or (desk.codebook.theme(themes.chosen_key) if themes.chosen_key else None)
        self._define(shown)
        self.show_bars()

    def _change_step(self, *, to_units: bool) -> None:
        # By hand and not by a class of the card, which would style all that is in it anew.
        for selector, shown in (("#record-theme", to_units), ("#themes", not to_units), ("#units", to_units)):
            self.query_one(selector).display = shown
        self.query_one("#definition").set_class(to_units, "-unit-step")

    def _define(self, theme: Theme | None) -> None:
        definition = theme.definition_nl if theme else ""
        if definition != self._definition:  # as high as its text: each update lays the screen out anew
            self._definition = definition
            self.query_one("#definition", Static).update(Content(definition))

    def _show_tallies(self, desk: Desk, quarter: Quarter) -> None:
        tallies = desk.of(quarter)
        here = _("This quarter") if quarter == desk.now else str(quarter)  # in words it would not fit
        self.query_one("#tally-card", Card).entitle(f"{here} · {signals(total(tallies))}")
        self.query_one("#theme-card", Vertical).border_title = _("By theme")
        self.query_one("#by-theme", Listing).show(theme_lines(desk.codebook, tallies))
        listing = self.query_one("#tallies", Listing)
        if not tallies:
            listing.show([heading(_("Nothing counted yet.")), heading(_("What you record comes here."))])
            return
        order = {theme.code: theme.key for theme in desk.codebook.themes}
        most = max(tally.count for tally in tallies)
        listing.show(
            Line(
                (
                    cell(str(order[tally.theme]), "accent"),
                    (
                        (unit_name(desk.codebook, tally.unit), "plain"),
                        (f"  {unit_place(desk.codebook, tally.unit)}", "dim"),
                    ),
                    bar(tally.count, most),
                    cell(str(tally.count), "strong"),
                ),
            )
            for tally in tallies
        )

    # --- what is done

    @on(Listing.Highlighted, "#themes")
    def _theme_highlighted(self, event: Listing.Highlighted) -> None:
        if self.look is not None and self._theme is None:
            self._define(self.look.codebook.theme(event.key))

    @on(Listing.Chosen, "#themes")
    def _theme_chosen(self, event: Listing.Chosen) -> None:
        if self.look is not None:
            self._pick(self.look.codebook.theme(event.key))

    def on_key(self, event: events.Key) -> None:
        """Take a digit as a theme while no theme is picked."""
        if self._theme is None and self.look is not None and event.character:
            for theme in self.look.codebook.themes:
                if event.character == str(theme.key):
                    event.stop()
                    self._pick(theme)

    def _pick(self, theme: Theme) -> None:
        self._theme = theme
        self.notice.clear()
        self._show_step()
        # At once and not a frame later, or the next key would be lost.
        self.set_focus(self.query_one("#unit-text", Input), scroll_visible=False)

    @on(UnitPicker.Picked)
    async def _unit_picked(self, event: UnitPicker.Picked) -> None:
        if self._theme is None or self._quarter is None:
            return
        done = Done(self._quarter, event.code, self._theme.code, 1)
        self.change(done, _("Counted"))
        await asyncio.sleep(0)  # the change is on its way to the disk while the screen begins again
        self._begin_again()

    @on(UnitPicker.Left)
    def _unit_left(self) -> None:
        self._begin_again()

    def action_back(self) -> None:
        """Go back to the themes."""
        self._begin_again()

    def _begin_again(self) -> None:
        self._theme = None
        units = self.query_one(UnitPicker)
        if self.look is not None:
            units.offer(self.look.codebook, self.look.recent)
        units.clear()
        self._show_step()
        self.set_focus(self.query_one("#themes"), scroll_visible=False)

    def action_quarter(self, step: int) -> None:
        """Go a quarter back, or forward up to the running one."""
        if self.look is None or self._quarter is None:
            return
        wanted = self._quarter.index + step
        if wanted > self.look.now.index:
            self.notice.complain(
                _("That quarter is yet to begin."), _("A signal is counted in the quarter of the first talk.")
            )
            return
        if wanted < self.look.now.index - _MOST_QUARTERS_BACK:
            return
        self._quarter = Quarter.from_index(wanted)
        self.notice.clear()
        self.show_desk(self.look)


def _first_reminder(adviser: Adviser) -> tuple[str, str] | None:
    """Return the most urgent reminder, and where to go for it; None when nothing waits."""
    waiting = reminders(adviser)
    if not waiting:
        return None
    hint = _("F4 shows what will leave.") if waiting[0] is Reminder.HAND_IN else _("F7 leads there.")
    more = ngettext("%(count)s thing more waits.", "%(count)s things more wait.", len(waiting) - 1)
    others = f" {more % {'count': len(waiting) - 1}}" if len(waiting) > 1 else ""
    return reminder_in_words(adviser, waiting[0], quarter_name), hint + others


def _counting_rule() -> str:
    return _(
        "One signal per person per matter, at the first talk. Do not count: follow-ups, what a "
        "fellow adviser counted, or when the person would rather not."
    )
