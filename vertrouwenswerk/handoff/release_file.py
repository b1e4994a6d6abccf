"""A row of the release ledger: a report that left the bureau, as its readers have it.

It holds what was shown and nothing of what was hidden, and the certificate of the audit.
The bureau alone signs it: a report is made of a picture, which the guardian signed.
"""

from dataclasses import dataclass

from vertrouwenswerk.disclosure.certificate import Certificate
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.handoff.joint import JointKeys, read_joint, write_joint
from vertrouwenswerk.handoff.keys import Identity
from vertrouwenswerk.handoff.picture_file import PictureTable

_KIND = "release"


@dataclass(frozen=True, slots=True)
class Release:
    """Number in the ledger, the picture and codebook it was made from, for whom, and the table.

    ``audience`` and ``level`` are the words of the command line; ``groups``: theme groups
    instead of themes. The table has the units and themes of the report only.
    """

    number: int
    picture: int
    codebook_digest: bytes
    audience: str
    level: str
    groups: bool
    table: PictureTable
    certificate: Certificate

    @property
    def window(self) -> Window:
        """The quarters that the report is about."""
        return Window.parse(self.table.window)

    @property
    def hidden(self) -> int:
        """How many cells of the report are hidden."""
        return len(self.table.units) * len(self.table.themes) - len(self.table.shown)


def write_release(release: Release, bureau: Identity) -> bytes:
    """Return the row as bytes that the bureau signed."""
    return write_joint(_KIND, release, bureau, None)


def read_release(data: bytes, bureau_key: bytes) -> Release:
    """Read a row that the bureau signed. Raises FileRefusedError (``damaged``)."""
    return read_joint(_KIND, data, JointKeys(bureau_key, None), Release)
