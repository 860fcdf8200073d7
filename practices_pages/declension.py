"""Case forms and adjectives of Polish place names, by rules. Pure.

Makes rather too many forms than too few: a form that belongs to two places makes an answer
ambiguous, while a missing one could make another place look like the only one.
"""

from functools import lru_cache

NOM, GEN, DAT, ACC, INS, LOC = "N", "G", "D", "A", "I", "L"
ALL_CASES = frozenset({NOM, GEN, DAT, ACC, INS, LOC})
VOWELS = "aeiouyąęó"
PREPOSITIONS = {"nad", "pod", "w", "na", "k", "przy", "i"}
IRREGULAR = {
    "białystok": {GEN: "białegostoku", LOC: "białymstoku", INS: "białymstokiem"},
    "miasto": {LOC: "mieście"},
    "las": {LOC: "lesie"},
    "krasnystaw": {GEN: "krasnegostawu", LOC: "krasnymstawie", INS: "krasnymstawem"},
}
PALATAL = (
    ("st", "ści"), ("zd", "ździ"), ("sł", "śl"), ("zł", "źl"), ("sn", "śni"), ("zn", "źni"),
    ("ch", "sz"), ("t", "ci"), ("d", "dzi"), ("r", "rz"), ("ł", "l"), ("k", "c"), ("g", "dz"),
)  # fmt: skip
SOFT_MARKS = {"ń": "ni", "ć": "ci", "ś": "si", "ź": "zi"}
HARDENED = ("c", "cz", "sz", "ż", "rz", "dz", "dż")

Forms = dict[str, frozenset[str]]


@lru_cache(maxsize=8192)
def case_forms(word: str) -> Forms:
    """Every form of a lower-case word, with the cases in which it may stand."""
    return _collected(word, [*_noun(word), *_adjective(word), *IRREGULAR.get(word, {}).items()])


@lru_cache(maxsize=1024)
def adjective_forms(word: str) -> Forms:
    """The same of a word that is known to be an adjective: powiats and voivodeships."""
    return _collected(word, _adjective(word))


def _collected(word: str, pairs: list[tuple[str, str]]) -> Forms:
    found: dict[str, set[str]] = {word: {NOM, ACC}}
    for case, form in pairs:
        found.setdefault(form, set()).add(case)
    return {form: frozenset(cases) for form, cases in found.items()}


def _adjective(word: str) -> list[tuple[str, str]]:
    if word[-1] in "yi":
        stem = word if word[-1] == "i" else word[:-1]
        y = "" if word[-1] == "i" else "y"
        pairs = [(GEN, "ego"), (DAT, "emu"), (INS, f"{y}m"), (LOC, f"{y}m")]
        pairs += [(ACC, "ego"), (GEN, f"{y}ch"), (LOC, f"{y}ch")]
        return [(case, stem + ending) for case, ending in pairs]
    if word.endswith("a"):
        stem = word[:-1]
        ending = "iej" if stem.endswith(("k", "g")) else "ej"
        return [(case, stem + ending) for case in (GEN, DAT, LOC)] + [
            (ACC, stem + "ą"),
            (INS, stem + "ą"),
        ]
    if word.endswith("e"):
        stem = word[:-1]
        y = "" if stem.endswith("i") else "y"
        pairs = [(GEN, "ego"), (DAT, "emu"), (INS, f"{y}m"), (LOC, f"{y}m"), (DAT, f"{y}m")]
        pairs += [(GEN, f"{y}ch"), (LOC, f"{y}ch"), (INS, f"{y}mi")]
        return [(case, stem + ending) for case, ending in pairs]
    return []


def _noun(word: str) -> list[tuple[str, str]]:
    if word.endswith("a"):
        return _in_a(word[:-1])
    if word.endswith("o"):
        stem = word[:-1]
        return [(GEN, stem + "a"), (DAT, stem + "u"), (INS, _before_e(stem) + "em")] + [
            (LOC, form) for form in (stem + "u", _palatal(stem))
        ]
    if word.endswith("e"):
        stem = word[:-1]
        neuter = [(GEN, stem + "a"), (DAT, stem + "u"), (LOC, stem + "u"), (INS, stem + "em")]
        return neuter + _plural(stem)
    if word[-1] in "yi":
        return _plural(word[:-1])
    return [] if word[-1] in VOWELS else _in_consonant(word)


