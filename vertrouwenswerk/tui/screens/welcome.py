"""The first run begins here: who are you? Each answer leads to at most four more screens."""

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell, heading


class WelcomeScreen(BaseScreen):
    """Who are you?"""

    def body(self) -> ComposeResult:
        """Yield the four answers."""
        with Vertical(classes="card door") as card:
            card.border_title = _("Welcome")
            card.border_subtitle = _("step 1 of 5")
            yield Static(
                _("This program counts signals and keeps nothing else. It uses no network and no server."),
                classes="lead",
            )
            yield Static(_("Who are you?"), classes="lead")
            yield Listing(id="who")

    def on_mount(self) -> None:
        """Show the answers."""
        lines = [
            Line((cell(_("I am a confidential adviser"), "strong"),), key="adviser"),
            heading("  " + _("I count that somebody called on me; the codebook is needed.")),
            heading(""),
            Line((cell(_("I work at the integrity bureau"), "strong"),), key="bureau"),
            heading("  " + _("I make the codebook, take files in, and look at patterns.")),
            heading(""),
            Line((cell(_("I am just looking around"), "strong"),), key="demo"),
            heading("  " + _("A made-up municipality with 42 advisers; takes half a minute.")),
            heading(""),
            Line((cell(_("I have a backup"), "strong"),), key="backup"),
            heading("  " + _("Of a vault on another computer, or one that was lost.")),
        ]
        listing = self.query_one("#who", Listing)
        listing.styles.height = len(lines)
        listing.show(lines)
        listing.focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            ("↑↓", _("choose")),
            (_("Enter"), _("go on")),
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^q", _("stop")),
        )

    @on(Listing.Chosen, "#who")
    @work(exclusive=True)
    async def _chosen(self, event: Listing.Chosen) -> None:
        self.app.push_screen(await asyncio.to_thread(_next, event.key))


def _next(who: str) -> BaseScreen:
    """Return the second step; what it needs is imported here, after the first paint."""
    if who == "adviser":
        from vertrouwenswerk.tui.screens.enrol_adviser import CodebookStep

        return CodebookStep()
    if who == "bureau":
        from vertrouwenswerk.tui.screens.found_bureau import OrganisationStep

        return OrganisationStep()
    if who == "backup":
        from vertrouwenswerk.tui.screens.restore_backup import RestoreStep

        return RestoreStep()
    from vertrouwenswerk.tui.screens.make_demo import DemoStep

    return DemoStep()
