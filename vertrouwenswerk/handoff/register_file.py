"""The register of advisers: whose summaries count, signed by bureau and guardian.

It lives in the office. An invented adviser who adds the threshold everywhere would make
every true count readable; so a sitting opens only what comes from advisers on the register
as the guardian last signed it, and shows what the bureau changed in it since.
"""

from dataclasses import dataclass

from vertrouwenswerk.framing import damaged
from vertrouwenswerk.handoff.joint import JointKeys, read_joint, write_joint
from vertrouwenswerk.handoff.keys import SIGN_KEY_BYTES, Identity

_KIND = "register"


@dataclass(frozen=True, slots=True)
class RegisteredAdviser:
    """An adviser by number (VP-01 is 1) and public key (32 bytes)."""

    number: int
    sign_key: bytes


@dataclass(frozen=True, slots=True)
class Register:
    """Version (from 1, rising) and the advisers by rising number."""

    version: int
    advisers: tuple[RegisteredAdviser, ...]


def write_register(register: Register, bureau: Identity, guardian: Identity | None) -> bytes:
    """Return the register as signed bytes; without a guardian only the bureau signs."""
    return write_joint(_KIND, register, bureau, guardian)


def read_register(data: bytes, keys: JointKeys) -> Register:
    """Read a register that all ``keys`` signed. Raises FileRefusedError (``damaged``)."""
    register = read_joint(_KIND, data, keys, Register)
    numbers = {adviser.number for adviser in register.advisers}
    sign_keys = {adviser.sign_key for adviser in register.advisers}
    if not len(sign_keys) == len(numbers) == len(register.advisers):
        raise damaged()
    if not all(len(key) == SIGN_KEY_BYTES for key in sign_keys):
        raise damaged()
    return register