def _in_a(stem: str) -> list[tuple[str, str]]:
    if stem.endswith("i"):
        oblique = {stem, stem + "i"}
    elif stem.endswith("j"):
        oblique = {stem[:-1] + "i", stem + "i"}
    elif stem.endswith(("l", "k", "g")):
        oblique = {stem + "i"}
    else:
        oblique = {stem + "y"}
    soft = stem.endswith(("i", "j", "l", *HARDENED))
    locative = oblique if soft else {_palatal(stem)}
    pairs = [(GEN, form) for form in oblique]
    pairs += [(case, form) for case in (DAT, LOC) for form in locative]
    return [*pairs, (ACC, stem + "ę"), (INS, stem + "ą")]


def _plural(stem: str) -> list[tuple[str, str]]:
    genitives = {stem, stem + "ów", *_filled(stem)}
    if (at := stem.rfind("o")) > 0:
        genitives.add(stem[:at] + "ó" + stem[at + 1 :])
    pairs = [(GEN, form) for form in genitives]
    return [*pairs, (DAT, stem + "om"), (INS, stem + "ami"), (LOC, stem + "ach")]


def _filled(stem: str) -> set[str]:
    """With the e that stands between two consonants only at the end: Siedlce, Siedlec."""
    if len(stem) < 3 or stem[-1] in VOWELS or stem[-2] in VOWELS:
        return set()
    return {stem[:-1] + "e" + stem[-1], stem[:-1] + "ie" + stem[-1]}


def _in_consonant(word: str) -> list[tuple[str, str]]:
    pairs = []
    for stem in _stems(word):
        endings = [(GEN, "a"), (GEN, "u"), (DAT, "owi"), (DAT, "u"), (LOC, "u")]
        pairs += [(case, stem + ending) for case, ending in endings]
        pairs.append((INS, _before_e(stem) + "em"))
        # Feminine ones: Łodzi, Bydgoszczy.
        final = stem if stem.endswith("i") else stem + ("y" if stem.endswith(HARDENED) else "i")
        pairs += [(case, final) for case in (GEN, DAT, LOC)]
        if not stem.endswith("i"):
            pairs.append((LOC, _palatal(stem)))
    return pairs


def _stems(word: str) -> set[str]:
    stems = {word}
    if (at := max(word.rfind("ó"), word.rfind("ą"))) > 0:
        stems.add(word[:at] + {"ó": "o", "ą": "ę"}[word[at]] + word[at + 1 :])
    if len(word) > 3 and word[-2] == "e" and word[-1] not in VOWELS:
        stems.add(word[:-2] + word[-1])
        if word[-3] == "i":
            stems.add(word[:-3] + word[-1])
    stems |= {stem[:-1] + SOFT_MARKS[stem[-1]] for stem in stems if stem[-1] in SOFT_MARKS}
    # Radom, Radomia; Wrocław, Wrocławia.
    stems |= {stem + "i" for stem in stems if stem[-1] in "pbwmf"}
    return stems


def _before_e(stem: str) -> str:
    return stem + "i" if stem.endswith(("k", "g")) else stem


def _palatal(stem: str) -> str:
    for hard, soft in PALATAL:
        if stem.endswith(hard):
            return stem.removesuffix(hard) + soft + "e"
    if stem.endswith(HARDENED) or stem.endswith(("i", "l", "j")):
        return stem + "u"
    return stem + "ie"


