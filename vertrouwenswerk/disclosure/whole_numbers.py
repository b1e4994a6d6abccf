"""The audit in whole numbers: can a region be empty if every leaf holds a whole count.

The audit over real numbers is a relaxation: an attacker who also uses that counts are
whole could in theory prove more. So on a sample an integer program looks for a filling
in whole numbers with nobody in the region, again in the smallest block first. In linked
pictures the whole is too large for an integer program; there only the audit's own
answers are looked at, which mostly are whole numbers. Not found is not a proof.

Example::

    can_be_empty(blocks, Region("SOC-WI-01", "PEST"))      # True
"""

import numpy as np

from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import TOLERANCE, Solution

# What an integer program of this size costs is seconds; one table of Waterstad has 1,000.
MOST_ATOMS = 1500


def can_be_empty(blocks: Blocks, region: Region, *, search: bool = True) -> bool:
    """Tell whether whole counts were found that fit all that is shown with nobody in ``region``.

    Without ``search`` only where the audit's own answer is one; that takes no time. Raises
    DisclosureError when the solver finds no answer within its bounds.
    """
    homes = blocks.homes(region)
    for level in range(len(homes)):
        model = blocks.block(homes[level]).model
        inside = model.atoms_inside(region)
        if _is_whole_and_empty(model.minimise(model.costs_of(inside))):
            return True
        is_asked = search and level + 2 >= len(homes) and model.atom_count <= MOST_ATOMS
        if is_asked and model.fits_in_whole_numbers(inside):
            return True
    return not homes


def _is_whole_and_empty(solution: Solution) -> bool:
    """Tell whether the audit's own answer, as it often is, was in whole numbers."""
    is_whole = np.abs(solution.atoms - np.rint(solution.atoms)) <= TOLERANCE
    return solution.value <= TOLERANCE and bool(is_whole.all())
