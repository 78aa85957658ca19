"""Prize draws in the story: one to its winners, one whose secret stays away and whose coins go back.

Their windows are a few seconds, which every engine's clock passes by sealing blocks. No moment of them is written down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chaincode.bindings import DrawTerms, Signed
from chaincode.bindings.draw import commit
from chaincode.typed_data import Entry

from .teller import LATE, Teller
from .transcript import plain

TITLE, PRICE, PRIZES = "A bicycle", 1, 1
DRAWS = ("draw", "silent draw")
ENTRANTS = ("aoi", "yui", "sota")
ENTERING_SECONDS, SHOWING_SECONDS = 16, 10
"""Long enough for the few blocks that the acts within take where blocks are slowest."""


def run_draws(teller: Teller) -> None:
    """Both draws from the commitment to their ends."""
    face, send, secret = teller.bank.draw, teller.send, teller.id("secret")
    closes = teller.now() + ENTERING_SECONDS
    moments = (closes, closes + SHOWING_SECONDS, closes + 2 * SHOWING_SECONDS)
    for name in DRAWS:
        words = (teller.id(name), teller.text(TITLE), teller.id("prize"), commit(teller.id(name), secret))
        teller.note(f"open {name}", face.open_draw(send, DrawTerms(*words, PRICE, PRIZES, 3, 0, *moments)))
    enter(teller)
    teller.refused("secret too early", lambda: face.show_secret(send, teller.id("draw"), secret))
    teller.wait_past(moments[0])
    show_nonces(teller)
    teller.wait_past(moments[1])
    teller.refused("another secret", lambda: face.show_secret(send, teller.id("draw"), teller.id("lie")))
    teller.note("show secret", face.show_secret(send, teller.id("draw"), secret))
    entries = [teller.id(f"entry {name} silent draw") for name in (*ENTRANTS[1:], "aoi", ENTRANTS[1])]
    teller.refused("refund too early", lambda: face.refund(send, teller.id("silent draw"), entries))
    teller.wait_past(moments[2])
    teller.note("refund", face.refund(send, teller.id("silent draw"), entries))
    teller.refused("refund a drawn one", lambda: face.refund(send, teller.id("draw"), entries[:1]))


def enter(teller: Teller) -> None:
    """Entries relayed and by oneself; too dear, without coins, repeated, and one too many."""
    face, send = teller.bank.draw, teller.send
    good = [_entry(teller, name, "draw") for name in ENTRANTS[:2]]
    bad = [_entry(teller, "ren", "draw", coins=2), _entry(teller, "stranger", "draw")]
    others = [_entry(teller, name, "silent draw") for name in ENTRANTS[1:]]
    early = [(teller.id("entry aoi draw"), _nonce(teller, "aoi", "draw"))]
    teller.note("enter", face.enter_batch(send, [*good, *bad, *others, good[0]]))
    teller.note("enter by oneself", face.enter(teller.as_oneself("sota"), _entry(teller, "sota", "draw").struct))
    teller.note("enter a full draw", face.enter_batch(send, [_entry(teller, "ren", "draw")]))
    teller.note("show a nonce too early", face.show_nonces(send, teller.id("draw"), early))


def show_nonces(teller: Teller) -> None:
    """Of the three entrants one keeps the nonce, and cannot win."""
    shown = [(teller.id(f"entry {name} draw"), _nonce(teller, name, "draw")) for name in ENTRANTS[:2]]
    wrong = (teller.id("entry sota draw"), teller.id("no nonce"))
    nonces = [*shown, wrong, shown[0]]
    teller.note("show nonces", teller.bank.draw.show_nonces(teller.send, teller.id("draw"), nonces))
    teller.note("enter too late", teller.bank.draw.enter_batch(teller.send, [_entry(teller, "aoi", "silent draw")]))


def _entry(teller: Teller, name: str, draw: str, coins: int = PRICE) -> Signed[Entry]:
    entry_id = teller.id(f"entry {name} {draw}")
    nonce_hash = commit(entry_id, _nonce(teller, name, draw))
    return teller.signed(Entry(entry_id, teller.address(name), teller.id(draw), TITLE, nonce_hash, coins, LATE), name)


def _nonce(teller: Teller, name: str, draw: str) -> bytes:
    return teller.id(f"nonce {name} {draw}")


def reads(teller: Teller) -> dict[str, Any]:
    """What the contract holds of the draws, their moments left out."""
    face = teller.bank.draw
    draws = [face.draw_of(teller.id(name)) for name in DRAWS]
    timeless = [draw and replace(draw, closes_at=0, nonces_until=0, reveal_until=0) for draw in draws]
    entries = {
        f"{name} in the {draw}": face.entry_of(teller.id(f"entry {name} {draw}")) for draw in DRAWS for name in ENTRANTS
    }
    return {"draws": plain(timeless), "entries": {name: plain(entry) for name, entry in entries.items()}}
