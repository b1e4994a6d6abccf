"""Find the unit or theme a person means, by code, name, alias or digit; suggest what is near.

Example::

    find_unit(codebook, "inkomen")     # "SOC-WI-01"
    find_theme(codebook, "3")          # "PEST"
"""

from difflib import get_close_matches

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _, language

NOT_NAMED = (ROOT, "-", "niet genoemd", "not named")


def find_unit(codebook: Codebook, text: str) -> str:
    """Return the code of the unit that ``text`` names by code or, if unique, by name or alias.

    Raises UsageError with the nearest suggestions, or with the namesakes to choose from.
    """
    wanted = text.strip().casefold()
    if wanted in NOT_NAMED:
        return ROOT
    for unit in codebook.units:
        if unit.code.casefold() == wanted:
            return unit.code
    namesakes = [
        unit.code
        for unit in codebook.units
        if wanted in (name.casefold() for name in (unit.name, *unit.aliases))
    ]
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        raise UsageError(
            _("%(number)s units are called “%(text)s”.") % {"number": len(namesakes), "text": text[:60]},
            _("Use the code: %(codes)s.") % {"codes": ", ".join(namesakes)},
        )
    names = {
        name: f"{unit.code} ({unit.name})"
        for unit in codebook.units
        for name in (unit.code, unit.name, *unit.aliases)
    }
    raise UsageError(
        _("There is no unit “%(text)s” in the codebook.") % {"text": text[:60]}, _nearest(text, names)
    )


def find_theme(codebook: Codebook, text: str) -> str:
    """Return the code of the theme that ``text`` names by code, digit or name.

    Raises UsageError with the nearest suggestions.
    """
    wanted = text.strip().casefold()
    for theme in codebook.themes:
        if wanted in (
            theme.code.casefold(),
            str(theme.key),
            theme.name_nl.casefold(),
            theme.name_en.casefold(),
        ):
            return theme.code
    names = {
        name: f"{theme.key} {theme.code} ({theme.name(language())})"
        for theme in codebook.themes
        for name in (theme.code, theme.name_nl, theme.name_en)
    }
    raise UsageError(
        _("There is no theme “%(text)s” in the codebook.") % {"text": text[:60]}, _nearest(text, names)
    )


def _nearest(text: str, names: dict[str, str]) -> str:
    by_name = {name.casefold(): label for name, label in names.items()}
    close = get_close_matches(text.casefold(), by_name, n=6, cutoff=0.6)
    near = list(dict.fromkeys(by_name[name] for name in close))[:3]
    if not near:
        return _("Look it up in the codebook: vertrouwenswerk adviser units, or adviser themes.")
    return _("Did you mean: %(near)s?") % {"near": ", ".join(near)}
