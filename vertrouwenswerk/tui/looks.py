"""The colours of night and day; one accent, and a scale of rising luminance for counts.

The scale keeps its order without colour: every step is lighter than the one before (night) or
darker (day), and the number is always printed.
"""

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
        "line": "#31404e",
        "muted": "#8593a3",
        "cursor-row": "#22424a",
        "field": "#1d2935",
        "hatch": "#46535f",
    },
)
DAY = Theme(
    name="day",
    primary="#1f7a68",
    secondary="#3b5f8a",
    accent="#9a4f0b",
    foreground="#1d2731",
    background="#f4f1ea",
    surface="#fbf9f4",
    panel="#e8e3d8",
    success="#2c7a37",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
    variables={
        "line": "#b9b2a3",
        "muted": "#5d6772",
        "cursor-row": "#cfe5df",
        "field": "#e8e3d8",
        "hatch": "#a9a294",
    },
)
