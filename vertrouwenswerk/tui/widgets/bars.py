"""The lines at the edges of every screen: whose vault, where you are, which keys there are.

State is said in words and not by colour alone; the bar of keys holds at most eight.
"""

from dataclasses import dataclass

from textual.content import Content
from textual.widgets import Static

from vertrouwenswerk.i18n import _

MOST_KEYS = 8
_URGENT_SECONDS = 30
Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TopState:
    """Whose vault it is, whether a demo, open or locked, and the seconds until it locks itself."""

    whose: str = ""
    is_demo: bool = False
    is_open: bool = False
    seconds_left: int = 0


class Bar(Static):
    """A line that is painted again only when something else is to stand in it."""

    _shown = Content()

    def put(self, content: Content) -> None:
        """Show this and nothing else."""
        if not content.is_same(self._shown):
            self._shown = content
            self.update(content, layout=False)


class TopBar(Bar):
    """The uppermost line."""

    def show(self, state: TopState) -> None:
        """Show whose vault this is and how it stands, as much of it as fits."""
        right = self._right(state)
        for product, demo in ((True, _("DEMO, all made up")), (True, "DEMO"), (False, "DEMO")):
            left = self._left(state, demo, product=product)
            gap = (self.size.width or 80) - left.cell_length - right.cell_length
            if gap > 0:
                break
        self.put(Content.assemble(left, " " * max(1, gap), right))

    def _left(self, state: TopState, demo: str, *, product: bool) -> Content:
        parts: list[tuple[str, str]] = [(" ", "")]
        if product or not state.whose:
            parts.append(("vertrouwenswerk", "bold"))
        if state.whose:
            parts.append((f" · {state.whose}" if product else state.whose, "$foreground"))
        if state.is_demo:
            parts += [("  ", ""), (f" {demo} ", "bold $background on $accent")]
        return Content.assemble(*parts)

    def _right(self, state: TopState) -> Content:
        if not state.is_open:
            return Content.assemble((_("○ locked"), "$muted"), " ")
        urgent = "bold $warning" if state.seconds_left <= _URGENT_SECONDS else "bold"
        left = f"{state.seconds_left // 60}:{state.seconds_left % 60:02d}"
        return Content.assemble(
            (_("● open"), "$success"), (" · " + _("locks in") + " ", "$muted"), (left, urgent), " "
        )


class TabBar(Bar):
    """The line of screens, the one that is shown marked."""

    def show(self, tabs: Keys, here: str) -> None:
        """Show the tabs; ``here`` is the key of the one that is open."""
        parts: list[tuple[str, str]] = [(" ", "")]
        for key, name in tabs:
            if key == here:
                parts += [(f" {key} ", "bold $accent on $panel"), (f"{name} ", "bold on $panel"), (" ", "")]
            else:
                parts += [(f" {key} ", "$accent"), (f"{name} ", "$muted"), (" ", "")]
        self.put(Content.assemble(*parts))


class KeyBar(Bar):
    """The lowest line: keys and what they do."""

    def show(self, keys: Keys) -> None:
        """Show at most eight keys; those that do not fit the width are left out from the right."""
        shown, room = [], (self.size.width or 80) - 1
        for key, name in keys[:MOST_KEYS]:
            room -= len(key) + len(name) + 3
            if room < -2:
                break
            shown += [(key, "bold $accent"), (f" {name}  ", "")]
        self.put(Content.assemble((" ", ""), *shown))


class Notice(Static):
    """Two lines: what happened or what is wrong, and what you can do about it."""

    text = ("", "")

    def clear(self) -> None:
        """Show nothing."""
        self.text = ("", "")
        self.set_classes("")
        self.update("", layout=False)

    def tell(self, message: str, hint: str = "") -> None:
        """Say what was done."""
        self._show("good", "✓ ", message, hint)

    def busy(self, message: str) -> None:
        """Say what is being done."""
        self._show("busy", "… ", message, "")

    def complain(self, message: str, hint: str) -> None:
        """Say what is wrong and what can be done."""
        self._show("bad", "! ", message, hint)

    def _show(self, kind: str, mark: str, message: str, hint: str) -> None:
        self.text = (message, hint)
        self.set_classes(kind)
        colour = {"good": "$success", "bad": "$error", "busy": "$muted"}[kind]
        self.update(
            Content.assemble(
                (mark, f"bold {colour}"),
                (message, "bold" if kind != "busy" else ""),
                "\n  ",
                (hint, "$muted"),
            ),
            layout=False,
        )
