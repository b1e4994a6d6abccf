"""The colours of night, day and high contrast; one accent, and a scale of luminance for counts.

Every text stands out from what is behind it by 4.5 to 1 or more, in high contrast by 7 to 1
(WCAG 2.2, 1.4.3 and 1.4.6); ``tests/tui/test_tui_contrast.py`` measures it. The scale keeps its
order without colour: every step is lighter than the one before (night) or darker (day), and the
number is always printed.
"""

from functools import lru_cache
from math import sqrt

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

NIGHT = Theme(
    name="night",
    primary="#6fb8a8",
    secondary="#8ba7c9",
    accent="#f0b57e",
    foreground="#d9dfe7",
    background="#0e151d",
    surface="#131c26",
    panel="#1d2935",
    success="#86c48a",
    warning="#f0c36e",
    error="#ef8f80",
    dark=True,
    variables={
        "line": "#3a4b5a",
        "muted": "#9aa8b7",
        "faint": "#7c8c9f",
        "cursor-row": "#1f3d45",
        "field": "#1d2935",
        "field-on": "#1f3d45",
        "hatch": "#46535f",
        "bar": "#4f9486",
    },
)
DAY = Theme(
    name="day",
    primary="#1a6e5e",
    secondary="#365680",
    accent="#8f4809",
    foreground="#1d2731",
    background="#ece7dc",
    surface="#fbf9f4",
    panel="#eee9de",
    success="#22682c",
    warning="#7d5100",
    error="#a8221b",
    dark=False,
    variables={
        "line": "#aaa292",
        "muted": "#525c67",
        "faint": "#5f666c",
        "cursor-row": "#cfe5df",
        "field": "#eee9de",
        "field-on": "#cfe5df",
        "hatch": "#a9a294",
        "bar": "#5fa898",
    },
)
CONTRAST = Theme(
    name="contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffe14d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#2a2a2a",
    success="#7dff8f",
    warning="#ffd23f",
    error="#ffb3aa",
    dark=True,
    variables={
        "line": "#c8c8c8",
        "muted": "#e0e0e0",
        "faint": "#d0d0d0",
        "cursor-row": "#ffe14d",
        "field": "#2a2a2a",
        "field-on": "#00307a",
        "hatch": "#8a8a8a",
        "bar": "#ffffff",
    },
)
LOOKS = (NIGHT, DAY, CONTRAST)

# On the bright cursor row of high contrast every role has this ink in the place of its own.
CURSOR_INKS = {CONTRAST.name: Style(color="#000000", bold=True)}

_SCALES = {
    NIGHT.name: ("#1c4152", "#1f5a6a", "#2c7a7d", "#559b7c", "#94b06f", "#d6bd66", "#ffd279"),
    DAY.name: ("#e6efe2", "#cfe3cb", "#a9d0b5", "#7bb7a3", "#4f9a93", "#33788a", "#1d5570"),
    # No middling tones: neither black nor white stands out from those by 7 to 1.
    CONTRAST.name: ("#0c1f4a", "#123274", "#1d4696", "#8fb4ff", "#b4d2ff", "#d9e8ff", "#ffe98a"),
}
_INKS = tuple(map(Color.parse, ("#0b1118", "#f2f5f8", "#000000", "#ffffff")))
_ENOUGH = 4.5


@lru_cache(512)
def shade_of(look: str, place: float) -> tuple[Color, Color]:
    """Return the ink and ground of a count that lies at ``place`` (0 to 1) on the scale of a look."""
    scale = _SCALES[look]
    step, rest = divmod(place * (len(scale) - 1), 1)
    low, high = scale[int(step)], scale[min(int(step) + 1, len(scale) - 1)]
    ground = (
        Color.parse(high if rest >= 0.5 else low)
        if look == CONTRAST.name
        else Color.parse(low).blend(Color.parse(high), rest)
    )
    soft = max(_INKS[:2], key=lambda ink: contrast(ink, ground))
    hard = max(_INKS[2:], key=lambda ink: contrast(ink, ground))
    return (soft if contrast(soft, ground) >= _ENOUGH else hard), ground


def luminance(colour: Color) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def place_on_scale(count: int, least: int, most: int) -> float:
    """Return where a count lies between ``least`` and ``most``, 0 to 1, by square roots."""
    low, high = sqrt(least), sqrt(max(most, least + 1))
    return min(1.0, max(0.0, (sqrt(count) - low) / (high - low)))
