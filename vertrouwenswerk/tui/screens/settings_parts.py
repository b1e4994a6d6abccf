"""Behind the settings of an adviser: a newer codebook, the own card, what this program is.

A codebook is read, checked and shown first; the answer under the cursor is to keep the old one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from vertrouwenswerk import __version__
from vertrouwenswerk.i18n import _, ngettext, number
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen, Desk
from vertrouwenswerk.tui.screens.settings_secrets import Said, step_keys
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.widgets.paths import documents, path_input
from vertrouwenswerk.tui.words import who_can_open
from vertrouwenswerk.usecases.adviser import Adviser, fingerprints, take_codebook, write_card
from vertrouwenswerk.usecases.keeping import CodebookOffer, consider_codebook

_CARD_SUFFIX = ".vwcard"
_CARD_NAME = f"vertrouwenspersoon{_CARD_SUFFIX}"


class Part(AdviserScreen):
    """A screen behind the settings; Escape goes back to them."""

    tab = "F7"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def keys(self) -> Keys:
        """Return the keys."""
        return step_keys()

    def action_back(self) -> None:
        """Go back to the settings."""
        self.app.pop_screen()


class CodebookScreen(Part):
    """A file from the bureau, what it would change, and whether to take it."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__(session)
        self._done = done
        self._offer: CodebookOffer | None = None

    def body(self) -> ComposeResult:
        """Yield the field over the changes and the answers."""
        with Vertical(classes="card main") as card:
            card.border_title = _("Take a newer codebook")
            yield Static(id="codebook-now", classes="lead", markup=False)
            yield Field(
                _("File"),
                path_input("newer-codebook", "", _("the path of the file; Enter reads it"), ".vwcodebook"),
            )
            yield Listing(id="codebook-changes")
            yield Listing(id="codebook-answers")

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one("#newer-codebook").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        if self._offer is None:
            return step_keys(_("read the file"))
        return ((_("Enter"), _("choose")), ("Tab", _("to the changes")), *step_keys())

    def show_desk(self, desk: Desk) -> None:
        """Show which codebook is in force."""
        super().show_desk(desk)
        words = {"version": desk.codebook.version, "organisation": desk.codebook.organisation}
        self.query_one("#codebook-now", Static).update(
            _("You have version %(version)s of the codebook of %(organisation)s.") % words
        )

    @on(Input.Submitted, "#newer-codebook")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._consider(Path(event.value.strip()).expanduser())

    @work(group="codebook", exclusive=True)
    async def _consider(self, path: Path) -> None:
        self._show_offer(None)
        with self.telling():
            self._show_offer(await self.session.run(lambda adviser: consider_codebook(adviser, path)))
            self.notice.tell(_("The signatures are right."), _("Nothing is changed yet; you choose."))
            self.query_one("#codebook-answers").focus()

    def _show_offer(self, offer: CodebookOffer | None) -> None:
        self._offer = offer
        changes, answers = (self.query_one(f"#codebook-{name}", Listing) for name in ("changes", "answers"))
        changes.show(_changes(offer) if offer else [])
        answers.set_class(offer is not None, "-shown")
        if offer is not None:
            keep = _("No, keep version %(version)s") % {"version": offer.current.version}
            take = _("Take version %(version)s") % {"version": offer.offered.codebook.version}
            answers.show([Line((cell(keep),), key="keep"), Line((cell(take),), key="take")])
        self.show_bars()

    @on(Listing.Chosen, "#codebook-answers")
    def _chosen(self, event: Listing.Chosen) -> None:
        if event.key == "keep":
            self.app.pop_screen()
        elif self._offer is not None:
            self._take(self._offer)

    @work(group="codebook", exclusive=True)
    async def _take(self, offer: CodebookOffer) -> None:
        with self.telling():
            await self.session.run(lambda adviser: take_codebook(adviser, offer.offered))
            version = offer.offered.codebook.version
            self._done(
                (
                    _("You now use version %(version)s of the codebook.") % {"version": version},
                    _("What you counted stays as it was; ended units go on under the new one."),
                )
            )


