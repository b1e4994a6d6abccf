"""The list of patterns: a sentence each, strength in words before numbers, and what else must be said.

The order is the picture's: rarest band first, then as the codebook has it; units are never
ranked by how much was counted.

Example::

    [listed(finding, codebook) for finding in findings] or [nothing_found(sensitivity)]
"""

from typing import Any

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.patterns.notices import ToldFinding
from vertrouwenswerk.reports.pattern_words import sentence, strength


def listed(finding: ToldFinding, codebook: Codebook) -> str:
    """Return how strong a finding is, in words, and then all that is told of it."""
    return f"{strength(finding.band).capitalize()}: {sentence(finding, codebook)}"


def finding_as_json(finding: ToldFinding, codebook: Codebook) -> dict[str, Any]:
    """Return a finding as ``docs/formats.md`` describes it, the sentence in the chosen language."""
    return {
        "question": finding.question.value,
        "unit": finding.unit,
        "theme": finding.theme,
        "window": str(finding.window),
        "seen": finding.seen,
        "expected": finding.expected,
        "every_years": finding.band.years,
        "state": finding.state.value,
        "sentence": listed(finding, codebook),
    }
