"""Unlocking with the full profile, against Argon2id alone with the same parameters.

It is slow on purpose; only what comes on top of the derivation is ours to answer for.
"""

import secrets
from collections.abc import Iterator

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bench.measure import Line, take_turns, timed
from bench.workshop import PASSPHRASE, Workshop
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import Adviser, unlock_adviser
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.vault.slots import KEY_BYTES, Profile


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure on a vault without tallies."""
    workshop.adviser("full", Profile.FULL).close()
    places = Places(workshop.folder / "full")
    cost = Profile.FULL.value

    def product() -> float:
        opened: list[Adviser] = []
        took = timed(lambda: opened.append(unlock_adviser(places, PASSPHRASE, lambda: DEMO_TODAY)))
        opened[0].close()
        return took

    def reference() -> float:
        kdf = Argon2id(
            salt=secrets.token_bytes(16),
            length=KEY_BYTES,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        )
        return timed(lambda: kdf.derive(PASSPHRASE.encode()))

    pair = take_turns(times, product=product, reference=reference)
    strength = f"{cost.passes} passes, {cost.memory_kib // 1024} MiB, {cost.lanes} lanes"
    yield Line("unlock", "unlock a vault, full profile", f"cryptography's Argon2id alone, {strength}", pair)
