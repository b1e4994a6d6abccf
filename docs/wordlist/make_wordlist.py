"""Cut the Dutch word list for passphrases and fingerprints out of a full Dutch dictionary.

Usage (``pip install wordfreq==3.1.1`` first)::

    python docs/wordlist/make_wordlist.py /usr/share/dict/dutch > nl.txt
    python docs/wordlist/make_wordlist.py --measure nl.txt

The dictionary is OpenTaal's, as in Debian's ``wdutch``. Word frequencies (wordfreq) only order the
candidates; no frequency is copied into the result. The same dictionary, the same wordfreq and the same
``excluded.txt`` and ``kept.txt`` always give the same list: the best-known words that keep the rules.

What holds for every list this script writes (it stops with an error when it cannot be kept):

* exactly 7,776 words of 4 to 7 letters, a-z only, sorted;
* no two words sound alike (``SOUNDS``, ``sound``);
* no word is left out by ``excluded.txt``.

As a rule and not as a promise: one word of a family (singular and plural, diminutive, the forms of one
verb or adjective). Dutch inflection is guessed from spelling here, not parsed. ``kept.txt`` overrules the
guesses: it has the words that only look like a form, a name or English, and the words worth having anyway.
"""

from __future__ import annotations

import fnmatch
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from wordfreq import zipf_frequency

SIZE, SHORTEST, LONGEST = 7776, 4, 7
# Zipf scale: 3 is once in a million words, 1 the rarest that is counted at all. A word is well known, or it
# is counted and a compound of two parts that are well known (zee + slak), or it is in kept.txt.
WELL_KNOWN, COUNTED, PART_KNOWN = 2.0, 1.2, 3.0
ENGLISH_MARGIN = 0.7
# So much more often than its infinitive, and the stem of a verb is taken for a word of its own.
STEM_MARGIN = 0.5
NOUN_COMPOUNDS = 4  # so many compounds end in a word, and it is taken for a noun

SEPARABLE = "aan|achter|af|bij|door|in|los|mee|na|neer|om|op|over|toe|uit|vol|voor|weg"
PREFIXES = frozenset(
    (SEPARABLE + "|be|ge|her|ont|ver|mis|er|terug|samen|tegen|onder|rond|vast|open").split("|")
)
PARTICIPLE = re.compile(rf"(?:{SEPARABLE}|terug)ge.*(?:d|t|en)")
STRONG_PAST = re.compile(
    rf"(?:{SEPARABLE}|be|ge|her|ont|ver|mis|onder|tegen|samen)"
    "(?:ging|kwam|nam|liep|riep|viel|hield|zag|trok|trof|gaf|stond|sloeg|reed|deed|droeg|vroeg|joeg|hing|ving|"
    "bracht|brak|kocht|dacht|sprak|stak|sloot|schoot|schoof|goot|bood|bleef|keek|kreeg|dook|zat|at|won|vond|"
    "wierp|stierf|zwoer|zwom|vloog|loog|woog|zond|zong|klom|kon|had|wees|las|liet|vrat|spoot|snee|sneed|blies|"
    "dreef|trad|rees|hief|hielp|sliep|kroop|zwol|zwaaide|begon|kan)"
)
# Spellings made one sound, in this order: homophones (ei/ij) and what a telephone blurs (f/v, s/z).
SOUNDS = (
    (r"ij", "ei"), (r"ou", "au"), (r"auw", "au"), (r"uw\b", "u"), (r"isch\b", "is"), (r"ch", "g"),
    (r"ph", "f"), (r"th", "t"), (r"qu", "kw"), (r"x", "ks"), (r"y", "i"),
    (r"i(?=[b-df-hj-np-tv-z]?[aeiou]|\b)", "ie"), (r"iee?", "ie"), (r"c(?=[ei])", "s"), (r"c", "k"),
    (r"v", "f"), (r"z", "s"), (r"eau", "o"), (r"b\b", "p"), (r"(?:dt|d)\b", "t"),
)  # fmt: skip
VERB_ENDINGS = ("t", "te", "de", "ten", "den", "st", "ste")
NOUN_ENDINGS = ("s", "n", "ns", "nd", "je", "jes", "tje", "tjes", "pje", "pjes")
STEM_ENDINGS = ("e", "es", "end", "ende", "eren", "etje", "etjes", "erd", "erde")


