"""A release that waits for the board is asked for again in the same words, whatever is left out of them."""

from types import SimpleNamespace

import pytest

from bank_api.protocol.shapes.shared_key import OpeningOrder, OpeningSummary
from wallet_cli.commands.operator import _as_ordered

WAITING, OTHER = "0x" + "11" * 32, "0x" + "22" * 32


def opening(opening_id, order):
    told = {"kind": "release", "subject": "0x" + "33" * 32, "key_id": "0x44", "epoch": 1, "threshold": 2}
    return OpeningSummary(
        opening_id=opening_id, documents=5, asked_at=1, public_key="0x55", given_by=[], order=order, **told
    )


@pytest.mark.parametrize("in_homes", [True, False, None])
def test_a_waiting_release_is_told_in_what_was_signed_and_others_are_not(in_homes):
    order = OpeningOrder(k=5, suppression_limit=0.05, come_and_go=in_homes)
    waiting = [opening(OTHER, None), opening(WAITING, order)]
    invocation = SimpleNamespace(client=SimpleNamespace(shared_key=SimpleNamespace(openings=lambda: waiting)))
    assert _as_ordered(invocation, WAITING) is in_homes
    assert _as_ordered(invocation, OTHER) is None
    assert _as_ordered(invocation, "0x" + "66" * 32) is None
