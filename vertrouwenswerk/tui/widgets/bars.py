"""The lines at the edges of every screen: whose vault, where you are, which keys there are.

State is said in words and signs and not by colour alone; the bar of keys holds at most eight.
A click on a key or a tab does what the key does.
"""

from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Static

from vertrouwenswerk.i18n import _

MOST_KEYS = 8
_URGENT_SECONDS = 30
_INDENT = "  "
Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TopState:
    """Whose vault it is, whether a demo, open or locked, and the seconds until it locks itself."""

    whose: str = ""
    is_demo: bool = False
    is_open: bool = False
    is_curtained: bool = False
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
        if state.is_curtained:
            parts.append((_("hidden · F8 shows it again · ctrl+l locks"), "bold"))
        elif product or not state.whose:
            parts.append(("vertrouwenswerk", "bold"))
        if state.whose:
            parts.append((f" · {state.whose}" if product else state.whose, "$foreground"))
        if state.is_demo and not state.is_curtained:
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


class KeyLine(Bar):
    """A line of keys with what they do, each of which can be clicked."""

    start, gap = 1, 2  # where the first key stands, and how far the next is from its name
    _ARROWS: ClassVar[dict[str, str]] = {"↑": "up", "↓": "down", "←": "left", "→": "right"}

    def __init__(self) -> None:
        super().__init__()
        self._clickable: Keys = ()

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        start = self.start
        for label, name in self._clickable:
            width = cell_len(label) + 1 + cell_len(name)
            if start <= event.x < start + width:
                self._press(self._key_of(label, event.x - start))
            start += width + self.gap

    def _key_of(self, label: str, column: int) -> str:
        """Return the name of the key; nothing when the label names several and none was hit."""
        hit = label[column : column + 1] if len(label) > 1 else label
        if hit in self._ARROWS:
            return self._ARROWS[hit]
        named = {_("Enter"): "enter", "Esc": "escape", "Tab": "tab"}
        if label.startswith("^"):
            return f"ctrl+{label[1:]}"
        if label.startswith("F") and label[1:].isdigit():
            return label.lower()
        return named.get(label, label if len(label) == 1 else "")

    def _press(self, key: str) -> None:
        if key:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))


class TabBar(KeyLine):
    """The line of screens, the one that is shown marked."""

    start, gap = 2, 3

    def show(self, tabs: Keys, here: str) -> None:
        """Show the tabs; ``here`` is the key of the one that is open."""
        self._clickable = tabs
        parts: list[tuple[str, str]] = [(" ", "")]
        for key, name in tabs:
            if key == here:
                open_tab = (("[", "$accent"), (f"{key} ", "bold $accent"), (name, "bold"), ("]", "$accent"))
                parts += [*((text, f"{style} on $panel") for text, style in open_tab), (" ", "")]
            else:
                parts += [(f" {key} ", "$accent"), (f"{name} ", "$muted"), (" ", "")]
        self.put(Content.assemble(*parts))


class KeyBar(KeyLine):
    """The lowest line: keys and what they do."""

    def show(self, keys: Keys) -> None:
        """Show at most eight keys; those that do not fit the width are left out from the right."""
        shown, room = [], (self.size.width or 80) - 1
        self._clickable = keys[:MOST_KEYS]
        for place, (key, name) in enumerate(self._clickable):
            room -= len(key) + len(name) + 1 + self.gap
            if room < -self.gap:
                self._clickable = keys[:place]
                break
            shown += [(key, "bold $accent"), (f" {name}  ", "")]
        self.put(Content.assemble((" ", ""), *shown))


class Notice(Static):
    """Two lines: what happened or what is wrong, and what you can do about it; more where one is long."""

    text = ("", "")
    _least_lines, _narrow = 2, 74

    @property
    def room(self) -> int:
        """How many characters each of the two lines can show."""
        return (self.content_size.width or self._narrow + len(_INDENT)) - len(_INDENT)

    def clear(self) -> None:
        """Show nothing."""
        self.text = ("", "")
        self.set_classes("")
        self._take_lines(self._least_lines)
        self.update("", layout=False)

    def _take_lines(self, lines: int) -> None:
        """Be so many lines high; the body gives way. Unchanged, it asks for no layout."""
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines

    def tell(self, message: str, hint: str = "") -> None:
        """Say what was done."""
        self._show("good", "✓ ", message, hint)

    def remind(self, message: str, hint: str) -> None:
        """Say what waits."""
        self._show("waits", "▸ ", message, hint)

    def busy(self, message: str) -> None:
        """Say what is being done."""
        self._show("busy", "… ", message, "")

    def complain(self, message: str, hint: str) -> None:
        """Say what is wrong and what can be done."""
        self._show("bad", "! ", message, hint)

    def _show(self, kind: str, mark: str, message: str, hint: str) -> None:
        self.text = (message, hint)
        self.set_classes(kind)
        message, hint = (f"\n{_INDENT}".join(wrap(text, self.room) or [""]) for text in (message, hint))
        self._take_lines(message.count("\n") + hint.count("\n") + self._least_lines)
        colour = {"good": "$success", "bad": "$error", "busy": "$muted", "waits": "$accent"}[kind]
        self.update(
            Content.assemble(
                (mark, f"bold {colour}"),
                (message, "bold" if kind != "busy" else ""),
                f"\n{_INDENT}",
                (hint, "$muted"),
            ),
            layout=False,
        )