def entries(path: Path) -> list[str]:
    """Return the entries of a file of words (``#`` starts a comment)."""
    lines = (line.partition("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    return sorted({entry for line in lines for entry in line.split()})


@cache
def frequency(word: str) -> float:
    """Return the Dutch frequency of the word on the Zipf scale (0 when it is not counted)."""
    return zipf_frequency(word, "nl")


def sound(word: str) -> str:
    """Return a key that is equal for words that sound alike on a telephone."""
    for spelling, same in SOUNDS:
        word = re.sub(spelling, same, word)
    return word


def before_vowel(base: str) -> set[str]:
    """Return how a base can be spelled before an ending with a vowel: loop -> lop(en), bak -> bakk(en)."""
    stems = {base}
    if long := re.fullmatch(r"(.*?)([aeou])\2([bcdfgklmnprstvz])", base):
        stems.add("".join(long.groups()))
    elif re.search(r"(?:^|[^aeiou])[aeiou][bdfgklmnprst]$", base):
        stems.add(base + base[-1])
    stems |= {stem[:-1] + "v" for stem in stems if stem.endswith("f")}
    return stems | {stem[:-1] + "z" for stem in stems if stem.endswith("s")}


class Grammar:
    """What can be told about Dutch words from the spellings a dictionary has."""

    def __init__(self, dictionary: list[str], kept: frozenset[str]) -> None:
        self.words = {word for word in dictionary if re.fullmatch(r"[a-z]{2,13}", word)}
        self.names = {word.lower() for word in dictionary if word[:1].isupper()}
        self.compounds: Counter[str] = Counter()
        self.every = every = {word for word in dictionary if re.fullmatch(r"[a-z]+", word)}
        for word in every:
            parts = ((word[:at], word[at:]) for at in range(3, len(word) - 2))
            self.compounds.update(last for first, last in parts if first in every and first not in PREFIXES)
        self.bases: dict[str, set[str]] = defaultdict(set)
        self.infinitives: dict[str, set[str]] = defaultdict(set)
        for base in sorted(self.words):
            if len(base) >= 3 and frequency(base) >= COUNTED:
                for form in (self.inflections(base) & self.words) - kept:
                    self.bases[form].add(base)
                for form in ({stem + "en" for stem in before_vowel(base)} & self.words) - kept:
                    if not (form + "s" in every and form + "tje" in every):
                        self.infinitives[form].add(base)

    def is_noun(self, word: str) -> bool:
        """Tell whether the word has a diminutive or ends compounds."""
        forms = {word + "je", word + "tje", word + "pje", word + "etje", word[:-1] + "kje"}
        return bool(forms & self.every) or self.compounds[word] >= NOUN_COMPOUNDS

    def is_compound(self, word: str) -> bool:
        """Tell whether the word is two well-known words of at least three letters after another."""
        pairs = ({word[:at], word[at:]} for at in range(3, len(word) - 2))
        return any(pair <= self.words and min(map(frequency, pair)) >= PART_KNOWN for pair in pairs)

    def is_adjective(self, word: str) -> bool:
        """Tell whether the word has degrees of comparison."""
        return any({stem + "ere", stem + "dere"} & self.every for stem in before_vowel(word))

    def inflections(self, base: str) -> set[str]:
        """Return the spellings that could be inflections or diminutives of the base, save for -en."""
        stems = before_vowel(base)
        forms = {base + end for end in VERB_ENDINGS + NOUN_ENDINGS}
        forms |= {stem + end for stem in stems for end in STEM_ENDINGS}
        forms |= {"ge" + base + end for end in ("", "t", "d", "te", "de", "en")}
        forms |= {"ge" + stem + "en" for stem in stems}
        forms |= {base + end for end in ("d", "de")} if re.match("be|er|her|ont|ver", base) else set()
        forms |= {base[:-1] + "kje"} if base.endswith("ng") else set()
        forms |= {base + "en"} if base.endswith(("ee", "ie")) else set()
        forms |= {base + end for end in ("at", "an", "atje")} if base.endswith("a") else set()
        forms |= {base + "r", base + "re"} if base.endswith("e") else set()
        if self.is_adjective(base):
            forms |= {stem + end for stem in stems for end in ("er", "ere", "ers")}
            forms |= {base + "der", base + "dere"}
        return forms - {base}

    def family(self, word: str) -> set[str]:
        """Return the words of which the word could be a form."""
        return self.bases.get(word, set()) | self.infinitives.get(word, set())

    def is_form(self, word: str) -> bool:
        """Tell whether the word is better shown by another word of its family."""
        if self.bases.get(word):
            return True
        own = self.is_noun(word) or self.is_adjective(word)
        verbs = [stem + "en" for stem in before_vowel(word) if word in self.infinitives.get(stem + "en", ())]
        if not own and any(frequency(verb) + STEM_MARGIN >= frequency(word) for verb in verbs):
            return True
        often = frequency(word) + STEM_MARGIN
        stems = (stem for stem in self.infinitives.get(word, ()) if len(stem) >= SHORTEST)
        return any(self.is_noun(stem) or self.is_adjective(stem) or frequency(stem) > often for stem in stems)


def bare_separable(word: str, grammar: Grammar) -> bool:
    """Tell whether the word is only a form of a separable verb (opberg), not a noun too (opbouw)."""

    def is_verb(stem: str) -> bool:
        return any(form + "en" in grammar.words for form in before_vowel(stem))

    match = re.fullmatch(rf"(?:{SEPARABLE})(.{{2,}})", word)
    return bool(match) and is_verb(word) and is_verb(match[1]) and not grammar.is_noun(word)


def candidates(grammar: Grammar, kept: frozenset[str], excluded: re.Pattern[str]) -> list[str]:
    """Return the words that may be chosen, the best first: no forms before forms, then how well known."""
    found = []
    for word in grammar.words:
        if not SHORTEST <= len(word) <= LONGEST or excluded.match(word):
            continue
        if word not in kept and (
            frequency(word) < (COUNTED if grammar.is_compound(word) else WELL_KNOWN)
            or word in grammar.names
            or zipf_frequency(word, "en") > frequency(word) + ENGLISH_MARGIN
            or PARTICIPLE.fullmatch(word)
            or STRONG_PAST.fullmatch(word)
            or bare_separable(word, grammar)
            or (grammar.bases.get(word) and not word.endswith(("en", "je")))
        ):
            continue
        found.append((word not in kept and grammar.is_form(word), -frequency(word), word))
    return [word for _form, _often, word in sorted(found)]


def choose(ordered: list[str], grammar: Grammar) -> list[str]:
    """Take each word that is not of the family of one taken before and does not sound like one."""
    chosen: list[str] = []
    taken: set[str] = set()
    sounds: set[str] = set()
    for word in ordered:
        family = grammar.family(word) | {word}
        if family & taken or sound(word) in sounds:
            continue
        chosen.append(word)
        taken |= family
        sounds.add(sound(word))
    return chosen


def measure(chosen: list[str]) -> str:
    """Return what can be measured of a list: frequency, length, first letters that tell words apart."""
    lines = [f"{len(chosen)} words"]
    for zipf in (1.5, 2.0, 2.5, 3.0, 3.5):
        known = sum(frequency(word) >= zipf for word in chosen)
        lines.append(f"Zipf {zipf} or more: {known} ({known / len(chosen):.1%})")
    for letters, count in sorted(Counter(map(len, chosen)).items()):
        lines.append(f"{letters} letters: {count}")
    for letters in range(4, LONGEST):
        starts = Counter(word[:letters] for word in chosen)
        alone = sum(starts[word[:letters]] == 1 for word in chosen)
        lines.append(f"known by the first {letters} letters: {alone} ({alone / len(chosen):.1%})")
    return "\n".join(lines)


def main() -> int:
    """Write the list to standard output, or the measures of a list."""
    if len(sys.argv) == 3 and sys.argv[1] == "--measure":
        print(measure(Path(sys.argv[2]).read_text(encoding="utf-8").split()))
        return 0
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    dictionary = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    here = Path(__file__).parent
    kept = frozenset(entries(here / "kept.txt"))
    excluded = re.compile("|".join(fnmatch.translate(entry) for entry in entries(here / "excluded.txt")))
    grammar = Grammar(dictionary, kept)
    ordered = candidates(grammar, kept, excluded)
    chosen = choose(ordered, grammar)
    print(f"{len(ordered)} candidates, {len(chosen)} keep the rules, {SIZE} needed", file=sys.stderr)
    if len(chosen) < SIZE:
        return 1
    best = sorted(chosen, key=lambda word: (-frequency(word), word))[:SIZE]
    sys.stdout.write("\n".join(sorted(best)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
