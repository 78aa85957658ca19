"""Prize draws in the story: one to its winners, one whose drawers keep their parts back and whose coins go back.

Their windows are a few seconds, which every engine's clock passes by sealing blocks. No moment of them is written down.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from chaincode.bindings import DrawTerms, Role, Signed
from chaincode.bindings.draw import commit, part_number
from chaincode.ids import EMPTY_ID
from chaincode.typed_data import DrawBinding, Entry, Seat

from .teller import LATE, Teller
from .transcript import plain

TITLE, PRICE, PRIZES = "A bicycle", 1, 1
DRAWS = ("draw", "silent draw")
ENTRANTS = ("aoi", "yui", "sota")
DRAWERS = ("drawer one", "drawer two", "drawer three")
ENTERING_SECONDS, SHOWING_SECONDS = 24, 10
"""Long enough for the few blocks that the acts within take where blocks are slowest."""


def run_draws(teller: Teller) -> None:
    """Both draws from their drawers to their ends."""
    face, send, drawers = teller.bank.draw, teller.send, _drawers(teller)
    for number, drawer in enumerate(drawers):
        board = sorted(("board", *drawers[:number]), key=lambda name: int(teller.address(name), 16))
        seat = Seat(teller.id(f"seat of {drawer}"), teller.address(drawer), int(Role.BOARD), True, 1, LATE)
        approvals = [teller.signature(seat, name) for name in board]
        teller.note("seat a drawer", teller.bank.membership.seat(send, seat, approvals))
    closes = teller.now() + ENTERING_SECONDS
    moments = (closes, closes + 2 * SHOWING_SECONDS)
    named = tuple(map(teller.address, drawers))
    for name in DRAWS:
        words = (teller.id(name), teller.text(TITLE), teller.id("prize"))
        teller.note(f"open {name}", face.open_draw(send, DrawTerms(*words, PRICE, PRIZES, 3, 0, *moments, named)))
    bind(teller)
    enter(teller)
    parts = {part_number(*pair): _secret(teller, *pair) for pair in combinations(range(3), 2)}
    first, rest = dict(list(parts.items())[:2]), dict(list(parts.items())[1:])
    teller.refused("parts too early", lambda: face.show_parts(send, teller.id("draw"), first))
    teller.wait_past(moments[0])
    teller.note("show two parts", face.show_parts(send, teller.id("draw"), first))
    teller.note("show them again", face.show_parts(send, teller.id("draw"), first))
    teller.refused("another secret", lambda: face.show_parts(send, teller.id("draw"), {10: teller.id("lie")}))
    teller.note("show the rest", face.show_parts(send, teller.id("draw"), rest))
    entries = [teller.id(f"entry {name} silent draw") for name in (*ENTRANTS[1:], "aoi", ENTRANTS[1])]
    teller.note("show one part", face.show_parts(send, teller.id("silent draw"), dict(list(parts.items())[:1])))
    teller.refused("refund too early", lambda: face.refund(send, teller.id("silent draw"), entries))
    teller.wait_past(moments[1])
    teller.note("refund", face.refund(send, teller.id("silent draw"), entries))
    teller.refused("refund a drawn one", lambda: face.refund(send, teller.id("draw"), entries[:1]))


def bind(teller: Teller) -> None:
    """Drawers relayed and by oneself; one bound to another part, one bound twice, and somebody who is none."""
    face, send, drawers = teller.bank.draw, teller.send, _drawers(teller)
    first, second, third = (_binding(teller, name, "draw") for name in drawers)
    lie = replace(second.struct, commitments=(teller.id("lie"), EMPTY_ID, second.struct.commitments[2]))
    stranger = replace(third.struct, drawer=teller.address("aoi"))
    bad = [teller.signed(lie, drawers[1]), teller.signed(stranger, "aoi")]
    teller.note("bind", face.bind_batch(send, [first, *bad, first, second]))
    teller.note("enter before all are bound", face.enter_batch(send, [_entry(teller, "aoi", "draw")]))
    teller.note("bind by oneself", face.bind(teller.as_oneself(drawers[2]), third.struct))
    again = replace(first.struct, binding_id=teller.id("second binding"))
    teller.note("bind twice", face.bind_batch(send, [teller.signed(again, drawers[0])]))
    teller.note("bind the silent", face.bind_batch(send, [_binding(teller, name, "silent draw") for name in drawers]))


def enter(teller: Teller) -> None:
    """Entries relayed and by oneself; too dear, without coins, repeated, and one too many."""
    face, send = teller.bank.draw, teller.send
    good = [_entry(teller, name, "draw") for name in ENTRANTS[:2]]
    bad = [_entry(teller, "ren", "draw", coins=2), _entry(teller, "stranger", "draw")]
    others = [_entry(teller, name, "silent draw") for name in ENTRANTS[1:]]
    teller.note("enter", face.enter_batch(send, [*good, *bad, *others, good[0]]))
    teller.note("enter by oneself", face.enter(teller.as_oneself("sota"), _entry(teller, "sota", "draw").struct))
    teller.note("enter a full draw", face.enter_batch(send, [_entry(teller, "ren", "draw")]))


def _drawers(teller: Teller) -> list[str]:
    return sorted(DRAWERS, key=lambda name: int(teller.address(name), 16))


def _binding(teller: Teller, name: str, draw: str) -> Signed[DrawBinding]:
    draw_id, place = teller.id(draw), _drawers(teller).index(name)
    bound = tuple(
        EMPTY_ID if other == place else commit(draw_id, _secret(teller, place, other)) for other in range(len(DRAWERS))
    )
    struct = DrawBinding(teller.id(f"binding {name} {draw}"), teller.address(name), draw_id, TITLE, bound, LATE)
    return teller.signed(struct, name)


def _secret(teller: Teller, one: int, other: int) -> bytes:
    return teller.id(f"part of {min(one, other)} and {max(one, other)}")


def _entry(teller: Teller, name: str, draw: str, coins: int = PRICE) -> Signed[Entry]:
    nonce = teller.id(f"nonce {name} {draw}")
    entry = Entry(teller.id(f"entry {name} {draw}"), teller.address(name), teller.id(draw), TITLE, nonce, coins, LATE)
    return teller.signed(entry, name)


def reads(teller: Teller) -> dict[str, Any]:
    """What the contract holds of the draws, their moments left out."""
    face = teller.bank.draw
    draws = [face.draw_of(teller.id(name)) for name in DRAWS]
    timeless = [draw and replace(draw, closes_at=0, refunds_from=0) for draw in draws]
    entries = {
        f"{name} in the {draw}": face.entry_of(teller.id(f"entry {name} {draw}")) for draw in DRAWS for name in ENTRANTS
    }
    return {"draws": plain(timeless), "entries": {name: plain(entry) for name, entry in entries.items()}}
