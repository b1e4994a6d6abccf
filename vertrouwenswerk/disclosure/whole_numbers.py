"""The audit in whole numbers: can a region be empty if every leaf holds a whole count.

The audit over real numbers is a relaxation: an attacker who also uses that counts are
whole could in theory prove more. So on a sample an integer program looks for a filling
in whole numbers with nobody in the region, again in the smallest block first. In linked
pictures the whole is too large for an integer program; there only the audit's own
answers are looked at, which mostly are whole numbers. Not found is not a proof.

Example::

    can_be_empty(blocks, Region("SOC-WI-01", "PEST"))      # True
"""

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import Model

# What an integer program of this size costs is seconds; one table of Waterstad has 1,000.
MOST_ATOMS = 1500


def can_be_empty(blocks: Blocks, region: Region, *, search: bool = True) -> bool:
    """Tell whether whole counts were found that fit all that is shown with nobody in ``region``.

    Without ``search`` only where the audit's own answer is one; that takes no time. Raises
    DisclosureError when the solver finds no answer over real numbers.
    """
    if not attack(blocks, [region]) and _audit_was_whole(blocks, region):
        return True
    return search and any(_is_found(blocks.block(home).model, region) for home in blocks.homes(region)[-2:])


def _audit_was_whole(blocks: Blocks, region: Region) -> bool:
    """Tell whether the audit's own answer, as it often is, was in whole numbers."""
    witness = blocks.witness(region)
    return not blocks.homes(region) or (witness is not None and witness.is_whole)


def _is_found(model: Model, region: Region) -> bool:
    return model.atoms.count <= MOST_ATOMS and model.fits_in_whole_numbers(model.atoms.inside(region))
