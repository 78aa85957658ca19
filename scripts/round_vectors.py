"""Rounds of deals as `pds_adapter.escrow` makes them: shares dealt anew, a key that nobody holds, a release part.

Each deal and part is made with a stream that is named, so that another implementation can make the very same bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pds_adapter.escrow.ceremony import deal_first, receive_first
from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.releases import contribute_to_release
from pds_adapter.escrow.resharing import Deal, deal_anew, receive_share
from pds_adapter.escrow.shared import SharedKey, label_of, wrapped_answer
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.escrow.threshold import wrap_key
from scripts.fixed_bytes import key_pair, label, member_seed, stream
from wallet_cli.signing.pieces import pack_pieces

Case = dict[str, Any]


def round_vectors() -> Case:
    anew, deals, terms = _anew(("custodian 1", "custodian 4", "custodian 3", "custodian 5"), 3)
    fewer, _, _ = _anew(("custodian 4", "custodian 5"), 2)
    return {
        "dealt_anew": [
            {"description": "one of three leaves, two join, three of four open"} | anew,
            {"description": "all are replaced by two"} | fewer,
        ],
        "ceremony": _ceremony(),
        "invalid": _invalid(deals, terms),
    }


def _anew(people: Sequence[str], threshold: int) -> tuple[Case, list[Deal], EscrowTerms]:
    before = [key_pair(f"custodian {place}").public for place in (1, 2, 3)]
    escrow, shares = create_escrow(b"will", before, 2, label("round"), randomness=stream("round"))
    quorum, custodians = (1, 3), [key_pair(name).public for name in people]
    deals = [
        deal_anew(shares[place - 1], escrow.terms, quorum, custodians, threshold, stream(f"deal {place}"))
        for place in quorum
    ]
    received = [receive_share(deals, escrow.terms, key_pair(name)) for name in people]
    case = {
        "terms": escrow.terms.to_json(),
        "quorum": list(quorum),
        "threshold": threshold,
        "custodians": [key.to_hex() for key in custodians],
        "custodian_seeds": [member_seed(name).hex() for name in people],
        "dealers": [_share(shares[place - 1]) | {"stream": f"deal {place}"} for place in quorum],
        "deals": [deal.to_bytes().decode() for deal in deals],
        "pieces": pack_pieces(escrow.terms, deals).decode(),
        "commitments_hash": received[0][1].commitments_hash.hex(),
        "shares": [_share(share) for share, _ in received],
    }
    return case, deals, escrow.terms


def _ceremony() -> Case:
    people = [key_pair(f"keeper {place}") for place in (1, 2, 3)]
    keepers, key_id = [one.public for one in people], label("release key")
    deals = [deal_first(key_id, place, keepers, 2, stream(f"first {place}")) for place in (1, 2, 3)]
    received = [receive_first(deals, key_id, keepers, 2, pair) for pair in people]
    share, terms = received[1]
    return {
        "key_id": key_id.hex(),
        "keepers": [key.to_hex() for key in keepers],
        "keeper_seeds": [member_seed(f"keeper {place}").hex() for place in (1, 2, 3)],
        "threshold": 2,
        "streams": [f"first {place}" for place in (1, 2, 3)],
        "deals": [deal.to_bytes().decode() for deal in deals],
        "commitments_hash": terms.commitments_hash.hex(),
        "shares": [_share(one) for one, _ in received],
        "part": _part(share, terms),
    }


def _part(share: EscrowShare, terms: EscrowTerms) -> Case:
    places = [("0x" + "ab" * 20, "answers", f"survey-{number}") for number in range(3)]
    listed = []
    for number, place in enumerate(places):
        wrapped = wrap_key(label(f"key {number}"), terms.commitments.public_key, label_of(*place), stream(place[2]))
        listed.append(SharedKey(terms.escrow_id, wrapped).to_bytes())
    answers = [wrapped_answer(shared, label_of(*place)) for shared, place in zip(listed, places, strict=True)]
    part = contribute_to_release(answers, share.share, label("release"), stream("part"))
    return {
        "keeper": share.index,
        "listed": [
            {"owner": owner, "box": box, "name": name, "shared": shared.hex()}
            for (owner, box, name), shared in zip(places, listed, strict=True)
        ],
        "release_id": label("release").hex(),
        "stream": "part",
        "part": part.to_bytes().hex(),
    }


def _invalid(deals: Sequence[Deal], terms: EscrowTerms) -> list[Case]:
    """A round that must be refused; where it is somebody's fault, `dealer` says whose."""
    first, second = deals
    swapped = replace(first, pieces=(first.pieces[1], first.pieces[0], *first.pieces[2:]))
    text = first.to_bytes().decode()
    rows: list[tuple[str, list[str], int | None]] = [
        ("two pieces swapped", [swapped.to_bytes().decode(), second.to_bytes().decode()], 1),
        ("under another's number", [replace(first, dealer=3).to_bytes().decode(), text], 3),
        ("the proof of the other deal", [replace(first, proof=second.proof).to_bytes().decode(), text], 1),
        ("one deal is missing", [text], 3),
        ("one deal twice", [text, text], 1),
        ("no deals", [], None),
        ("another spelling", [text.replace('":', '": ', 1)], None),
        ("a field more", [json.dumps(json.loads(text) | {"x": 1}, separators=(",", ":"), sort_keys=True)], None),
    ]
    return [
        {"description": said, "terms": terms.to_json(), "deals": given, "dealer": dealer}
        for said, given, dealer in rows
    ]


def _share(share: EscrowShare) -> Case:
    return {"index": share.index, "value": share.value.encoded.hex()}
