"""Settings that are one choice out of a few: the time to lock, the language, the look.

Enter takes the line under the cursor; the one in force is marked ``[x]``.
"""

from collections.abc import Callable, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.i18n import LANGUAGES, _, use_language
from vertrouwenswerk.tui.screens.settings_parts import Part
from vertrouwenswerk.tui.screens.settings_secrets import Said, step_keys
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell
from vertrouwenswerk.tui.words import LANGUAGE_NAMES, look_names, minutes_in_words
from vertrouwenswerk.usecases.adviser import Adviser, lock_after
from vertrouwenswerk.usecases.appearance import choose_appearance

_LOCK_MINUTES = (1, 2, 5, 10, 15, 30)


class ChoiceScreen(Part):
    """A few answers, of which one is in force."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__(session)
        self.done = done

    def heading(self) -> str:
        """Return what is chosen here."""
        raise NotImplementedError

    def lead(self) -> str:
        """Return what there is to know about the choice."""
        raise NotImplementedError

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the answers, as key and words."""
        raise NotImplementedError

    def in_force(self) -> str:
        """Return the key of the answer that holds now."""
        raise NotImplementedError

    async def take(self, answer: str) -> str:
        """Make an answer hold and return what to say. Raises StorageError."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """Yield the explanation over the answers."""
        with Vertical(classes="card main form") as card:
            card.border_title = self.heading()
            yield Static(self.lead(), classes="lead", markup=False)
            yield Listing(id="choice-answers")

    def on_mount(self) -> None:
        """Begin at the answer in force."""
        now = self.in_force()
        lines = [
            Line((cell(f"{'[x]' if key == now else '[ ]'} {words}"),), key=key)
            for key, words in self.answers()
        ]
        listing = self.query_one("#choice-answers", Listing)
        listing.show(lines, now)
        listing.focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return (("↑↓", _("choose")), *step_keys(_("take")))

    @on(Listing.Chosen, "#choice-answers")
    @work(group="choice", exclusive=True)
    async def _chosen(self, event: Listing.Chosen) -> None:
        with self.telling():
            self.done((await self.take(event.key), ""))


class LockTimeScreen(ChoiceScreen):
    """After how many minutes without a key the vault locks."""

    def heading(self) -> str:
        """Return what is chosen here."""
        return _("Lock by itself")

    def lead(self) -> str:
        """Return what there is to know about the choice."""
        return _(
            "The shorter, the better for whoever spoke with you. ctrl+l locks at once, F8 hides the screen."
        )

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the times; one chosen on the command line too."""
        minutes = sorted({*_LOCK_MINUTES, self.session.lock_minutes})
        return tuple((str(count), minutes_in_words(count)) for count in minutes)

    def in_force(self) -> str:
        """Return the time that holds now."""
        return str(self.session.lock_minutes)

    async def take(self, answer: str) -> str:
        """Keep the time in the vault."""
        minutes = int(answer)
        await self.session.run(lambda adviser: lock_after(adviser, minutes))
        self.session.lock_minutes = minutes
        return _("The vault locks after %(time)s without a key.") % {"time": minutes_in_words(minutes)}


class LanguageScreen(ChoiceScreen):
    """Dutch or English."""

    def heading(self) -> str:
        """Return what is chosen here."""
        return _("Language")

    def lead(self) -> str:
        """Return what there is to know about the choice."""
        return _("Kept in a small readable file: the lock screen must know it before the vault opens.")

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the languages, each in itself."""
        return tuple((language, LANGUAGE_NAMES[language]) for language in LANGUAGES)

    def in_force(self) -> str:
        """Return the language that is kept."""
        return read_appearance(self.desk.places).language

    async def take(self, answer: str) -> str:
        """Keep the language, and speak it from here on."""
        choose_appearance(self.desk.places, language=answer)
        use_language(answer)
        return _("The program speaks English from now on.")


class LookScreen(ChoiceScreen):
    """Night, day or high contrast."""

    def heading(self) -> str:
        """Return what is chosen here."""
        return _("Look")

    def lead(self) -> str:
        """Return what there is to know about the choice."""
        return _("Nothing is told by colour alone. With NO_COLOR set there is no colour at all.")

    def answers(self) -> Sequence[tuple[str, str]]:
        """Return the looks."""
        return tuple(look_names().items())

    def in_force(self) -> str:
        """Return the look that is kept."""
        return read_appearance(self.desk.places).look

    async def take(self, answer: str) -> str:
        """Keep the look and put it on."""
        self.desk.action_look(answer)
        return _("The look is now: %(look)s.") % {"look": look_names()[answer]}
