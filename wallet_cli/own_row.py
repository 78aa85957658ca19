"""A member's own row in a release, checked by the member's own wallet.

Plan of `checked`: 1. the release's payload root is the ledger's, proven; 2. the row stands under that root; 3. every
column of it holds the answer that this wallet opens and finds committed to; 4. where all columns are generalized, at
least k rows are equal to it. Whoever was left out has no row, and only a release that left some out can say so.
In homes (ADR 85) answers stand beside a description by chance: the row holds the answers to sensitive questions, and
what it says besides is believed of nobody, and shown only where it fits. Neighbours answer alike, so there whoever was
left out mostly sees such a row, too. That a release is of homes is the bank's word, which it must then say in all
places.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.shapes.rows import RowProof
from chaincode import places
from chaincode.ids import id_from_hex
from chaincode.merkle import leaf_hash, verify_inclusion
from pds_adapter.sealing.canonical import canonical_json
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenLedger

NO_ANSWER = "no answer"
_OR_NONE = f" or {NO_ANSWER}"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_RANGE = re.compile(rf"{_NUMBER}(?:-| to ){_NUMBER}")
_TO_BELOW = re.compile(rf"{_NUMBER} to below {_NUMBER}")
_OPEN = re.compile(rf"(?:{_NUMBER} or (more|less)|below {_NUMBER})")


@dataclass(frozen=True)
class Checked:
    """What was found of one release."""

    release_id: str
    left_out: bool
    row: dict[str, Any]
    counted: int | None
    """Rows of the class, counted here; None where answers stand beside, which are nobody else's to see."""
    together: int | None = None
    """In homes: with so many rows or more the answers are told as one, as the bank says."""


@translated_errors()
def checked(
    ledger: ProvenLedger,
    shown: RowProof,
    release_id: str,
    own: dict[str, Any],
    sensitive: Collection[str] = (),
    in_homes: bool = False,
) -> Checked:
    """See the plan above; `own` are the member's answers, `sensitive` the questions that are,
    `in_homes` what the member was told of the release.

    Raises EvidenceError naming what does not hold.
    """
    slots = places.release_slots(id_from_hex(release_id, "release_id"))
    _, (_, _, root) = ledger.check(shown.proof, "disclosure", slots)  # 1.
    if shown.left_out:
        _hold(shown.suppressed > 0, said("row-part-nobody-left-out"))
        return Checked(release_id, True, {}, None)
    _hold(bool(shown.places) and bool(shown.row), said("row-part-place"))
    seen = set()
    for place in shown.places:  # 2.
        leaf = leaf_hash(bytes.fromhex(place.salt), canonical_json(shown.row))
        path = [bytes.fromhex(one) for one in place.path]
        _hold(verify_inclusion(leaf, place.index, shown.count, path, root.to_bytes(32, "big")), said("row-part-place"))
        seen.add(place.index)
    _hold((shown.answers_together is not None) == in_homes, said("row-part-homes"))
    row = dict(shown.row)
    if shown.answers_together is not None:
        described = [name for name in row if name not in sensitive]
        _hold(len(described) < len(row), said("row-part-place"))
        if not all(covers(row[name], own.get(name)) for name in described):
            row = {name: told for name, told in row.items() if name in sensitive}
    for name, told in row.items():  # 3.
        _hold(covers(told, own.get(name)), said("row-part-column", name=name))
    if shown.counted:  # 4.
        _hold(len(seen) >= shown.k, said("row-part-k", k=shown.k, found=len(seen)))
    counted = len(seen) if shown.counted else None
    return Checked(release_id, False, row, counted, shown.answers_together)


def covers(told: Any, own: int | None) -> bool:
    """Whether a released value, generalized or plain, is true of an answer. What it cannot read it does not believe."""
    if not isinstance(told, str):
        return bool(told == own)
    if told.endswith(_OR_NONE):
        return own is None or covers(told.removesuffix(_OR_NONE), own)
    if told == NO_ANSWER:
        return own is None
    if own is None:
        return False
    return told == "*" or told == str(own) or _in_range(told, own) or _in_set(told, own)


def _in_range(told: str, own: int) -> bool:
    if found := _RANGE.fullmatch(told):
        return float(found[1]) <= own <= float(found[2])
    if found := _TO_BELOW.fullmatch(told):
        return float(found[1]) <= own < float(found[2])
    if found := _OPEN.fullmatch(told):
        if found[3] is not None:
            return own < float(found[3])
        return own >= float(found[1]) if found[2] == "more" else own <= float(found[1])
    return False


def _in_set(told: str, own: int) -> bool:
    return told.startswith("{") and told.endswith("}") and str(own) in re.split("[,;] ", told[1:-1])


def _hold(holds: bool, what: Said) -> None:
    if not holds:
        raise EvidenceError(said("error-row", part=what), said("hint-tell-the-auditor"))
