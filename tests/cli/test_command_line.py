"""The whole way on the command line: real processes, the full key profile, real files."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from vertrouwenswerk.cli.parser import build_parser, parse
from vertrouwenswerk.domain.quarter import Quarter, last_closed

ROOT = Path(__file__).resolve().parents[2]
WATERSTAD = ROOT / "vertrouwenswerk" / "data" / "waterstad"
LAST = last_closed(date.today())


@dataclass(frozen=True)
class Shell:
    """Runs the program in one folder, each time as a process of its own."""

    folder: Path

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vertrouwenswerk", "--lang", "en", *map(str, words)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(self.folder), "SYSTEMROOT": "C:\\Windows"},
        )

    def ok(self, *words: str | Path) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def adviser(self, *words: str | Path) -> tuple[str | Path, ...]:
        return ("adviser", *words, "--data-dir", "A", "--passphrase-file", "adviser.txt")

    def bureau(self, *words: str | Path) -> tuple[str | Path, ...]:
        return ("bureau", *words, "--data-dir", "B", "--passphrase-file", "bureau.txt")


GUARDIAN = ("--guardian-key", "stick/hoeder.vwkey", "--guardian-passphrase-file", "guardian.txt")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An office, a guardian and one adviser with a few signals, all made by commands."""
    shell = Shell(tmp_path_factory.mktemp("commands"))
    for whose in ("bureau", "guardian", "adviser"):
        (shell.folder / f"{whose}.txt").write_text(f"een eigen lange zin voor {whose}\n", encoding="utf-8")
    shell.ok("guardian", "init", "--to", "stick", "--passphrase-file", "guardian.txt",
             "--recovery-code-to", "guardian.code")  # fmt: skip
    shell.ok(*shell.bureau(
        "init", "--name", "Proefstad", "--organisation", WATERSTAD / "organisation.csv",
        "--themes", WATERSTAD / "themes.csv", "--theme-groups", WATERSTAD / "theme-groups.csv",
        "--guardian", "stick/hoeder.vwcard", "--recovery-code-to", "bureau.code",
    ))  # fmt: skip
    shell.ok(*shell.bureau("codebook", "--to", "c.vwcodebook", *GUARDIAN))
    shell.ok(*shell.adviser("init", "--codebook", "c.vwcodebook", "--fingerprints-compared",
                            "--recovery-code-to", "adviser.code"))  # fmt: skip
    shell.ok(*shell.adviser("record", "PEST", "Leerplicht", "--quarter", str(LAST), "--times", "4"))
    shell.ok(*shell.adviser("record", "9", "*", "--quarter", str(LAST)))
    return shell


def test_what_is_recorded_is_what_tally_lists(shell: Shell) -> None:
    tallies = json.loads(shell.ok(*shell.adviser("tally", "--json")))
    assert tallies == [
        {"quarter": str(LAST), "unit": "*", "theme": "ANDR", "count": 1},
        {"quarter": str(LAST), "unit": "SOC-OND-02", "theme": "PEST", "count": 4},
    ]


