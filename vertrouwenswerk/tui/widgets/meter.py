"""How far long work is: a bar, a number and what is being done, in one line.

``report`` may be called from the thread that works: it posts a message and waits for nothing,
so that neither can hold up the other when the app stops.
"""

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from vertrouwenswerk.i18n import number

_WIDTH = 24


class Meter(Static):
    """A bar of progress; without a known total it counts."""

    @dataclass
    class Step(Message):
        """So much is ready."""

        stage: str
        done: int
        total: int

    def report(self, stage: str, done: int, total: int) -> None:
        """Show soon that ``done`` of ``total`` (0: not known) is ready; from any thread."""
        self.post_message(self.Step(stage, done, total))

    def on_meter_step(self, event: Step) -> None:
        """Show what was reported."""
        event.stop()
        self.show(event.stage, event.done, event.total)

    def show(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` (0: not known) is ready."""
        if total:
            full = round(_WIDTH * min(done, total) / total)
            bar, count = "█" * full + "░" * (_WIDTH - full), f"{number(done)} / {number(total)}"
        else:
            place = done % _WIDTH
            bar, count = "░" * place + "█" + "░" * (_WIDTH - place - 1), number(done) if done else ""
        self.update(Content.assemble((bar, "$accent"), f" {stage} ", (count, "$muted")))
