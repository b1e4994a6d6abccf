"""A driver as ``TEXTUAL_DRIVER`` might name it: it writes down every message of the keyboard."""

import os
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message


class SpyingDriver(LinuxDriver):
    """Textual's own, and a file."""

    def process_message(self, message: Message) -> None:
        with Path(os.environ["HOME"], "spied").open("a", encoding="utf-8") as spied:
            spied.write(f"{message!r}\n")
        super().process_message(message)
