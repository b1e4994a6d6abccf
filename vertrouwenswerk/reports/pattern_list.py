"""The list of patterns: a sentence each, strength in words before numbers, and what else must be said.

The order is the picture's: rarest band first, then as the codebook has it; units are never
ranked by how much was counted.

Example::

    [listed(finding, codebook) for finding in findings] or [nothing_found(sensitivity)]
"""

from collections.abc import Sequence
from typing import Any

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.follow_up import Step
from vertrouwenswerk.patterns.notices import ToldFinding
from vertrouwenswerk.reports.follow_up_words import follow_up_as_json
from vertrouwenswerk.reports.pattern_words import sentence, strength


def listed(finding: ToldFinding, codebook: Codebook) -> str:
    """Return how strong a finding is, in words, and then all that is told of it."""
    return f"{strength(finding.band).capitalize()}: {sentence(finding, codebook)}"


def finding_as_json(finding: ToldFinding, codebook: Codebook, steps: Sequence[Step]) -> dict[str, Any]:
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
        "follow_up": follow_up_as_json(steps),
    }