def test_the_whole_way_ends_in_a_table_that_equals_the_tallies(shell: Shell) -> None:
    shell.ok(*shell.adviser("card", "--to", "a.vwcard"))
    previewed = json.loads(shell.ok(*shell.adviser("preview", str(LAST), "--json")))
    assert sum(line["count"] for line in previewed) == 5
    file = shell.ok(*shell.adviser("export", str(LAST))).strip()
    held = shell.run(*shell.bureau("import", file))
    assert (held.returncode, "held" in held.stderr) == (0, True)
    shell.ok(*shell.bureau("enrol", "a.vwcard"))
    unsigned = shell.run(*shell.bureau("sitting", *GUARDIAN))
    assert "Left out, since the guardian has not agreed to them: VP-01" in unsigned.stderr
    shell.ok(*shell.bureau("sitting", "--countersign", *GUARDIAN))
    table = json.loads(shell.ok(*shell.bureau("table", "--json")))
    cells = {(cell["unit"], cell["theme"]): cell.get("count") for cell in table["cells"]}
    assert table["window"] == f"{Quarter.from_index(LAST.index - 3)}..{LAST}"
    assert len(cells) == len(table["units"]) * len(table["themes"]) == 195 * 15
    assert cells["SOC-OND-02", "PEST"] == cells["SOC", "PEST"] == 4
    assert cells["*", "*"] == 5
    assert cells["*", "ANDR"] is None
    deliveries = json.loads(shell.ok(*shell.bureau("deliveries", "--json")))
    assert deliveries == [{"adviser": "VP-01", "quarter": str(LAST), "revision": 1, "state": "accepted"}]
    said = shell.run(*shell.bureau("patterns"))
    assert "Leerplicht" in said.stdout
    assert "4 more quarters are needed" in said.stderr
    (finding,) = json.loads(shell.ok(*shell.bureau("patterns", "--json")))
    assert (finding["unit"], finding["theme"], finding["seen"]) == ("SOC-OND-02", "PEST", 4)
    cluster = shell.ok(*shell.bureau("table", "--level", "cluster")).splitlines()
    assert any(line.startswith("Cluster Sociaal") and " 4" in line and "//" in line for line in cluster)
    check_reports(shell)


def check_reports(shell: Shell) -> None:
    """A report is asked about, stands in the ledger, and gives away nothing that is under five."""
    window = ("--window", f"{LAST}")
    assert json.loads(shell.ok(*shell.bureau("releases", "--json"))) == []
    asked = shell.run(*shell.bureau("report", "--audience", "management", *window, "--to", "m.html"))
    assert (asked.returncode, asked.stdout, "Nothing was released" in asked.stderr) == (0, "", True)
    assert not (shell.folder / "m.html").exists()
    words = ("report", "--audience", "management", *window, "--yes", "--to", "m.html")
    assert shell.ok(*shell.bureau(*words)) == "m.html\n"
    feed = shell.ok(*shell.bureau("report", "--audience", "feed", *window, "--yes"))
    rows = list(csv.DictReader(io.StringIO(feed, newline="")))
    assert rows[0] | {"count": "5", "hidden": "0"} == rows[0]
    assert not any(0 < int(row["count"] or 0) < 5 for row in rows)
    again = shell.run(*shell.bureau(*words))
    assert (again.returncode, "nothing is written over" in again.stderr) == (3, True)
    council = shell.run(*shell.bureau("report", "--audience", "council", *window, "--level", "department"))
    assert council.returncode == 2
    ledger = json.loads(shell.ok(*shell.bureau("releases", "--json")))
    assert [(row["number"], row["audience"], row["window"]) for row in ledger] == [
        (1, "management", str(LAST)),
        (2, "feed", str(LAST)),
    ]
    assert ledger[0]["shown"] + ledger[0]["hidden"] == len(rows)
    assert len(shell.ok(*shell.bureau("releases")).splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("record", "PEST", "Leerplich"), 2, "SOC-OND-02 (Leerplicht)"),
        (("record", "PSET", "Leerplicht"), 2, "PEST"),
        (("record", "PEST", "Vergunningen"), 2, "STD-C-03, STD-NO-03"),
        (("record", "PEST", "Wijkteams"), 2, "STD-C-01, STD-NO-01"),
        (("record", "PEST", "Leerplicht", "--times", "0"), 2, "1 to 99"),
        (("record", "PEST", "Leerplicht", "--times", "10000"), 2, "1 to 99"),
        (("record", "PEST", "Leerplicht", "--quarter", "2199-Q1"), 2, "yet to begin"),
        (("record", "PEST", "Leerplicht", "--quarter", "zomer"), 2, "such as 2026-Q3"),
        (("remove", "SEKS", "Leerplicht"), 2, "not that many"),
        (("export", "2199-Q1"), 2, "not over yet"),
        (("export", str(LAST), "--to", "no/such/folder"), 3, "could not be written"),
        (("codebook", "adviser.txt"), 4, "not a file of vertrouwenswerk"),
        (("codebook", "stick/hoeder.vwcard"), 4, "another kind"),
        (("codebook", "gone.vwcodebook"), 4, "cannot be read"),
    ],
)
def test_wrong_use_gets_two_lines_and_its_exit_code(
    shell: Shell, words: tuple[str, ...], code: int, told: str
) -> None:
    vault = shell.folder / "A" / "adviser" / "kluis.vault"
    before = vault.read_bytes()
    done = shell.run(*shell.adviser(*words))
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    if words[0] != "export":  # an export takes its revision before it writes
        assert vault.read_bytes() == before


