"""The engine tells no value: not when it fails, and not in a log."""

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from vertrouwenswerk.vault.engine import open_engine

SECRET = "kapitein zeven zwanen"
WRONG = "INSERT INTO nowhere VALUES (:value)"


def failure(engine: sa.Engine) -> str:
    with pytest.raises(sa.exc.OperationalError) as caught, engine.connect() as connection:
        connection.execute(sa.text(WRONG), {"value": SECRET})
    return str(caught.value)


def test_a_failing_statement_tells_no_parameter(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "some.vault", bytes(32))
    assert engine.hide_parameters
    assert SECRET not in failure(engine)
    engine.dispose()
    loose = sa.create_engine("sqlite://")
    assert SECRET in failure(loose)
    loose.dispose()


def test_no_statement_and_no_key_is_echoed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    key = bytes(range(32))
    engine = open_engine(tmp_path / "some.vault", key)
    assert not engine.echo
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT :value"), {"value": SECRET})
    engine.dispose()
    assert key.hex() not in caplog.text
    assert SECRET not in caplog.text
    loose = sa.create_engine("sqlite://", echo=True)
    with loose.connect() as connection:
        connection.execute(sa.text("SELECT :value"), {"value": SECRET})
    loose.dispose()
    assert SECRET in caplog.text
