"""What all screens share: the bars, the two-line notice, and use cases with their errors told.

Example::

    class Overview(BaseScreen):
        def body(self) -> ComposeResult: ...
        def keys(self) -> Keys: ...
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from vertrouwenswerk.errors import Error
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.session import StoppedError
from vertrouwenswerk.tui.widgets.bars import KeyBar, Keys, Notice, TabBar, TopBar

if TYPE_CHECKING:
    from vertrouwenswerk.tui.app import VertrouwenswerkApp


class BaseScreen(Screen[None]):
    """A screen with a top bar, a body, a notice and a bar of keys."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - declared so by Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-high")]  # noqa: RUF012 - declared so by Textual
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "help", show=False)]
    # Textual paints the whole screen when the focus moves; the two widgets paint themselves anyhow.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    tab = ""

    @property
    def desk(self) -> "VertrouwenswerkApp":
        """The app, by its own type."""
        return cast("VertrouwenswerkApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the bars around the body."""
        self._take_breakpoints()
        yield TopBar()
        if self.tab:
            yield TabBar()
        with Container(id="body"):
            yield from self.body()
        yield Notice(id="notice")
        yield KeyBar()

    def _take_breakpoints(self) -> None:
        """Take the classes of this size before there is a widget, or all would get their styles twice."""
        for length, breakpoints in zip(
            self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True
        ):
            self.add_class(max(step for step in breakpoints if step[0] <= length)[1], update=False)

    def body(self) -> ComposeResult:
        """Yield what is between the bars."""
        yield from ()

    def tabs(self) -> Keys:
        """Return the screens of this side."""
        return ()

    def keys(self) -> Keys:
        """Return the keys for the lowest line, at most eight."""
        return ()

    def help_lines(self) -> Keys:
        """Return what F1 says: keys and what they do here."""
        return self.keys()

    def on_resize(self) -> None:
        """Fit the bars to the width."""
        self.show_bars()

    def on_screen_resume(self) -> None:
        """Bring the bars up to date when this screen comes back on top."""
        self.show_bars()

    def show_top(self) -> None:
        """Bring the top bar up to date; a second may pass before a new screen has one."""
        for bar in self.query(TopBar):
            bar.show(self.desk.top_state())

    def commands(self) -> tuple[tuple[str, str, str], ...]:
        """Return what can be done here besides what always can: action, name, key."""
        return ()

    def show_bars(self) -> None:
        """Fill the bars."""
        if not self.is_mounted:
            return
        self.show_top()
        self.query_one(KeyBar).show(self.keys())
        if self.tab:
            self.query_one(TabBar).show(self.tabs(), self.tab)

    @property
    def notice(self) -> Notice:
        """The two lines above the keys."""
        return self.query_one("#notice", Notice)

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """Tell errors in two lines instead of failing; also that work was stopped."""
        with self._while_shown():
            try:
                with self.telling_errors():
                    yield
            except StoppedError:
                self.notice.complain(_("Stopped half-way."), _("Nothing was changed. You can start again."))

    @contextlib.contextmanager
    def telling_errors(self) -> Iterator[None]:
        """Tell errors in two lines; that work was stopped comes through."""
        with self._while_shown():
            try:
                yield
            except Error as error:
                self.notice.complain(error.message, error.hint)

    @contextlib.contextmanager
    def _while_shown(self) -> Iterator[None]:
        """Let work end in silence when its screen was left meanwhile, with all that would show it."""
        try:
            yield
        except NoMatches:
            if self in self.app.screen_stack:
                raise

    def action_help(self) -> None:
        """Show what the keys do here."""
        self.desk.show_help(self.help_lines())
