"""Patterns: what stands out in the newest picture, since when, and what became of it.

The list has the picture's order and never that of the counts. Below it, or beside it, stands
what is told of the finding under the cursor: its sentence, what earlier pictures told of it,
and its follow-up. Enter sets the follow-up; a state and the quarter are all that is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from vertrouwenswerk.domain.follow_up import FollowUp, now
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.reports.follow_up_words import follow_up_line, follow_up_name
from vertrouwenswerk.reports.pattern_list import listed
from vertrouwenswerk.reports.pattern_words import (
    history_too_short,
    names_of,
    not_looked_for,
    nothing_found,
    question_in_words,
    state_name,
    strength,
    window_in_words,
    without_headcount,
)
from vertrouwenswerk.tui.screens.bureau_base import BureauScreen
from vertrouwenswerk.tui.screens.dialogs import Question
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Cell, Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.words import clipped, signals
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.following_up import (
    Course,
    Courses,
    FollowedUp,
    Told,
    follow_up,
    look_at_follow_up,
)
from vertrouwenswerk.usecases.pattern_looking import PatternsView, look_at_patterns

_COLUMNS = (Column(width=10), Column(), Column(width=10), Column(width=19))
_LABEL = 13
_WIDE, _HIGH = 110, 34
_AS_IT_IS = ""


@dataclass(frozen=True, slots=True)
class _Looked:
    view: PatternsView
    courses: Courses

    @property
    def all(self) -> tuple[Course, ...]:
        """Those of the picture, then those told before and open still."""
        return (*self.courses.current, *self.courses.open)


def _look(bureau: Bureau) -> _Looked | None:
    """Return what stands out and what became of it; None while there is no picture."""
    try:
        view = look_at_patterns(bureau)
    except UsageError:
        return None
    return _Looked(view, look_at_follow_up(bureau, view))


class PatternsScreen(BureauScreen):
    """What stands out, and what became of it."""

    tab = "F7"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__(session)
        self._looked: _Looked | None = None
        self._is_read = False

    def body(self) -> ComposeResult:
        """Yield the list and what is told of the finding under the cursor."""
        with Container(id="patterns-cards"):
            with Vertical(id="patterns-card", classes="card main") as card:
                card.border_title = _("Patterns")
                yield Listing(_COLUMNS, id="patterns")
            with Vertical(id="pattern-card", classes="card") as card:
                card.border_subtitle = _("a rise may be trust · a signal is not a report")
                yield Listing(id="pattern")

    def on_mount(self) -> None:
        """Read what stands out."""
        self.query_one("#patterns").focus()
        self._read()

    def keys(self) -> Keys:
        """Return the keys."""
        always = (("F1", _("help")), ("^p", _("commands")), ("^l", _("lock")))
        if self._looked is None or not self._looked.all:
            return always
        if self.query_one("#pattern").has_focus:
            return (("↑↓", _("read on")), ("Esc", _("back to the list")), *always)
        return (("↑↓", _("pattern")), (_("Enter"), _("follow-up")), ("Tab", _("read on")), *always)

    def help_lines(self) -> Keys:
        """Return the keys, and what stands out means."""
        return (
            (_("arrows"), _("another pattern; beside or below it is told in full")),
            (_("Enter"), _("say how far the follow-up is; a step back is fine")),
            ("Tab", _("to the text, to read on with the arrows, and back")),
            (_("order"), _("rarest first, then as in the codebook; never by counts")),
            (_("a rise"), _("may be trust in the advisers; low is not good in itself")),
            (_("a signal"), _("is not a report and not a complaint")),
            (_("kept"), _("of a follow-up: its states and quarters, and no word")),
        )

    def on_descendant_focus(self) -> None:
        """Say which keys there are where one is now."""
        self.show_bars()

    def action_back(self) -> None:
        """Go back to the list."""
        self.query_one("#patterns").focus()

    def on_resize(self) -> None:
        """Show sentences in the list where there is room."""
        super().on_resize()
        self._show()

    @work(group="look", exclusive=True)
    async def _read(self) -> None:
        with self.telling():
            self._looked = await self.session.run(_look)
            self._is_read = True
            self._show()

    def _show(self) -> None:
        if not self._is_read:
            return
        patterns, looked = self.query_one("#patterns", Listing), self._looked
        lines = _no_picture() if looked is None else self._lines(looked)
        patterns.show(lines, patterns.chosen_key)
        if looked is not None:
            self.query_one("#patterns-card", Vertical).border_subtitle = _picture(looked.view.picture)
        is_lone = looked is None or not looked.all
        self.query_one("#patterns-cards").set_class(is_lone, "-lone")
        self._show_pattern()
        self.show_bars()

    def _lines(self, looked: _Looked) -> Iterable[Line]:
        with_sentences = self.size.width >= _WIDE and self.size.height >= _HIGH
        if looked.all:
            yield Line(tuple(cell(word, "dim") for word in _heads()))
        for place, course in enumerate(looked.all):
            if place == len(looked.courses.current):
                yield heading(_("Told by an earlier picture, and followed up still:"))
            is_current = place < len(looked.courses.current)
            yield Line(_summary(course, is_current=is_current), key=str(place))
            if with_sentences:
                yield heading(f"  {listed(course.told.finding, course.told.codebook)}")
        if not looked.all:
            yield from _how_far_it_looked(looked.view)

    @on(Listing.Highlighted, "#patterns")
    def _show_pattern(self) -> None:
        course = self._chosen_course()
        if course is None or self._looked is None:
            return
        codebook, finding = course.told.codebook, course.told.finding
        self.query_one("#pattern-card", Vertical).border_title = _place(course.told)
        self.query_one("#pattern", Listing).show(
            [
                heading(listed(finding, codebook), "plain"),
                heading(""),
                *_labelled(
                    _("Follow-up"),
                    (f"{step.quarter}  {follow_up_name(step.state)}" for step in course.steps),
                    _("new; Enter says how far it is"),
                ),
                *_labelled(_("Told before"), map(_told, course.earlier), _("not by an earlier picture")),
                *_labelled(_("Asked"), [question_in_words(finding.question)]),
                *_how_far_it_looked(self._looked.view),
            ]
        )

    def _chosen_course(self) -> Course | None:
        key = self.query_one("#patterns", Listing).chosen_key
        return None if key is None or self._looked is None else self._looked.all[int(key)]

    # --- follow-up

    @on(Listing.Chosen, "#patterns")
    def _ask(self) -> None:
        course = self._chosen_course()
        if course is None:
            return
        state = now(course.steps)
        answers = [(_AS_IT_IS, _("Leave it as it is"))]
        answers += [
            (each.value, f"({'x' if each is state else ' '}) {follow_up_name(each)}") for each in FollowUp
        ]
        text = _("How far is the talk about this? The state and the quarter are kept, and no word.")

        def answered(answer: str | None) -> None:
            if answer:
                self._set(course, FollowUp(answer))

        self.app.push_screen(Question(_("Follow-up"), f"{_place(course.told)}\n{text}\n", answers), answered)

    @work(group="set")
    async def _set(self, course: Course, state: FollowUp) -> None:
        one = course.told.finding
        with self.telling():
            done = await self.session.run(
                lambda bureau: follow_up(bureau, one.question, one.unit, one.theme, state)
            )
            self._tell(done)
            self._read()

    def _tell(self, done: FollowedUp) -> None:
        if done.changed:
            self.notice.tell(follow_up_line(done.steps), _("Enter changes it again; the history keeps both."))
        else:
            self.notice.tell(_("It had that state already; nothing was changed."))


def _heads() -> tuple[str, ...]:
    return (_("how strong"), _("where and about what"), _("new?"), _("follow-up"))


def _place(told: Told) -> str:
    unit, theme = names_of(told.finding.unit, told.finding.theme, told.codebook)
    return f"{unit}, {clipped(theme)}"


def _summary(course: Course, *, is_current: bool) -> tuple[Cell, ...]:
    finding, state = course.told.finding, now(course.steps)
    return (
        cell(strength(finding.band), "strong"),
        cell(_place(course.told)),
        cell(state_name(finding.state) if is_current else _picture(course.told.picture)),
        cell(follow_up_name(state), "dim" if state is FollowUp.NEW else "accent"),
    )


def _picture(number: int) -> str:
    return _("picture %(number)s") % {"number": number}


def _no_picture() -> list[Line]:
    return [
        heading(_("There is no picture yet."), "plain"),
        heading(""),
        heading(_("A sitting makes one, from what advisers handed in: F3. It also looks for patterns.")),
        heading(_("What stands out then stands here in sentences, with how often luck alone does that.")),
    ]


def _how_far_it_looked(view: PatternsView) -> Iterable[Line]:
    if not view.was_looked_for:
        said = list(not_looked_for(view.picture))
    else:
        said = [] if view.findings else [nothing_found(view.sensitivity)]
        if not view.findings:
            said.append(_("That is no proof that all is well: few signals may also mean little trust."))
    said += [
        history_too_short(view.quarters_needed),
        without_headcount(view.without_headcount, view.codebook),
    ]
    for text in filter(None, said):
        yield heading("")
        yield heading(text, "plain")


def _labelled(label: str, texts: Iterable[str], without: str = "") -> Iterable[Line]:
    for place, text in enumerate(list(texts) or [without]):
        head = "" if place else label
        yield Line((((head.ljust(_LABEL), "dim"), (text, "plain")),))


def _told(told: Told) -> str:
    finding = told.finding
    return _("picture %(number)s, %(window)s: %(strength)s, %(count)s (%(state)s)") % {
        "number": told.picture,
        "window": window_in_words(finding.window),
        "strength": strength(finding.band),
        "count": signals(finding.seen),
        "state": state_name(finding.state),
    }
