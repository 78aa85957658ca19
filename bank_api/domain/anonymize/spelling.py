"""One form for all spellings of an answer, so that "Yes", "ｙｅｓ " and a Cyrillic look-alike never count as three.

Unicode compatibility forms and case are folded (NFKC, UAX 15), invisible characters dropped, blanks made one, and
letters of other scripts that look like Latin ones replaced (the commonest of UTS 39's confusables, in our own words).
Refuses nothing: what looks different stays different.
"""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = {
    "a": "аα", "b": "ьβ", "c": "сϲ", "e": "еєε", "g": "ɡ", "h": "һ", "i": "іιıӏ", "j": "јϳ", "k": "кκ", "l": "ⅼ",
    "m": "м", "n": "пηո", "o": "оοσօ", "p": "рρ", "q": "ԛ", "s": "ѕ", "t": "тτ", "u": "υսц", "v": "ѵν", "w": "ԝω",
    "x": "хχ", "y": "уγ", "z": "ζ", "-": "‐‑‒–—−ー─", "'": "‘’ʼ`´", '"': "“”„",
}  # fmt: skip
_FOLD = {ord(other): latin for latin, others in _LOOK_ALIKES.items() for other in others}
_INVISIBLE = {"Cf", "Cc", "Mn"}


def meaning(value: str) -> str:
    """The form by which answers are counted as distinct; never shown. Accents count as ornaments, not as letters."""
    folded = unicodedata.normalize("NFKC", value).casefold().translate(_FOLD)
    plain = unicodedata.normalize("NFKD", " ".join(folded.split()))
    return "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE or c in _VOICED)


_VOICED = "\u3099\u309a"
"""Kana are other syllables with these marks: バ is not ハ."""
