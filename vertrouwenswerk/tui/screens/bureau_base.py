"""What the bureau's screens share: their tabs."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.usecases.bureau import Bureau


class BureauScreen(BaseScreen):
    """A screen of an open office."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "go('F2')", show=False),
        Binding("f3", "go('F3')", show=False),
        Binding("f4", "go('F4')", show=False),
        Binding("f6", "go('F6')", show=False),
        Binding("f7", "go('F7')", show=False),
    ]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__()
        self.session = session

    def tabs(self) -> Keys:
        """Return the screens."""
        return (
            ("F2", _("Deliveries")),
            ("F3", _("Sitting")),
            ("F4", _("Picture")),
            ("F6", _("Report")),
            ("F7", _("Patterns")),
        )

    def commands(self) -> tuple[tuple[str, str, str], ...]:
        """Return the screens, for the list of commands."""
        return tuple((f"screen.go('{key}')", name, key) for key, name in self.tabs())

    def action_go(self, tab: str) -> None:
        """Go to another of the screens."""
        # They import this module.
        from vertrouwenswerk.tui.screens import deliveries, patterns, picture, report, sitting

        makers: dict[str, Callable[[Session[Bureau]], BureauScreen]] = {
            "F2": deliveries.DeliveriesScreen,
            "F3": sitting.SittingScreen,
            "F4": picture.PictureScreen,
            "F6": report.ReportScreen,
            "F7": patterns.PatternsScreen,
        }
        if tab != self.tab:
            self.desk.go_to(makers[tab](self.session))