def test_a_small_unit_is_counted_under_its_parent_with_one_line_that_says_so(shell: Shell) -> None:
    line = "Treasury has fewer than 10 people; counted under Middelen en Control (concern).\n"
    done = shell.run(*shell.adviser("record", "PEST", "Treasury"))
    assert (done.returncode, done.stdout, done.stderr.count(line)) == (0, "", 1)
    assert "To undo: adviser remove PEST BCS-MC " in done.stderr
    last = json.loads(shell.ok(*shell.adviser("tally", "--json")))[-1]
    assert (last["unit"], last["theme"], last["count"]) == ("BCS-MC", "PEST", 1)
    assert line in shell.run(*shell.adviser("remove", "PEST", "Treasury")).stderr


def test_an_alias_finds_its_unit_and_is_listed(shell: Shell) -> None:
    done = shell.run(*shell.adviser("record", "PEST", "hr"))
    assert "Personeel en Organisatie (BED-PO)" in done.stderr
    shell.ok(*shell.adviser("remove", "PEST", "P&O"))
    assert "Personeel en Organisatie  (HR, P&O)" in shell.ok(*shell.adviser("units"))
    units = {unit["code"]: unit for unit in json.loads(shell.ok(*shell.adviser("units", "--json")))}
    assert units["BED-PO"]["aliases"] == ["HR", "P&O"]
    assert units["BED"]["aliases"] == []


def test_a_wrong_passphrase_is_told_apart_from_a_damaged_vault(shell: Shell) -> None:
    wrong = shell.run("adviser", "tally", "--data-dir", "A", "--passphrase-file", "bureau.txt")
    assert (wrong.returncode, "is not right" in wrong.stderr) == (3, True)
    broken = shell.folder / "broken" / "adviser"
    broken.mkdir(parents=True)
    for file in (shell.folder / "A" / "adviser").iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    slots = bytearray((broken / "kluis.slots").read_bytes())
    slots[-20] ^= 1
    (broken / "kluis.slots").write_bytes(slots)
    damaged = shell.run("adviser", "tally", "--data-dir", "broken", "--passphrase-file", "adviser.txt")
    assert (damaged.returncode, "not to blame" in damaged.stderr) == (3, True)


def test_the_recovery_code_opens_and_gives_a_new_passphrase(shell: Shell) -> None:
    (shell.folder / "next.txt").write_text("weer een andere lange zin\n", encoding="utf-8")
    vault = ("--data-dir", "G")
    init = ("adviser", "init", *vault, "--codebook", "c.vwcodebook", "--fingerprints-compared")
    shell.ok(*init, "--passphrase-file", "adviser.txt", "--recovery-code-to", "g.code")
    change = ("vault", "passphrase", *vault, "--new-passphrase-file", "next.txt")
    shell.ok(*change, "--passphrase-file", "g.code")
    assert shell.run("vault", "check", *vault, "--passphrase-file", "adviser.txt").returncode == 3
    shell.ok("vault", "check", *vault, "--passphrase-file", "next.txt")


