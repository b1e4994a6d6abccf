"""Cut the Dutch word list for passphrases and fingerprints out of a full Dutch dictionary.

Usage::

    pip install wordfreq==3.1.1
    python docs/wordlist/make_wordlist.py /usr/share/dict/dutch > nl.txt

The dictionary is OpenTaal's, as in Debian's ``wdutch``. Word frequencies (wordfreq) only order
the candidates; no frequency is copied into the result. The same dictionary, the same wordfreq and the same
``excluded.txt`` always give the same list.

What holds for every list this script writes (it stops with an error when it cannot be kept):

* exactly 7,776 words of 4 to 7 letters, a-z only, sorted;
* no word is a prefix of another word;
* no two words share their first five letters (a word of four letters shares its four with none);
* no two words sound alike: ei/ij, au/ou, c/k/s, ch/g, f/v, s/z, i/ie/y, a single or double letter, and b/p or
  d/t at the end count as the same sound;
* no word is left out by ``excluded.txt``.

As a rule and not as a promise: one word of a family (singular and plural, stem and inflections, diminutive);
Dutch inflection is guessed from spelling here, not parsed.
"""

from __future__ import annotations

import fnmatch
import re
import sys
from collections import defaultdict
from pathlib import Path

from wordfreq import zipf_frequency


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


SIZE = 7776
UNIQUE_LETTERS = 5
SHORTEST, LONGEST = 4, 7
# Zipf scale: 3 is once in a million words, 1 the rarest that is counted at all.
KNOWN = 1.0
BASE_KNOWN = 1.5
EASY_PART = 1.8
ENGLISH_MARGIN = 0.7

