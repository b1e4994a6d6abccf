"""The real program with one thing broken on purpose, to see what a crash or an open leak shows.

Example::

    python -m tests.tui.broken_program handler --data-dir FOLDER    # f1 raises in a handler
    python -m tests.tui.broken_program unwiped --data-dir FOLDER    # leaves the terminal as it is
    python -m tests.tui.broken_program unsealed --data-dir FOLDER   # heeds what the environment says
"""

import asyncio
import sys
from collections.abc import Callable

from vertrouwenswerk import privacy

SECRET_PARTS = ("kanarie", "geheim")


def fail(*_given: object) -> None:
    """Raise with a secret in a local and in the arguments of the exception and of its cause."""
    passphrase = "-".join(SECRET_PARTS)
    try:
        dict[str, str]()[passphrase]
    except KeyError as error:
        raise ValueError(f"{passphrase} again", passphrase) from error


async def fail_later(*given: object) -> None:
    """Fail in a task that nobody waits for."""
    fail(*given)


def _unsealed() -> None:
    for name in ("seal_process", "hush_libraries"):
        setattr(privacy, name, lambda: None)


def _unwiped() -> None:
    from textual.app import App

    from vertrouwenswerk.tui.app import VertrouwenswerkApp

    VertrouwenswerkApp.get_driver_class = App.get_driver_class  # type: ignore[method-assign]


def _textuals_own_report() -> None:
    from textual.app import App

    from vertrouwenswerk.tui.app import VertrouwenswerkApp

    for name in ("_handle_exception", "_print_error_renderables", "panic"):
        setattr(VertrouwenswerkApp, name, getattr(App, name))
    _on_help(fail)


def _on_help(what: Callable[..., object]) -> None:
    from vertrouwenswerk.tui.screens.base import BaseScreen

    BaseScreen.action_help = what  # type: ignore[method-assign, assignment]


def _in_css(screen: object) -> None:
    from textual.screen import Screen

    assert isinstance(screen, Screen)
    screen.app.stylesheet.add_source("#kanarie-geheim { color: kanarie-geheim; }")
    screen.app.stylesheet.parse()


def _in_render(screen: object) -> None:
    from vertrouwenswerk.tui.screens.base import BaseScreen
    from vertrouwenswerk.tui.widgets.bars import Notice

    assert isinstance(screen, BaseScreen)
    Notice.render = fail  # type: ignore[method-assign, assignment]
    screen.notice.refresh()


def _in_keys_thread() -> None:
    from textual._xterm_parser import XTermParser

    feed = XTermParser.feed

    def feed_or_fail(self: XTermParser, data: str) -> object:
        if "\x1bOP" in data:
            fail()
        return feed(self, data)

    XTermParser.feed = feed_or_fail  # type: ignore[method-assign, assignment]


HOW: dict[str, Callable[[], None]] = {
    "unsealed": _unsealed,
    "unwiped": _unwiped,
    "textual": _textuals_own_report,
    "handler": lambda: _on_help(fail),
    "worker": lambda: _on_help(lambda screen: screen.run_worker(fail_later(), group="x") and None),
    "thread": lambda: _on_help(lambda screen: screen.run_worker(fail, thread=True) and None),
    "timer": lambda: _on_help(lambda screen: screen.set_timer(0.001, fail) and None),
    "task": lambda: _on_help(lambda screen: asyncio.ensure_future(fail_later()) and None),
    "callback": lambda: _on_help(lambda screen: asyncio.get_running_loop().call_soon(fail) and None),
    "render": lambda: _on_help(_in_render),
    "css": lambda: _on_help(_in_css),
    "keys": _in_keys_thread,
}


if __name__ == "__main__":
    how = sys.argv.pop(1)
    if how != "unsealed":
        privacy.seal_process()
    HOW[how]()
    from vertrouwenswerk.__main__ import main

    sys.exit(main())
