"""What the office keeps of follow-up: any steps come back as they were taken; nothing else fits in."""

from itertools import groupby
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.municipality import CLOSED, RUNNING
from vertrouwenswerk.domain.follow_up import FollowUp, Step
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.vault.follow_up import FindingPlace, follow_ups, take_step
from vertrouwenswerk.vault.office_store import MIGRATIONS, Office, OfficeSecrets
from vertrouwenswerk.vault.safe import Safe, Secrets
from vertrouwenswerk.vault.slots import Profile

CHOSEN = Secrets.choose("de zin van het kantoor", Profile.CHEAP)
PLACES = st.builds(
    FindingPlace,
    st.sampled_from([question.value for question in Question]),
    st.sampled_from([0, 7, 65535]),
    st.just(0),
    st.sampled_from(["", "OMGANG", "A_B-C.9"]),
) | st.builds(
    FindingPlace, st.just("size"), st.sampled_from([0, 7]), st.sampled_from([1, 65535]), st.just("")
)
STEPS = st.builds(Step, st.sampled_from(FollowUp), st.integers(8000, 8799).map(Quarter.from_index))


def new_safe(folder: Path) -> Safe:
    own, book = OfficeSecrets(bytes(128), bytes(32)), (1, b"d" * 32, b"codebook 1")
    return Office.create(folder / "kantoor.vault", CHOSEN, own, book, demo=True).safe


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Safe:
    return new_safe(tmp_path_factory.mktemp("office"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(PLACES, STEPS), max_size=12))
def test_any_sequence_of_states_comes_back_as_the_history_of_each_finding(
    safe: Safe, taken: list[tuple[FindingPlace, Step]]
) -> None:
    with safe.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM follow_up")
    wanted: dict[FindingPlace, tuple[Step, ...]] = {}
    for place, step in taken:
        take_step(safe, place, step)
        wanted[place] = (*wanted.get(place, ()), step)
    first_is_new = [Step(FollowUp.NEW, RUNNING)]
    for place, steps in wanted.items():
        runs = [next(run) for _state, run in groupby([*first_is_new, *steps], key=lambda step: step.state)]
        wanted[place] = tuple(runs[1:])
    assert follow_ups(safe) == {place: steps for place, steps in wanted.items() if steps}


@pytest.mark.parametrize(
    "values",
    [
        ("why", 1, 1, "", 1, "closed", 8000),
        ("size", -1, 1, "", 1, "closed", 8000),
        ("size", 1, 65536, "", 1, "closed", 8000),
        ("size", 1, 0, "een woord", 1, "closed", 8000),
        ("size", 1, 0, "A" * 25, 1, "closed", 8000),
        ("size", 1, 1, "OMGANG", 1, "closed", 8000),
        ("size", 1, 1, "", 0, "closed", 8000),
        ("size", 1, 1, "", 1, "besproken met de directeur", 8000),
        ("size", 1, 1, "", 1, "closed", 20270111),
    ],
)
def test_a_word_a_day_or_a_state_of_ones_own_does_not_fit_in(safe: Safe, values: tuple[object, ...]) -> None:
    with pytest.raises(sa.exc.IntegrityError), safe.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO follow_up VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def test_every_state_and_question_of_the_program_fits_in(safe: Safe) -> None:
    for question in Question:
        place = FindingPlace(question.value, 3, 3, "")
        for state in (*FollowUp, FollowUp.NEW):
            take_step(safe, place, Step(state, CLOSED))
        assert [step.state for step in follow_ups(safe)[place]] == [*[*FollowUp][1:], FollowUp.NEW]


def test_there_is_no_order_between_findings(tmp_path: Path) -> None:
    places = (FindingPlace("size", 1, 1, ""), FindingPlace("size", 2, 1, ""))
    rows: list[list[tuple[object, ...]]] = []
    for order in (places, places[::-1]):
        folder = tmp_path / str(len(rows))
        folder.mkdir()
        safe = new_safe(folder)
        for place in order:
            take_step(safe, place, Step(FollowUp.CLOSED, CLOSED))
        with safe.engine.connect() as connection:
            rows.append([tuple(row) for row in connection.exec_driver_sql("SELECT * FROM follow_up")])
            with pytest.raises(sa.exc.OperationalError):
                connection.exec_driver_sql("SELECT rowid FROM follow_up")
        safe.close()
    assert rows[0] == rows[1]


def test_an_office_of_the_second_version_keeps_everything_and_gets_follow_up(tmp_path: Path) -> None:
    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("INSERT INTO mark VALUES (1, 1)")
        connection.exec_driver_sql("INSERT INTO identity VALUES (1, ?, ?)", (bytes(128), bytes(32)))
        connection.exec_driver_sql("INSERT INTO codebook VALUES (1, ?, ?)", (b"d" * 32, b"codebook 1"))
        connection.exec_driver_sql("INSERT INTO picture VALUES (1, ?)", (b"picture 1",))
        connection.exec_driver_sql("INSERT INTO release VALUES (1, ?)", (b"release 1",))

    path = tmp_path / "old" / "kantoor.vault"
    Safe.create(path, CHOSEN, MIGRATIONS[:2], fill).close()
    office = Office.unlock(path, CHOSEN.passphrase)
    assert office.picture_files() == {1: b"picture 1"}
    assert office.release_files() == {1: b"release 1"}
    assert follow_ups(office.safe) == {}
    place = FindingPlace("size", 1, 1, "")
    assert take_step(office.safe, place, Step(FollowUp.MEASURE, CLOSED))
    new = new_safe(tmp_path)
    assert schema(office.safe) == schema(new)
    office.close()
    new.close()


def schema(safe: Safe) -> list[tuple[str, str]]:
    with safe.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name").all()
        return [(name, sql) for name, sql in rows]
