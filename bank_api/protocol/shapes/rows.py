"""A member's own row in a release, to be checked by the member's wallet."""

from typing import Any

from bank_api.protocol.fields import Shape
from bank_api.protocol.shapes.proofs import LedgerProof


class RowPlace(Shape):
    """Where a row stands under the payload root (RFC 9162's inclusion proof), and its salt."""

    salt: str
    index: int
    path: list[str]


class RowProof(Shape):
    release_id: str
    survey_id: str
    left_out: bool
    """No row fits: the member is among those whom no class of k would take."""
    suppressed: int
    """How many were left out."""
    row: dict[str, Any]
    """One that fits the member, as the partner has it; empty if left out. Whose of its class it is, nobody can tell.
    In homes one that holds the member's answers; what it says besides is by chance, and fits if any such row does."""
    answers_together: int | None = None
    """In homes (ADR 85): with so many rows or more the member's answers are told as one."""
    count: int
    """Rows of the whole release."""
    k: int
    """As the ledger has it."""
    places: list[RowPlace]
    """Of that row; and of all rows equal to it where no answer stands in them, so that k can be counted."""
    counted: bool
    """Whether `places` are all of the class."""
    proof: LedgerProof
    """Of the release on the ledger, its payload root among it."""


class RowPreview(Shape):
    """What a partner would see of a member if a release were made now; the real one may come out a little otherwise."""

    request_id: str
    k: int
    consents: int
    """Of others, in force now."""
    coins: int
    row: dict[str, Any]
    """Empty where no class of k would take the member, or too few have consented yet."""
    people: int
    """Who could not be told apart, the member among them."""
    answers_together: int | None = None
    """In homes: so many rows' answers or more are told as one, the member's among them."""
