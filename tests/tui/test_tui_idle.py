"""The vault locks by whichever clock says that more time went by without a key."""

import pytest

from tests.municipality import Municipality
from tests.tui.driving import running
from vertrouwenswerk.tui.idle import Idle
from vertrouwenswerk.tui.screens.unlock import UnlockScreen


@pytest.mark.parametrize(("steady", "wall"), [(300.0, 0.0), (0.0, 300.0), (300.0, -9e6), (-9e6, 300.0)])
async def test_sleep_and_a_clock_set_back_keep_no_vault_open(
    town: Municipality, steady: float, wall: float
) -> None:
    now = {"steady": 1000.0, "wall": 1000.0}
    async with running(town.adviser_places(1)) as driver:
        driver.app._idle = Idle(lambda: now["steady"], lambda: now["wall"])
        await driver.unlock(town.passphrase("adviser 1"))
        await driver.app.tick()
        assert driver.app.session is not None
        now["steady"] += steady
        now["wall"] += wall
        await driver.app.tick()
        await driver.settle()
        assert isinstance(driver.app.screen, UnlockScreen)


def test_a_key_begins_the_time_again() -> None:
    now = [0.0]
    idle = Idle(lambda: now[0], lambda: 2 * now[0])
    now[0] = 7.0
    assert idle.seconds == 14.0
    idle.begin_again()
    assert idle.seconds == 0.0