def test_a_codebook_without_the_guardians_signature_makes_no_vault(shell: Shell) -> None:
    office = ("--data-dir", "C", "--passphrase-file", "bureau.txt")
    shell.ok("bureau", "init", *office, "--name", "Elders", "--organisation", WATERSTAD / "organisation.csv",
             "--themes", WATERSTAD / "themes.csv", "--theme-groups", WATERSTAD / "theme-groups.csv",
             "--guardian", "stick/hoeder.vwcard", "--recovery-code-to", "c.code")  # fmt: skip
    refused = shell.run("bureau", "codebook", *office, "--to", "unsigned.vwcodebook")
    assert refused.returncode == 4
    assert "has not signed" in refused.stderr
    assert not (shell.folder / "unsigned.vwcodebook").exists()


def test_nobody_to_ask_means_a_clear_refusal_and_never_a_hang(shell: Shell) -> None:
    done = shell.run("adviser", "tally", "--data-dir", "A")
    assert (done.returncode, "--passphrase-file" in done.stderr) == (2, True)
    done = shell.run(*shell.adviser("init", "--codebook", "c.vwcodebook", "--recovery-code-to", "x"))
    assert (done.returncode, "were not compared" in done.stderr) == (2, True)


def test_a_passphrase_comes_from_an_open_descriptor_too(shell: Shell) -> None:
    with (shell.folder / "adviser.txt").open("rb") as secret:
        done = subprocess.run(
            [sys.executable, "-m", "vertrouwenswerk", "adviser", "tally", "--json", "--data-dir", "A",
             "--passphrase-fd", str(secret.fileno())],
            cwd=shell.folder, pass_fds=[secret.fileno()], capture_output=True, check=True,
            env={"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert json.loads(done.stdout)


def test_a_passphrase_is_never_taken_as_an_argument(shell: Shell) -> None:
    done = shell.run(*shell.adviser("tally", "--passphrase", "een eigen lange zin"))
    assert done.returncode == 2


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("bureau", "--help")])
def test_version_and_help_load_neither_textual_nor_sqlalchemy(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "vertrouwenswerk", *words],
        capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "vertrouwenswerk" in loaded
    assert not loaded & {"textual", "rich", "sqlalchemy", "sqlcipher3", "cryptography", "numpy", "highspy"}


@pytest.mark.parametrize(
    "words", [(), ("--data-dir", "A"), ("--lang", "en", "--data-dir=A"), ("paths", "--json")]
)
def test_the_short_way_to_the_app_takes_arguments_as_the_whole_parser_does(words: tuple[str, ...]) -> None:
    assert vars(parse(words)) == vars(build_parser().parse_args(words))


@pytest.mark.parametrize("words", [("--lang", "xx"), ("--data-dir",), ("--no-such",)])
def test_wrong_options_before_any_command_are_told_once_by_the_whole_parser(
    shell: Shell, words: tuple[str, ...]
) -> None:
    done = shell.run(*words)
    assert done.returncode == 2
    assert done.stderr.count("usage:") + done.stderr.count("gebruik:") == 1
    assert "COMMAND" in done.stderr or "OPDRACHT" in done.stderr