# Adjectives: Chęciny, chęciński. The end of a name without its last vowel, and of the adjective.
ADJECTIVE_ENDS = (
    ("sk", "sk"), ("ck", "ck"), ("dzk", "dzk"), ("sz", "sk"), ("ż", "sk"), ("rz", "rsk"),
    ("g", "sk"), ("cz", "ck"), ("c", "ck"), ("t", "ck"), ("dz", "dzk"), ("dź", "dzk"),
    ("d", "dzk"), ("ni", "ńsk"), ("ń", "ńsk"), ("n", "ńsk"), ("ł", "lsk"), ("l", "lsk"),
    ("li", "lsk"), ("ów", "owsk"), ("wi", "wsk"), ("w", "wsk"), ("mi", "msk"), ("m", "msk"),
    ("bi", "bsk"), ("b", "bsk"), ("p", "psk"), ("r", "rsk"), ("j", "jsk"), ("s", "sk"),
    ("z", "sk"), ("ś", "sk"), ("k", "ck"), ("ch", "sk"), ("f", "fsk"),
)  # fmt: skip
# The beginning of a name, and its adjective where no rule leads to it.
IRREGULAR_ADJECTIVES = {
    "białystok": "białostock", "bochnia": "bocheńsk", "bydgoszcz": "bydgosk",
    "chełmno": "chełmińsk", "gniezno": "gnieźnieńsk", "góra": "górowsk", "hajnówka": "hajnowsk",
    "kamienna góra": "kamiennogórsk", "kępno": "kępińsk", "kluczbork": "kluczborsk",
    "kolno": "kolneńsk", "końskie": "koneck", "kościerzyna": "kościersk",
    "krasnystaw": "krasnostawsk", "krosno": "krośnieńsk", "kutno": "kutnowsk",
    "leszno": "leszczyńsk", "lębork": "lęborsk", "lidzbark": "lidzbarsk", "lipno": "lipnowsk",
    "lublin": "lubelsk", "łęczna": "łęczyńsk", "łomża": "łomżyńsk", "malbork": "malborsk",
    "międzychód": "międzychodzk", "mońki": "monieck", "myślibórz": "myśliborsk",
    "nisko": "niżańsk", "nowa sól": "nowosolsk", "nowe miasto": "nowomiejsk",
    "nowy dwór": "nowodworsk", "nowy sącz": "nowosądeck", "nowy targ": "nowotarsk",
    "nowy tomyśl": "nowotomysk", "olesno": "olesk", "opoczno": "opoczyńsk",
    "pajęczno": "pajęczańsk", "piaseczno": "piaseczyńsk", "przemyśl": "przemysk",
    "racibórz": "raciborsk", "radomsko": "radomszczańsk", "sejny": "sejneńsk",
    "sępólno": "sępoleńsk", "sokółka": "sokólsk", "stalowa wola": "stalowowolsk",
    "suwałki": "suwalsk", "szczytno": "szczycieńsk", "środa": "średzk", "świecie": "świeck",
    "tarnowskie góry": "tarnogórsk", "wałcz": "wałeck", "wąbrzeźno": "wąbrzesk",
    "wieliczka": "wielick", "włocławek": "włocławsk", "września": "wrzesińsk",
    "wysokie mazowieckie": "wysokomazowieck", "zamość": "zamojsk", "zawiercie": "zawierciańsk",
    "zduńska wola": "zduńskowolsk", "zielona góra": "zielonogórsk",
}  # fmt: skip


def adjective_stems(words: tuple[str, ...]) -> frozenset[str]:
    """What may stand before -i, -a, -ie in the adjective of a name: it follows its first words."""
    for first in (" ".join(words[:2]), words[0]):
        if first in IRREGULAR_ADJECTIVES:
            return frozenset({IRREGULAR_ADJECTIVES[first]})
    return _regular_stems(words[0])


@lru_cache(maxsize=8192)
def _regular_stems(word: str) -> frozenset[str]:
    stem = word[:-1] if word[-1] in VOWELS and len(word) > 3 else word
    bases = {stem, *_filled(stem)}
    if len(stem) > 3 and stem[-2] == "e":
        bases.add(stem[:-2] + stem[-1])
    found = set()
    for base in bases:
        for end, adjective in ADJECTIVE_ENDS:
            if base.endswith(end):
                found.add(base.removesuffix(end) + adjective)
    return frozenset(found)
