"""Keep the Dutch texts in step with the code: ``python docs/translations.py update``.

Extracts every ``_("...")`` and ``ngettext("...", "...", n)`` of the package (and argparse's
own words, which are listed here), merges them into ``nl.po`` without losing a translation,
and compiles ``nl.mo``. ``missing`` prints what has no Dutch yet, as JSON; ``fill FILE`` takes
a JSON object of msgid to Dutch (a list of two for plurals) and compiles. The tests fail on
anything untranslated, unused or not compiled.

The texts are read from the syntax tree, since Babel overlooks a call inside an f-string
before Python 3.12. Neither file carries a date or the version of a tool.
"""

import ast
import io
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vertrouwenswerk"
PO = PACKAGE / "locale" / "nl" / "LC_MESSAGES" / "vertrouwenswerk.po"
MO = PO.with_suffix(".mo")
FIELDS = (
    "Project-Id-Version: vertrouwenswerk\n",
    "Language: nl\n",
    "MIME-Version: 1.0\n",
    "Content-Type: text/plain; charset=utf-8\n",
    "Content-Transfer-Encoding: 8bit\n",
    "Plural-Forms: nplurals=2; plural=(n != 1);\n",
)
COMMENTS = (
    "Dutch texts of vertrouwenswerk, kept by docs/translations.py.",
    "SPDX-License-Identifier: EUPL-1.2",
)
# What argparse can say about our commands, word for word as in Python 3.11 to 3.15.
ARGPARSE = (
    "usage: ",
    "positional arguments",
    "options",
    "%(heading)s:",  # from 3.13
    "show this help message and exit",
    "show program's version number and exit",  # translated by argparse from 3.13
    "%(prog)s: error: %(message)s\n",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "argument %(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    # On request from 3.14, by itself from 3.15:
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at least one argument",
    "one of the arguments %s is required",
    "not allowed with argument %s",
    "ignored explicit argument %r",
)

Text = str | tuple[str, str]


def texts_in(source: str) -> Iterator[Text]:
    """Yield the texts that ``source`` marks; a pair for ``ngettext``. Raises ValueError: no constant."""
    for node in ast.walk(ast.parse(source)):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name not in ("_", "ngettext"):
            continue
        words = [ast.literal_eval(argument) for argument in node.args[: 1 if name == "_" else 2]]
        yield words[0] if name == "_" else (words[0], words[1])


def extracted() -> Catalog:
    """Return a catalogue of every text in the code, without translations."""
    catalogue = Catalog(project="vertrouwenswerk", charset="utf-8", fuzzy=False)
    for file in sorted(PACKAGE.rglob("*.py")):
        for text in texts_in(file.read_text(encoding="utf-8")):
            catalogue.add(text, None, [(file.relative_to(PACKAGE).as_posix(), 0)])
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
    write_po(buffer, catalogue, omit_header=True, sort_output=True, no_location=True, width=100)
    head = [*(f"# {line}" for line in COMMENTS), 'msgid ""', 'msgstr ""', *map(_quoted, FIELDS), "", ""]
    return "\n".join(head).encode("utf-8") + buffer.getvalue()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def as_mo(catalogue: Catalog) -> bytes:
    """Return the bytes of the ``.mo`` file: the translated texts sorted, no hash table."""
    pairs = [(b"", "".join(FIELDS).encode("utf-8"))]
    for message in catalogue:
        if message.id and _is_translated(message):
            pairs.append((_joined(message.id), _joined(message.string)))
    pairs.sort()
    count, head = len(pairs), 7 * 4
    position = head + 2 * 8 * count
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<2I", len(pair[side]), position + len(texts))
            texts += pair[side] + b"\0"
    start = struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, position)
    return start + tables[0] + tables[1] + texts


def _joined(text: Text) -> bytes:
    return (text if isinstance(text, str) else "\0".join(text)).encode("utf-8")


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
        if message.id and not _is_translated(message)
    ]


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.id, tuple) else bool(message.string)


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
