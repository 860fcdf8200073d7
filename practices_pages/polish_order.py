"""The Polish alphabet as bytes: the same order in Python and in every database."""

import unicodedata

ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
LONGEST = 200
_OWN = frozenset("ąćęłńóśźż")
# A space before digits, digits before letters: "Szkoła 2" stands before "Szkolenie".
_PLACES = {" ": 1} | {sign: place for place, sign in enumerate(f"0123456789{ALPHABET}", start=2)}


def polish_key(text: str) -> bytes:
    """Compare these instead of the texts. Case, punctuation and foreign accents do not count."""
    key = bytearray()
    for sign in " ".join(text.casefold().split()):
        for letter in sign if sign in _OWN else unicodedata.normalize("NFKD", sign):
            if letter in _PLACES:
                key.append(_PLACES[letter])
    return bytes(key[:LONGEST])