def _changes(offer: CodebookOffer) -> list[Line]:
    old, new = offer.current, offer.offered.codebook
    added, renamed, ended = offer.added_units, offer.renamed_units, offer.ended_units
    themes = {theme.code: theme for theme in old.themes}
    other_themes = [theme for theme in new.themes if themes.get(theme.code) != theme]
    lines = [heading(_("This is version %(version)s.") % {"version": new.version}, "strong")]
    if added:
        words = ngettext("%(count)s new unit", "%(count)s new units", len(added))
        lines.append(heading(words % {"count": number(len(added))}, "accent"))
        lines += [heading(f"  {unit.name}", "plain") for unit in added]
    if ended:
        words = ngettext("%(count)s unit ended", "%(count)s units ended", len(ended))
        lines.append(heading(words % {"count": number(len(ended))}, "accent"))
        lines += [
            heading(_("  %(unit)s; counts on as %(heir)s") % {"unit": unit.name, "heir": heir.name}, "plain")
            for unit, heir in ended
        ]
    if renamed:
        words = ngettext("%(count)s unit renamed", "%(count)s units renamed", len(renamed))
        lines.append(heading(words % {"count": number(len(renamed))}, "accent"))
        lines += [heading(f"  {before.name} → {after.name}", "plain") for before, after in renamed]
    if other_themes:
        words = ngettext(
            "%(count)s theme new or changed", "%(count)s themes new or changed", len(other_themes)
        )
        lines.append(heading(words % {"count": number(len(other_themes))}, "accent"))
    threshold = (
        _("Threshold: %(new)s, as it was") % {"new": new.threshold}
        if new.threshold == old.threshold
        else _("Threshold: %(new)s; it was %(old)s") % {"new": new.threshold, "old": old.threshold}
    )
    lines.append(heading(threshold, "plain" if new.threshold == old.threshold else "warn"))
    return [*lines, *_who_opens(offer)]


def _who_opens(offer: CodebookOffer) -> list[Line]:
    old, new = offer.current, offer.offered.codebook
    if new.guardian == old.guardian:
        return [heading(who_can_open(new.opening), "plain")]
    lines = [
        heading(_("Another may open the counts; the guardian you had has signed for it."), "warn"),
        heading(who_can_open(new.opening), "warn"),
    ]
    words = fingerprints(new).guardian
    if words is not None:
        lines += [heading(_("Six words of the guardian:")), heading("   " + " ".join(words), "accent")]
    return lines


class CardScreen(Part):
    """The own six words, and the card to write."""

    def body(self) -> ComposeResult:
        """Yield the words over the field."""
        with Vertical(classes="card main") as card:
            card.border_title = _("Your card for the bureau")
            yield Static(
                _(
                    "By your card the bureau can tell that a file comes from you. It holds no name. The "
                    "bureau calls you and compares these six words:"
                ),
                classes="lead",
            )
            yield Static(id="own-words", markup=False)
            yield Field(
                _("Write it to"),
                path_input("card-path", str(documents() / _CARD_NAME)),
            )

    def on_mount(self) -> None:
        """Show the words."""
        self.query_one("#card-path").focus()
        self._show_words()

    def keys(self) -> Keys:
        """Return the keys."""
        return step_keys(_("write the file"))

    @work(group="words", exclusive=True)
    async def _show_words(self) -> None:
        with self.telling():
            words = await self.session.run(lambda adviser: adviser.words)
            self.query_one("#own-words", Static).update(Content.styled(" ".join(words), "bold $accent"))

    @on(Input.Submitted, "#card-path")
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            return
        path = Path(event.value.strip()).expanduser()
        path = path / _CARD_NAME if path.is_dir() else path
        if path.exists() and path.suffix != _CARD_SUFFIX:
            self.notice.complain(
                _("There is another file with this name."),
                _("Choose a name that ends in .vwcard. Nothing was written."),
            )
            return
        self._write(path)

    @work(group="card", exclusive=True)
    async def _write(self, path: Path) -> None:
        with self.telling():
            await self.session.run(lambda adviser: write_card(adviser, path))
            self.notice.tell(_("Written: %(path)s") % {"path": path}, _("Send or carry it to the bureau."))


class AboutScreen(Part):
    """Versions, the place of the vault, and what is never stored."""

    def body(self) -> ComposeResult:
        """Yield the lines."""
        with Vertical(classes="card main") as card:
            card.border_title = _("About this program")
            yield Listing((Column(width=16), Column()), id="about")

    def show_desk(self, desk: Desk) -> None:
        """Show what there is to know."""
        super().show_desk(desk)
        codebook = desk.codebook
        version = {"version": codebook.version, "organisation": codebook.organisation}
        never = (
            _("who called on you: there is no field for a name, a day or a note"),
            _("in what order you counted: only numbers per quarter, unit and theme"),
            _("your passphrase or recovery code, in any form that can be read back"),
        )
        listing = self.query_one("#about", Listing)
        listing.show(
            [
                Line((cell(_("Program"), "dim"), cell(f"vertrouwenswerk {__version__}"))),
                Line(
                    (
                        cell(_("Codebook"), "dim"),
                        cell(_("version %(version)s, %(organisation)s") % version),
                    )
                ),
                Line((cell(_("Threshold"), "dim"), cell(number(codebook.threshold)))),
                heading(who_can_open(codebook.opening), "plain"),
                heading(""),
                heading(_("Your vault is here:")),
                heading(f"  {self.desk.places.adviser_vault}", "plain"),
                heading(""),
                heading(_("What is never stored:")),
                *(heading(f"  {text}", "plain") for text in never),
                heading(""),
                heading(_("This program has no network: only files that you write leave it."), "plain"),
            ]
        )
        listing.focus()
