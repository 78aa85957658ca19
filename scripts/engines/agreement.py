"""New terms in the story: set, accepted in each form, and what of them is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chaincode.typed_data import ACCEPTANCE_STATEMENT, Acceptance

from .teller import LATE, PAST, Teller
from .transcript import plain

JOINING = "I join this bank anew"


def set_new_terms(teller: Teller) -> None:
    """The time to accept never comes to its end here: that is the engine's clock's."""
    face, terms = teller.bank.membership, teller.id("new terms")
    statement = teller.text(JOINING)
    teller.refused("set terms nobody can accept", lambda: face.set_terms(teller.send, terms, statement, PAST))
    for again in ("", " again"):
        teller.note(f"set new terms{again}", face.set_terms(teller.send, terms, statement, LATE))
    teller.refused("give more time", lambda: face.set_terms(teller.send, terms, statement, LATE + 1))

    def words(name: str) -> Acceptance:
        return Acceptance(teller.id(f"acceptance {name}"), teller.address(name), ACCEPTANCE_STATEMENT, terms, LATE)

    aoi = words("aoi")
    other = replace(aoi, acceptance_id=teller.id("acceptance of others"), terms_hash=teller.id("terms"))
    late = replace(words("yui"), deadline=PAST)
    items = [teller.signed(one, "aoi") for one in (aoi, aoi, other)]
    items += [
        teller.signed(words("ren"), "aoi"),
        teller.signed(late, "yui"),
        teller.signed(words("partner"), "partner"),
    ]
    teller.note("accept new terms", face.accept_batch(teller.send, items))
    teller.note("accept by oneself", face.accept(teller.as_oneself("mei"), words("mei")))
    twice = replace(words("mei"), acceptance_id=teller.id("acceptance twice"))
    teller.refused("accept twice", lambda: face.accept(teller.as_oneself("mei"), twice))


def reads(teller: Teller) -> dict[str, Any]:
    """What the contract holds of it."""
    face = teller.bank.membership
    return {
        "terms": plain([face.terms_of(teller.address(name)) for name in ("aoi", "ren", "mei", "partner")]),
        "agree": plain([face.agrees_until(teller.address(name), LATE + 1) for name in ("aoi", "ren", "mei")]),
    }
