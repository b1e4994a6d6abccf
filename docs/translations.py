"""Keep the Dutch texts in step with the code: ``python docs/translations.py update``.

Extracts every ``_("...")`` and ``ngettext("...", "...", n)`` of the package (and argparse's
own words, which are listed here), merges them into ``nl.po`` without losing a translation,
and compiles ``nl.mo``. ``missing`` prints what has no Dutch yet, as JSON; ``fill FILE`` takes
a JSON object of msgid to Dutch (a list of two for plurals) and compiles. The tests fail on
anything untranslated, unused or not compiled.
"""

import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vertrouwenswerk"
PO = PACKAGE / "locale" / "nl" / "LC_MESSAGES" / "vertrouwenswerk.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "ngettext": (1, 2)}
ARGPARSE = (
    "usage: ",
    "positional arguments",
    "options",
    "show this help message and exit",
    "show program's version number and exit",
    "%(prog)s: error: %(message)s\n",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "argument %(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at least one argument",
    "one of the arguments %s is required",
    "not allowed with argument %s",
)


def extracted() -> Catalog:
    """Return a catalogue of every text in the code, without translations."""
    catalogue = Catalog(project="vertrouwenswerk", charset="utf-8", fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(
        str(PACKAGE), [("**.py", "python")], keywords=KEYWORDS
    ):
        catalogue.add(message, None, [(Path(file).as_posix(), 0)], auto_comments=comments, context=context)
    for text in ARGPARSE:
        catalogue.add(text)
    return catalogue


def read() -> Catalog:
    """Return the Dutch catalogue as it is stored, or an empty one."""
    if not PO.exists():
        return Catalog(locale="nl", project="vertrouwenswerk", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="nl")


def updated() -> Catalog:
    """Return the Dutch catalogue with exactly the texts of the code in it."""
    catalogue, template = read(), extracted()
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Return the bytes of the ``.po`` file; no dates and no line numbers, so that diffs stay small."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, omit_header=False, sort_output=True, no_location=True, width=100)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if "-Date:" not in line and "Generated-By" not in line).encode("utf-8")


def as_mo(catalogue: Catalog) -> bytes:
    """Return the bytes of the ``.mo`` file."""
    buffer = io.BytesIO()
    write_mo(buffer, read_po(io.BytesIO(as_po(catalogue)), locale="nl"))
    return buffer.getvalue()


def write(catalogue: Catalog) -> None:
    """Write ``.po`` and ``.mo``."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalogue))
    MO.write_bytes(as_mo(catalogue))


def missing(catalogue: Catalog) -> list[str | list[str]]:
    """Return the texts that have no Dutch yet."""
    return [
        list(message.id) if isinstance(message.id, tuple) else message.id
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.id, tuple) else [message.string])
    ]


def main(arguments: list[str]) -> None:
    """Run ``update``, ``missing`` or ``fill FILE``."""
    catalogue = updated()
    if arguments[:1] == ["fill"]:
        for text, dutch in json.loads(Path(arguments[1]).read_text(encoding="utf-8")).items():
            message = catalogue.get(text)
            if message is None:
                print(f"not in the code: {text}", file=sys.stderr)
            else:
                message.string = tuple(dutch) if isinstance(dutch, list) else dutch
    if arguments[:1] != ["missing"]:
        write(catalogue)
    print(json.dumps(missing(catalogue), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
