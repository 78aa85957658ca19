"""How small and large figures are spelt for people: in plain digits, never by powers of ten.

`1e-06` is a program's word. Pages do the same (`words.svelte.ts`); chances are told by `Catalogue.chance`.
"""

from decimal import Decimal

DIGITS = 6


def figure(value: float, digits: int = DIGITS) -> str:
    """To so many significant digits, as `0.000001` or `1234567`; no zeros at the end."""
    return f"{_rounded(value, digits):f}"


def parts_of(chance: float) -> tuple[int, int]:
    """A chance as so many in so many, the latter a power of ten: 0.000009 is (9, 1_000_000)."""
    _, digits, exponent = _rounded(chance, 3).as_tuple()
    part = int("".join(map(str, digits)))
    places = int(exponent)
    return (part, 10**-places) if places < 0 else (part * 10**places, 1)


def _rounded(value: float, digits: int) -> Decimal:
    return Decimal(f"{value:.{digits}g}").normalize() + 0