SEPARABLE = "aan|achter|af|bij|door|in|los|mee|na|neer|om|op|over|toe|uit|vol|voor|weg"
PREFIXED = re.compile(rf"(?:{SEPARABLE})(.{{2,}})")
PARTICIPLE = re.compile(rf"(?:{SEPARABLE}|terug)ge.*(?:d|t|en)")
STRONG_PAST = re.compile(
    rf"(?:{SEPARABLE}|be|ge|her|ont|ver|mis|onder|tegen|samen)"
    "(?:ging|kwam|nam|liep|riep|viel|hield|zag|trok|trof|gaf|stond|sloeg|reed|deed|droeg|vroeg|joeg|hing|ving|"
    "bracht|brak|kocht|dacht|sprak|stak|sloot|schoot|schoof|goot|bood|bleef|keek|kreeg|dook|zat|at|won|vond|"
    "wierp|stierf|zwoer|zwom|vloog|loog|woog|zond|zong|klom|kon|had|wees|las|liet|vrat|spoot|snee|sneed|blies|"
    "dreef|trad|rees|hief|hielp|sliep|kroop|zwol|zwaaide|begon|kan)"
)
# Spelling rules that make one sound of several spellings, applied in this order.
SOUNDS = (
    ("ij", "ei"), ("ou", "au"), ("auw", "au"), ("sch", "sg"), ("ch", "g"), ("ph", "f"), ("th", "t"),
    ("qu", "kw"),
    ("x", "ks"), ("y", "i"), ("ie", "i"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("v", "f"), ("z", "s"),
)  # fmt: skip
VERB_AND_NOUN_ENDINGS = word_set(
    "s t te de ten den st ste je jes tje tjes pje pjes etje etjes kje n ns nd ren des ter ders der"
)
STEM_ENDINGS = word_set("e en er ers ere es end ende etje eren erd erde erig ig")
# Not inflections, although the spelling looks like it; or well-known inflections worth having.
KEPT = word_set(
    """
    aanbouw aanloop aanpak aanvoer aardig acht achter adem ader afbouw afbraak afdruk afkomst afwezig
    akker alleen alter anders aquarel armen baby bacon bagger bakken balken banner beamer beest beker
    benen beslist bestand beter beurs bezig bieden bitter blauwe bloeien bloemen bloesem bokser bomen
    bonen boord boost border boter botsen bouwen bouwer boxer boxring boycot brengen brevet bunker burger
    buurt camper center charter cocon complex consult cracker cyclaam cyclus cypres dansen deken delen
    denken denker dienst dieren dochter donder donker dorst dorstig dragen drager drinken dromen drummer
    druppel duister duwen eerder eerst eigen emmer enig enkele ernst ernstig erwten eten event exact
    examen excuus exotiek expert export express extra facet farmer feest fietsen fietser filet fitter
    fixeer fluiten formaat format fruitig ganzen garen gast gebaar gebak gebed gebied gebit geboren gebouw
    gedicht geduld gehaald gehoor gelaat gelijk geluid geluk gemak gemeen genot gerecht gereed gerust gesp
    getal getij gevaar geval gevel geven gevoel gewas gewest geweten gewoon gezag gezang gezicht gezin
    gezond gidsen gierig glijden glitter gooien grappig graven grillig groeien groente groeten grondig
    gunst gunstig haast haastig hacker haken halen hamer handig hangen hanger harig hart hartig heffen
    helder helper hemel hengst herder hert hevig hijsen hipster hobby hoeder honderd hopen hopper horen
    host houden hout huizen huurder hybride hyena hygiene hymne index inkijk inkomen inkt inwoner jager
    jarig jongen jonker jury juryr juwelen kaart kaft kamer kammen kapper kart kast kater kelder kenner
    kerst kever kiezen kijken kijker kikker klappen klimmen klimmer klinker klixon kneden knikker knippen
    koffer koken koker kopen koper kracht kraker kramer krater krijt kruin kruipen kuit kunst kussen kust
    lachen ladder lader laken landen langer larven laser later leder legioen leider lekker lenen lente
    lepel leren letter leven lever lezen lezer lichter lifter lijn lijst limoen lint list lobby loft
    lollig lopen loper louter lover loyaal luchtig luister luxe lyriek maaien macht machtig maken maker
    malen manier markt matig maximum meester melken mengen meten meter mijn milder mint mist mistig mixen
    mixer modder moeder moedig mosterd mythe nadelig naderen nemen nest nodig noemer nuttig nylon oefenen
    oogst ooit openen opener opkomst oplader orkaan ouder oxide paper party passen pater peper persen
    peuter pieper pijler pint pitcher planner plant planten plukken poetsen pont pony poort port portier
    poster potter pracht praten prater pret prettig prins printer proeven puin pyjama pylon quiche quiz
    quotum raden raket rapper raster reader rechter redder reden reflex regen relax rennen renner rest
    richter rijden rijder rijst roepen roest roet roken roker roller rooster royaal rozet ruilen ruimen
    ruit ruiter runner rust rusten rustig sappig scanner schat schaven scheren script sedert sequoia
    sextant shopper skater slanker slapen sluiter spaan sparen spelen speler spetter spijker spinner
    spitten spoedig spoelen sporter staart stad stappen start starter steen stekker stevig sticker stoffig
    stoken stoker storen storm stroom stuiver sturen stylist super surfer sylabe symbool systeem taart
    talent tanker taxi taxus teken tekenen tellen teller tent tequila test tester textiel tijdig tijger
    tillen tint tocht toeter topper trainer trekken troep tulp turner turven twintig twister type typisch
    uitkijk uitleg uitloop unit vallen varen veertig vegen veilig verder vest vinden vinder vinger violen
    vissen vlieger vlinder vloer vlot vochtig vogels volger vondst vorig vragen vullen waaien waaier
    waardig wachten wachter wagen waken wassen water wazig wekker welig wensen werken werker wespen
    western wettig weven wezen wijn wijzer winner winst wonen wuiven yoga yoghurt yucca zadel zagen zaken
    zanger zegen zeiler zender zeven zingen zinnig zitten zoeken zoemen zomer zonder zonnig zoon zout
    zuster zwaaien zwemmen zwemmer zweven
    """
)
# Dutch words that are more frequent in English.
KEPT_ALTHOUGH_ENGLISH = word_set(
    """
    absent airline algebra alumni area arm audit basket bench bind blok board body boiler bowling brand
    bulk bullet button camel camping cash casting chart check cheddar chips circus city claim clash clean
    comic contest contour corner coupon cover crew cricket crisp cuisine cult curling curve cutter dance
    dancing date deal deed deer demand design desk diagram disc display dragon driver drop dummy dump
    editor entry essence excess exit fair fancy feature final five flow flux folk fond format gallon game
    gaming genius gilt gospel granny graphic gravel habitat harmony heap helm hosting icon image input
    instant intake island issue jacket jazz jogging jumper kern kick lamp land latin lease lens level
    limit listing locker lord lucky lunch magnet mango manual market mast match meeting melon mentor metal
    mild mindset mini minimum mixed model modern moment monitor monk motor museum music navy nest neutron
    nobel novum offer opera oscar output oven overall overlap pair palm pancake panel park parking patch
    percent piano pilot pitch plan planet plant player plot pocket poet pointer poker poll polo pool port
    portal post premium present princes print prior profile program proton pump punch quote radar rail
    range rank rating reality recent record release replay report rest retail return review rider riff
    ring rink robot romance roof room rose royalty rugby running sale sample sand scene score screen
    sector select senior serie service setting shelter shift shop short shovel show single sixties sketch
    slab slice sliding slip snack society soda sofa solo song spin spirit split spoor sport spot spread
    square stand star steak stem step stick stock stop storing storm story stream stretch string studio
    stuff style super support surplus swap swing switch talent tango tank tape target taxi temp tempo tent
    term test tier tissue toast tool toon touch tour track training transit tray trend trick trigger trim
    trip truck tulp tune tuning tutor unit upgrade utility vector veil venture vest video view villa visum
    vocal voltage volume wagon wand warm wast water wedding west wild wind winter wolf worst zero zone
    """
)


def plain_words(dictionary: list[str]) -> set[str]:
    """Return the words of the dictionary that are written with a-z only."""
    return {word for word in dictionary if re.fullmatch(r"[a-z]{2,13}", word)}


def exclusions(path: Path) -> re.Pattern[str]:
    """Return one pattern that matches every word the file of exclusions leaves out."""
    lines = (line.partition("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    entries = sorted({entry for line in lines for entry in line.split()})
    return re.compile("|".join(fnmatch.translate(entry) for entry in entries))


def frequency(word: str) -> float:
    """Return the Dutch frequency of the word on the Zipf scale (0 when it is not counted)."""
    return zipf_frequency(word, "nl")


def sound(word: str) -> str:
    """Return a key that is equal for words that sound alike on a telephone."""
    key = word
    for spelling, same in SOUNDS:
        key = key.replace(spelling, same)
    key = re.sub(r"(.)\1", r"\1", key)
    return re.sub(r"b$", "p", re.sub(r"d?t?$", lambda end: "t" if end.group() else "", key))


def spelled_before_vowel(base: str) -> set[str]:
    """Return how a base can be spelled before an ending with a vowel: loop -> lop(en), bak -> bakk(en)."""
    forms = {base}
    if long := re.fullmatch(r"(.*?)([aeou])\2([bcdfgklmnprstvz])", base):
        forms.add("".join(long.groups()))
    elif re.search(r"(?:^|[^aeiou])[aeiou][bdfgklmnprst]$", base):
        forms.add(base + base[-1])
    for form in sorted(forms):
        if form.endswith("f"):
            forms.add(form[:-1] + "v")
        if form.endswith("s"):
            forms.add(form[:-1] + "z")
    return forms


def inflections(base: str) -> set[str]:
    """Return the spellings that could be inflections or diminutives of the base."""
    before_vowel = spelled_before_vowel(base)
    forms = {base + ending for ending in VERB_AND_NOUN_ENDINGS}
    forms |= {stem + ending for stem in before_vowel for ending in STEM_ENDINGS}
    forms |= {"ge" + base + ending for ending in ("", "t", "d", "te", "de", "en")}
    forms |= {"ge" + stem + "en" for stem in before_vowel}
    if base.endswith("ng"):
        forms.add(base[:-1] + "kje")
    if base.endswith(("ee", "ie")):
        forms.add(base + "en")
    if base.endswith("a"):
        forms |= {base + "at", base + "an", base + "atje"}
    return forms


def parents_of(words: set[str]) -> dict[str, set[str]]:
    """Return for each word the words it could be an inflection of."""
    parents: dict[str, set[str]] = defaultdict(set)
    for base in words:
        if len(base) >= 3:
            for form in inflections(base):
                if form in words and form != base:
                    parents[form].add(base)
    return parents


def easy_compound(word: str, words: set[str]) -> bool:
    """Tell whether the word is two well-known words of at least three letters after another."""
    splits = ((word[:at], word[at:]) for at in range(3, len(word) - 2))
    return any({*pair} <= words and min(map(frequency, pair)) >= EASY_PART for pair in splits)


def bare_verb_stem(word: str, words: set[str]) -> bool:
    """Tell whether the word is only a form of a separable verb (opberg), not a noun too (opbouw, opdruk)."""
    if not (match := PREFIXED.fullmatch(word)):
        return False
    is_verb = any(stem + "en" in words for stem in spelled_before_vowel(word)) and (
        any(stem + "en" in words for stem in spelled_before_vowel(match[1]))
    )
    is_noun = any(word + ending in words for ending in ("je", "tje", "pje")) or frequency(word) >= 3.0
    return is_verb and not is_noun


def candidates(
    dictionary: list[str], parents: dict[str, set[str]], excluded: re.Pattern[str]
) -> dict[str, float]:
    """Return the words that may be chosen, each with how easy it is (higher is easier)."""
    words = plain_words(dictionary)
    names = {word.lower() for word in dictionary if word[:1].isupper()}
    easy: dict[str, float] = {}
    for word in sorted(words):
        if not SHORTEST <= len(word) <= LONGEST or excluded.match(word):
            continue
        if word in KEPT or word in KEPT_ALTHOUGH_ENGLISH:
            easy[word] = max(frequency(word), 2.0)
            continue
        if word in names or re.search(r"[qy]", word):
            continue
        if PARTICIPLE.fullmatch(word) or STRONG_PAST.fullmatch(word):
            continue
        how_often, compound = frequency(word), easy_compound(word, words)
        if how_often < KNOWN and not compound:
            continue
        if zipf_frequency(word, "en") > how_often + ENGLISH_MARGIN:
            continue
        strict = word.endswith(("t", "e", "d")) or PREFIXED.fullmatch(word)
        bases = [base for base in parents.get(word, set()) if strict or frequency(base) >= BASE_KNOWN]
        if bases and (not word.endswith("en") or any(len(base) >= SHORTEST for base in bases)):
            continue
        stem = bare_verb_stem(word, words)
        easy[word] = 0.0 if stem else max(how_often, 1.9 if compound else 0.0)
    return easy


def choose(easy: dict[str, float], parents: dict[str, set[str]]) -> list[str]:
    """Choose greedily, easiest first; four letters come late where they block several longer words."""
    longer: dict[str, set[str]] = defaultdict(set)
    for word in easy:
        if len(word) > SHORTEST:
            longer[word[:SHORTEST]].add(word[:UNIQUE_LETTERS])

    def order(word: str) -> tuple[bool, float, str]:
        return len(word) == SHORTEST and len(longer[word]) > 1, -easy[word], word

    chosen: set[str] = set()
    starts: set[str] = set()
    sounds: set[str] = set()
    families: set[str] = set()
    for word in sorted(easy, key=order):
        start, four = word[:UNIQUE_LETTERS], word[:SHORTEST]
        bases = parents.get(word, set())
        if (
            start in starts
            or four in chosen
            or sound(word) in sounds
            or word in families
            or any(base in chosen for base in bases)
        ):
            continue
        chosen.add(word)
        starts |= {start, four}
        sounds.add(sound(word))
        families |= bases
    return sorted(chosen)


def main() -> int:
    """Write the list to standard output."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    dictionary = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    excluded = exclusions(Path(__file__).with_name("excluded.txt"))
    parents = parents_of(plain_words(dictionary))
    easy = candidates(dictionary, parents, excluded)
    chosen = choose(easy, parents)
    print(f"{len(easy)} candidates, {len(chosen)} keep every promise, {SIZE} needed", file=sys.stderr)
    if len(chosen) < SIZE:
        return 1
    # The easiest ones; of those, sorted.
    best = sorted(chosen, key=lambda word: (-easy[word], word))[:SIZE]
    sys.stdout.write("\n".join(sorted(best)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