def test_a_bug_tells_type_and_frames_and_no_value(tmp_path: Path) -> None:
    script = (
        "from vertrouwenswerk.cli import main, vault_commands\n"
        "def broken(options):\n    geheim = 'geheime wachtzin'\n    raise KeyError(geheim)\n"
        "vault_commands.paths = broken\n"
        "raise SystemExit(main.run(['paths'], lambda places, secret: 0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 70
    assert "builtins.KeyError" in done.stderr
    assert "broken" in done.stderr
    assert "geheime" not in done.stderr + done.stdout


def test_paths_names_every_place_as_json(shell: Shell) -> None:
    places = json.loads(shell.ok("paths", "--json", "--data-dir", "A"))
    assert places["adviser"] == {"path": str(Path("A/adviser/kluis.vault")), "exists": True}
    assert places["pool"]["exists"] is False


def test_the_old_recovery_code_works_until_the_new_one_is_safe(shell: Shell) -> None:
    vault = ("--data-dir", "A", "--passphrase-file", "adviser.txt")
    refused = shell.run("vault", "recovery", *vault, "--recovery-code-to", "adviser.code")
    assert (refused.returncode, "already" in refused.stderr) == (2, True)
    assert shell.run("vault", "recovery", *vault).returncode == 2
    shell.ok("vault", "check", "--data-dir", "A", "--passphrase-file", "adviser.code")


def test_a_sitting_asks_for_the_guardians_key_and_does_not_say_that_there_is_none(shell: Shell) -> None:
    done = shell.run(*shell.bureau("sitting"))
    assert done.returncode == 2
    assert "--guardian-key" in done.stderr
    assert "ALONE" not in done.stderr


def test_what_waits_the_time_to_lock_and_the_look_are_commands_too(shell: Shell) -> None:
    shell.ok(*shell.adviser("export", str(LAST)))
    assert json.loads(shell.ok(*shell.adviser("reminders", "--json"))) == ["backup"]
    assert "no backup" in shell.ok(*shell.adviser("reminders"))
    secret = ("--data-dir", "A", "--passphrase-file", "adviser.txt")
    shell.ok("vault", "backup", *secret, "--to", "after-export.vwbackup")
    assert json.loads(shell.ok(*shell.adviser("reminders", "--json"))) == []
    shell.ok(*shell.adviser("lock-after", "7"))
    assert shell.run(*shell.adviser("lock-after", "61")).returncode == 2
    assert shell.ok("settings", "--data-dir", "C", "--look", "contrast") == "language=nl\nlook=contrast\n"
    look = json.loads(shell.ok("settings", "--data-dir", "C", "--language", "en", "--json"))
    assert look == {"language": "en", "look": "contrast"}


def test_the_chosen_language_holds_until_another_is_asked_for(shell: Shell) -> None:
    shell.ok("settings", "--data-dir", "D", "--language", "en")
    words = [sys.executable, "-m", "vertrouwenswerk"]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(shell.folder), "SYSTEMROOT": "C:\\Windows"}

    def says(*more: str) -> str:
        done = subprocess.run([*words, *more], cwd=shell.folder, env=environment, capture_output=True,
                              text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL)  # fmt: skip
        return done.stdout + done.stderr

    assert "usage: " in says("--data-dir", "D", "--help")
    assert "usage: " in says("--data-dir=D", "--help")
    assert "gebruik: " in says("--data-dir", "D", "--lang", "nl", "--help")
    assert "gebruik: " in says("--data-dir", "E", "--help")


def test_the_recovery_code_is_tried_from_its_paper(shell: Shell) -> None:
    drill = ("vault", "drill", "--data-dir", "A", "--passphrase-file")
    assert "works" in shell.run(*drill, "adviser.code").stderr
    assert shell.run(*drill, "adviser.txt").returncode == 2
    assert shell.run(*drill, "bureau.code").returncode == 3


def test_all_an_adviser_does_works_without_the_extra_of_the_bureau(shell: Shell, tmp_path: Path) -> None:
    blocked = "import sys; sys.modules.update(highspy=None, numpy=None, scipy=None)\n"
    start = f"{blocked}from vertrouwenswerk.__main__ import main\nsys.exit(main())"
    secret = ("--data-dir", "A", "--passphrase-file", "adviser.txt")
    for words in (
        ("adviser", "record", "1", "Leerplicht", *secret),
        ("adviser", "remove", "1", "Leerplicht", *secret),
        ("adviser", "tally", *secret),
        ("adviser", "preview", str(LAST), *secret),
        ("adviser", "export", str(LAST), "--to", str(tmp_path), *secret),
        ("adviser", "report", str(LAST.year), "--format", "html", *secret),
        ("adviser", "reminders", *secret),
        ("adviser", "clear", *secret),
        ("vault", "backup", "--to", str(tmp_path / "b.vwbackup"), *secret),
        ("vault", "check", *secret),
    ):
        done = subprocess.run(
            [sys.executable, "-c", start, *words],
            cwd=shell.folder,
            env={"PYTHONPATH": str(ROOT), "HOME": str(shell.folder), "SYSTEMROOT": "C:\\Windows"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr)
