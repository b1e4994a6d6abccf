"""The dashboards that the bench sets beside the patterns do what their names say."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.dashboards import ears_c1, ears_c1_limits, two_sigma

ROOT = Path(__file__).resolve().parents[2]
# 60 series of 12 quarters; the last column is the limit by R's package surveillance 1.20.3.
MEASURED = ROOT / "tests" / "data" / "ears-c1.csv"
NO_PACKAGE = 3


def measured() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    table = np.loadtxt(MEASURED, delimiter=",")
    return table[:, :-1].astype(np.int64), table[:, -1]


def test_the_limits_of_ears_c1_are_those_that_surveillance_gave() -> None:
    counts, limits = measured()
    np.testing.assert_allclose(ears_c1_limits(counts), limits, rtol=0, atol=1e-9)
    alarms = ears_c1(counts)
    assert alarms.tolist() == ((counts[:, -1] > limits) & (counts[:, -1] >= 3)).tolist()
    assert 0 < alarms.sum() < len(alarms)  # the comparison is about something


def test_the_limits_of_ears_c1_are_those_of_surveillance_where_r_has_it(tmp_path: Path) -> None:
    if (rscript := shutil.which("Rscript")) is None:
        pytest.skip("R is not installed")
    counts, series = measured()[0], tmp_path / "series.csv"
    np.savetxt(series, counts, fmt="%d", delimiter=",")
    script = ROOT / "bench" / "peers" / "ears_c1.R"
    done = subprocess.run([rscript, script, series], capture_output=True, text=True, check=False)
    if done.returncode == NO_PACKAGE:
        pytest.skip("R has no package surveillance")
    assert done.returncode == 0, done.stderr
    limits = [float(line) for line in done.stdout.split()]
    np.testing.assert_allclose(ears_c1_limits(counts), limits, rtol=0, atol=1e-9)


def test_two_sigma_looks_at_all_quarters_before() -> None:
    steady = [2, 4] * 5
    counts = np.array([[*steady, 6], [*steady, 5]])  # mean 3, standard deviation 1.054: the limit is 5.108
    assert two_sigma(counts).tolist() == [True, False]
