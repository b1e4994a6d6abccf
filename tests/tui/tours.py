"""Tours of all screens, for what looks at each of them: pictures, contrast, colour.

A tour is a list of stops: a name and the steps to it from the stop before. A step is a key, or a
selector with what to type into the field or to choose from the list there; ``{secret}`` and the
like stand for words that differ between a demo and a test's municipality. A stop whose name
begins with ``_`` is a state of the screen before and gets no picture of its own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from textual.widgets import Input

from tests.tui.driving import Driver
from vertrouwenswerk.tui.screens.steps import RecoveryStep
from vertrouwenswerk.tui.widgets.listing import Listing

Step = str | tuple[str, str] | Callable[[Driver], Awaitable[None]]
Tour = Sequence[tuple[str, Sequence[Step]]]


async def prove_the_code(driver: Driver) -> None:
    """Type the two groups of the recovery code back."""
    step = driver.app.screen
    assert isinstance(step, RecoveryStep)
    for place, number in enumerate(step.asked):
        await driver.fill(f"#group-{place}", step._groups[number])
    await driver.press("enter")


FIRST_RUN: Tour = (
    ("first-1-welcome", ()),
    ("_no-codebook", ("enter", ("#codebook-path", "nergens.vwcodebook"), "enter")),
    ("first-2-codebook", (("#codebook-path", "{codebook}"), "enter")),
    ("first-3-passphrase", ("end", "enter")),
    ("_own-passphrase", ("end", "enter")),
    ("first-4-recovery", ("escape", ("#codebook-says", "same"), "enter")),
    ("_proving", ("enter",)),
    ("first-5-card", (prove_the_code, ("#offer-path", "~/Documenten/vertrouwenspersoon.vwcard"))),
)
FOUNDING: Tour = (
    ("_found-bureau", ("down", "enter")),
    ("_found-bureau-incomplete", (("#name", "Noordkust"), "enter")),
    ("_demo", ("escape", "down", "enter")),
    ("first-restore", ("escape", "down", "enter", ("#backup-file", "kluis.vwbackup"))),
    ("_restore-incomplete", ("enter", "enter")),
)
ADVISER: Tour = (
    ("unlock", ()),
    ("_wrong-passphrase", (("#secret", "iets anders"), "enter")),
    ("record-themes", (("#secret", "{secret}"), "enter", "down", "down")),
    ("_no-unit", ("3", ("#unit-text", "zzzz"))),
    ("_recorded", (("#unit-text", "{unit}"), "enter")),
    ("_future", ("f6",)),
    ("_past", ("f5",)),
    ("record", ("f6", "3", ("#unit-text", "{other}"))),
    ("overview", ("escape", "escape", "f3")),
    ("question", ("enter",)),
    ("report", ("escape", "r", ("#report-path", "~/Documenten/jaarverslag.html"))),
    ("hand-over", ("escape", "f4")),
    ("leaving", ("home", "enter")),
    ("_after-leaving-question", ("escape", "down")),
    ("preview", ("enter", ("#folder", "~/Documenten"))),
    ("settings", ("escape", "f7")),
    ("settings-backup", (("#settings", "backup"), ("#backup-path", "~/Documenten/kluis.vwbackup"))),
    ("_backup-incomplete", ("enter", "enter")),
    ("settings-drill", ("escape", ("#settings", "drill"))),
    ("_drill-wrong", (("#drill-code", "geen code"), "enter")),
    ("settings-lock", ("escape", ("#settings", "lock"))),
    ("settings-language", ("escape", ("#settings", "language"))),
    ("settings-look", ("escape", ("#settings", "look"))),
    ("settings-clearing", ("escape", ("#settings", "clearing"))),
    ("settings-passphrase", ("escape", ("#settings", "passphrase"))),
    ("settings-code", ("escape", ("#settings", "code"))),
    ("settings-codebook", ("escape", ("#settings", "codebook"))),
    ("settings-card", ("escape", ("#settings", "card"), ("#card-path", "~/Documenten/mijn.vwcard"))),
    ("settings-about", ("escape", ("#settings", "about"))),
    ("help", ("escape", "f2", "f1")),
    ("commands", ("escape", "ctrl+p")),
    ("_no-command", (("#command-text", "zzzz"),)),
    ("_undone", ("escape", "ctrl+z")),
    ("_done-again", ("ctrl+n",)),
    ("_checked", ("f7", ("#settings", "check"))),
    ("curtain", ("f2", "f8")),
)
BUREAU: Tour = (
    ("deliveries", (("#secret", "{secret}"), "enter")),
    ("_import-field", ("f5",)),
    ("_stayed-out", (("#import-path", "{inbox}"), "enter")),
    ("sitting", ("escape", "f3")),
    ("_sitting-incomplete", (("#guardian-key", "hoeder.vwkey"), "enter", "enter")),
    ("table", ("f4", "down", "enter", "down", "down", "right", "right", "right")),
    ("_table-hidden", ("down", "left")),
    ("_table-groups", ("g",)),
    ("patterns", ("f7",)),
    ("_follow-up", ("enter",)),
    ("_followed-up", ("down", "down", "enter")),
    ("_pattern-text", ("down", "tab")),
    ("_patterns-help", ("f1",)),
    ("_report-empty", ("escape", "f6")),
    ("bureau-report", ("right",)),
    ("_report-incomplete", (("#release-path", ""), "enter")),
    ("_report-question", (("#release-path", "nergens/rapport.html"), "enter")),
    ("_report-not-written", ("down", "enter")),
    ("_bureau-help", ("f1",)),
)


async def walk(driver: Driver, tour: Tour, words: Mapping[str, str]) -> AsyncIterator[str]:
    """Make the tour; yield the name of each stop."""
    for name, steps in tour:
        for step in steps:
            await _do(driver, step, words)
        yield name


async def _do(driver: Driver, step: Step, words: Mapping[str, str]) -> None:
    if callable(step):
        await step(driver)
    elif isinstance(step, str):
        await driver.press(step)
    elif isinstance(driver.app.screen.query_one(step[0]), Input):
        await driver.fill(step[0], step[1].format_map(words))
        driver.app.screen.query_one(step[0], Input).action_end()
    else:
        listing = driver.app.screen.query_one(step[0], Listing)
        listing.show(listing.lines, step[1])
        listing.focus()
        await driver.press("enter")
