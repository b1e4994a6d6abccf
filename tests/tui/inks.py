"""What was painted: the ink and ground of every text, and how far they stand apart.

Read are the cells as they go to the terminal, after Textual's filters; ratios are by WCAG 2.2.
Not text, and left out:

- lines of boxes, bars and hatches (U+2500 to U+257F), among them the hatch of hidden cells;
- blocks (U+2580 to U+259F): edges of fields, the row gap of tiles, the bar of progress, scroll bars;
- spaces;
- what lies behind a dialog: it is dimmed and cannot be used.
"""

from collections.abc import Iterator

from rich.color import Color as RichColor
from rich.segment import Segment
from textual.color import Color
from textual.constants import DIM_FACTOR
from textual.geometry import Region
from textual.screen import ModalScreen

from tests.tui.driving import Driver


def luminance(colour: Color) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def is_text(character: str) -> bool:
    return not character.isspace() and not 0x2500 <= ord(character) <= 0x259F


def texts(driver: Driver) -> Iterator[tuple[int, str, Color, Color]]:
    """Yield row, text, ink and ground of every text that is painted and can be used."""
    screen = driver.app.screen
    whole = Region(0, 0, *driver.app.size)
    used = screen.query_one(".dialog").region if isinstance(screen, ModalScreen) else whole
    for y, strip in enumerate(screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            if used.contains(x, y) and (text := "".join(filter(is_text, segment.text))):
                yield y, text, *inks(segment)
            x += segment.cell_length


def inks(segment: Segment) -> tuple[Color, Color]:
    """Return ink and ground, dimmed and reversed as the terminal would."""
    style = segment.style
    assert style is not None, segment
    ink, ground = (own(part) for part in (style.color, style.bgcolor))
    if style.dim:
        ink = ground.blend(ink, DIM_FACTOR)
    return (ground, ink) if style.reverse else (ink, ground)


def own(colour: RichColor | None) -> Color:
    assert colour is not None and colour.triplet is not None, "the terminal's own colour would show"
    return Color.from_rich_color(colour)


def too_faint(driver: Driver, least: float) -> Iterator[str]:
    for y, text, ink, ground in texts(driver):
        if (ratio := contrast(ink, ground)) < least:
            yield f"{ratio:.2f} line {y}: {text!r} {ink.hex} on {ground.hex}"
