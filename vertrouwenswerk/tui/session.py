"""An open vault while somebody works in it, and what is forgotten when it locks.

Use cases run in threads, one at a time: the vault has one connection. Locking never waits for
the screen: ``end`` makes running work stop at its next sign of progress, and nothing more
begins; ``close`` then waits for that work and closes the vault.

Example::

    found = await session.run(lambda adviser: own_tallies(adviser))
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from vertrouwenswerk.domain.quarter import Quarter


class StoppedError(Exception):
    """Work was cancelled half-way: by the person, or because the vault locked."""


class OpenVault(Protocol):
    """What an adviser's vault and an office have in common."""

    @property
    def is_demo(self) -> bool:
        """Tell whether the vault carries the demo mark."""

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without a key it locks."""

    def close(self) -> None:
        """Lock the vault."""


VaultT = TypeVar("VaultT", bound=OpenVault)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Done:
    """A change that can be undone while the vault is open: ``by`` signals more or fewer in a cell."""

    quarter: "Quarter"
    unit: str
    theme: str
    by: int

    def reversed(self) -> "Done":
        """Return the change that takes this one back."""
        return replace(self, by=-self.by)


async def in_thread(work: Callable[[], ResultT], unwanted: Callable[[ResultT], None]) -> ResultT:
    """Run ``work`` in a thread; when nobody waits for it any more, ``unwanted`` gets what it made.

    A vault that opens just after its screen was left would otherwise stay open, and locked to us.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(partial(_hand_over, unwanted))
        raise


def _hand_over(unwanted: Callable[[ResultT], None], task: "asyncio.Task[ResultT]") -> None:
    if not task.cancelled() and task.exception() is None:
        unwanted(task.result())


class Session(Generic[VaultT]):
    """One open vault."""

    def __init__(self, vault: VaultT, whose: str) -> None:
        self._vault = vault
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._stop = threading.Event()
        self.whose = whose
        self.is_demo = vault.is_demo
        self.lock_minutes = vault.lock_minutes
        self.undo: list[Done] = []
        self.redo: list[Done] = []
        self.is_reminded = False
        self.change_turn = asyncio.Lock()  # changes and undoing come one after the other, none is cut off

    @property
    def is_ended(self) -> bool:
        """Tell whether this vault is locked, or about to be."""
        return self._ended.is_set()

    def note(self, done: Done) -> None:
        """Remember a new change as the one to undo first; nothing once the vault is locked."""
        if not self.is_ended:
            self.undo.append(done)
            self.redo.clear()

    def turn(self, source: list[Done], target: list[Done]) -> None:
        """Move the last change of ``source``, reversed, to ``target``; nothing once the vault is locked."""
        if not self.is_ended:
            target.append(source.pop().reversed())

    async def run(self, work: Callable[[VaultT], ResultT]) -> ResultT:
        """Run ``work`` on the vault in a thread. Raises what it raises, or StoppedError once ended."""
        self._stop.clear()
        return await asyncio.to_thread(self._in_turn, work)

    def _in_turn(self, work: Callable[[VaultT], ResultT]) -> ResultT:
        with self._turn:
            if self._ended.is_set():
                raise StoppedError
            return work(self._vault)

    def cancel(self) -> None:
        """Ask work that reports progress to stop."""
        self._stop.set()

    def require_going(self) -> None:
        """Raise StoppedError when the work is to stop; to be called from its progress."""
        if self._stop.is_set() or self._ended.is_set():
            raise StoppedError

    def end(self) -> None:
        """Forget what can be undone or done again, and let no work begin or go on."""
        self._ended.set()
        self.forget_changes()

    def forget_changes(self) -> None:
        """Forget what can be undone or done again."""
        self.undo.clear()
        self.redo.clear()

    def close(self) -> None:
        """Wait for the work that runs, then close the vault; for a thread of its own."""
        with self._turn:
            self._vault.close()
