"""From a key to the painted answer on the recording screen, against a key in a bare Input.

Both programs run at the same time, each in a terminal of its own, and keys go to them by
turns. A letter is answered twice: the field shows it, then the list of units is narrowed.
A signal is recorded and taken back with ctrl+z, on a vault with the demo's tallies; Enter is
answered when the screen says that it was counted, which is after the disk has it.
"""

from collections.abc import Iterator

from bench import bare
from bench.measure import Line, Pair, Sample
from bench.subjects.starting import bare_command, environment, product_command
from bench.terminal import Terminal
from bench.workshop import PASSPHRASE, Workshop
from vertrouwenswerk.i18n import _, use_language

GOAL = "50 ms"
_THEME, _LETTERS, _ENTER, _UNDO = "3", "jeugd", "\r", "\x1a"
_BACKSPACE = "\x7f"
_REFERENCE = "a letter or backspace in a bare Textual Input"


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Record ``times`` signals, and time each key."""
    workshop.busy_adviser("typist").close()
    use_language("nl")
    door, first, counted, undone = _("Passphrase"), _("New signal"), _("Counted"), _("Undone")
    use_language("en")
    took: dict[str, list[tuple[float, float]]] = {}
    with (
        Terminal(product_command(workshop.folder / "typist"), environment()) as product,
        Terminal(bare_command("input"), environment()) as reference,
    ):
        reference.wait_for(bare.READY)
        product.wait_for(door)
        product.settle()
        product.press(f"{PASSPHRASE}{_ENTER}", until=first)
        product.settle()
        for lap in range(-1, times):
            reference_key = "a" if lap % 2 else _BACKSPACE
            for what, key, until in (
                ("theme", _THEME, ""),
                *(("letter", letter, "") for letter in _LETTERS),
                ("enter", _ENTER, counted),
                ("undo", _UNDO, undone),
            ):
                reference_key = "a" if reference_key == _BACKSPACE else _BACKSPACE
                plain = reference.press(reference_key)
                answer = product.press(key, until)
                if lap >= 0:
                    took.setdefault(what, []).append((answer.whole, plain.whole))
                    took.setdefault(f"first {what}", []).append((answer.first, plain.whole))
    yield _line("a letter of a unit: shown in the field", took["first letter"])
    yield _line("a letter of a unit: the list narrowed", took["letter"])
    yield _line("a digit: the theme picked, the unit's field open", took["theme"])
    yield _line("Enter: recorded, and said so", took["enter"])
    yield _line("ctrl+z: taken back, and said so", took["undo"])


def _line(what: str, took: list[tuple[float, float]]) -> Line:
    product, reference = (Sample(tuple(side)) for side in zip(*took, strict=True))
    remark = f"95 of 100 keys within {product.p95 * 1000:.0f} ms (bare Input: {reference.p95 * 1000:.0f} ms)"
    return Line("keystroke", what, _REFERENCE, Pair(product, reference), goal=GOAL, remarks=(remark,))
