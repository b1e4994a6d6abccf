"""``python -m bench.peers.tau_argus {MOD,OPT} RANGE FOLDER``: tau-Argus by way of pytauargus.

It takes records, one for each signal, and makes the table itself. A cell of less than the
threshold is unsafe by the frequency rule, with RANGE the protection interval in percent of
the cell. It knows no signals recorded at an inner unit, and would print empty cells as such;
here an empty cell counts as not published, which tells an attacker less.
"""

import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from bench.peers.exchange import WHOLE, Cell, Parents, Table, answer, children, peer, read

TOTAL = "Total"  # its word for the whole


def protect(table: Table, method: str, percent: str, folder: Path) -> Iterable[Cell]:
    """Return the cells that it leaves open."""
    hierarchies = {
        "unit": _hierarchy(folder / "unit.hrc", table.units),
        "theme": _hierarchy(folder / "theme.hrc", table.themes),
    }
    records = [cell for cell, count in table.counts.items() for _signal in range(count)]
    columns = {
        "unit": [unit for unit, _theme in records],
        "theme": [theme for _unit, theme in records],
        "signal": [1] * len(records),
    }
    rule = f"FREQ({table.threshold},{percent})"
    tau_argus = peer("pytauargus")
    done = tau_argus.protect(
        columns, ["unit", "theme"], "signal", rule, f"{method}(1)",
        hrc=hierarchies, totcode=TOTAL, workdir=str(folder / "run"),
    )  # fmt: skip
    rows = done.tables[0].rows
    return [(_code(row["unit"]), _code(row["theme"])) for row in rows if row["status"] in {"S", "P"}]


def _hierarchy(path: Path, parents: Parents) -> str:
    """Write the nodes depth first, a sign for each level below the first."""
    path.write_text("".join(_lines(parents, WHOLE, "")), encoding="ascii")
    return str(path)


def _lines(parents: Parents, above: str, signs: str) -> Iterable[str]:
    for code in children(parents, above):
        yield f"{signs}{code}\n"
        yield from _lines(parents, code, signs + "@")


def _code(code: str) -> str:
    return WHOLE if code == TOTAL else code


if __name__ == "__main__":
    way, interval, place = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    peer("pytauargus")
    answer(place, read(place), lambda table: protect(table, way, interval, place), version("pytauargus"))
