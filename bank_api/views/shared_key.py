"""How the release key is held, and what the board is asked to open."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.store.tables import AnswersOpeningRow, SharedKeyRow
from pds_adapter.escrow.ceremony import FIRST_EPOCH
from pds_adapter.escrow.releases import WrappedAnswer
from pds_adapter.escrow.shared import label_of, wrapped_answer
from pds_adapter.escrow.terms import EscrowTerms


@dataclass(frozen=True, slots=True)
class Listed:
    """A document on the list of an opening."""

    owner: str
    box: str
    name: str
    shared: bytes

    @property
    def place(self) -> tuple[str, str, str]:
        return self.owner, self.box, self.name

    @property
    def wrapped(self) -> WrappedAnswer:
        return wrapped_answer(self.shared, label_of(*self.place))


def standing_terms(bank: Bank) -> EscrowTerms | None:
    """What answers are wrapped under now; None where the bank's own key alone opens them."""
    with bank.database.reading() as moment:
        return moment.once(standing_terms, partial(_standing_terms, bank))


def _standing_terms(bank: Bank) -> EscrowTerms | None:
    row = bank.shared_keys.standing()
    return None if row is None or row.terms is None else terms_of(row.terms)


@lru_cache(maxsize=16)
def terms_of(text: str) -> EscrowTerms:
    return EscrowTerms.from_json(json.loads(text))


def former_of(bank: Bank, row: SharedKeyRow) -> SharedKeyRow | None:
    """The epoch whose shares are dealt anew."""
    return None if row.epoch == FIRST_EPOCH else bank.shared_keys.epoch(row.key_id, row.epoch - 1)


def packed(listed: Iterable[Listed]) -> bytes:
    rows = [[*one.place, _base64(one.shared)] for one in listed]
    return zlib.compress(json.dumps(rows).encode())


def listed_of(row: AnswersOpeningRow) -> list[Listed]:
    found = json.loads(zlib.decompress(row.listed))
    return [Listed(owner, box, name, b64decode(shared)) for owner, box, name, shared in found]


def release_key(bank: Bank) -> dict[str, Any]:
    standing, under_way = bank.shared_keys.standing(), bank.shared_keys.ceremony()
    return {
        "held_by": "bank" if standing is None else "board",
        "standing": None if standing is None else _epoch(bank, standing),
        "ceremony": None if under_way is None else _epoch(bank, under_way),
    }


def openings(bank: Bank) -> list[dict[str, Any]]:
    return [_summary(bank, row) for row in bank.shared_keys.openings()]


def opening(bank: Bank, opening_id: str) -> dict[str, Any]:
    row = bank.shared_keys.opening(opening_id)
    if row is None:
        raise NotFoundError("opening", opening_id)
    listed = [
        {"owner": one.owner, "box": one.box, "name": one.name, "shared_base64": _base64(one.shared)}
        for one in listed_of(row)
    ]
    return _summary(bank, row) | {"listed": listed}


def _epoch(bank: Bank, row: SharedKeyRow) -> dict[str, Any]:
    dealers, former = json.loads(row.dealers), former_of(bank, row)
    confirmed = {one.account: one.signature for one in bank.shared_keys.confirmed(row.key_id, row.epoch)}
    deals = bank.shared_keys.deals(row.key_id, row.epoch)
    state = "standing" if row.stands_at is not None else "dealing" if row.terms is None else "confirming"
    dealt = {one.account for one in deals}
    return {
        "key_id": row.key_id,
        "epoch": row.epoch,
        "threshold": row.threshold,
        "state": state,
        "keepers": [
            one | {"deals": one["account"] in set(dealers) - dealt, "confirmation": confirmed.get(one["account"])}
            for one in json.loads(row.keepers)
        ],
        "dealers": dealers,
        "former_keepers": [] if former is None else [one["account"] for one in json.loads(former.keepers)],
        "former_terms": None if former is None or former.terms is None else json.loads(former.terms),
        "terms": None if row.terms is None else json.loads(row.terms),
        "deals": [
            {"account": one.account, "deal_base64": _base64(one.deal), "signature": one.signature} for one in deals
        ],
        "begun_at": row.begun_at,
        "stands_at": row.stands_at,
        "passed_at": row.passed_at,
    }


def _summary(bank: Bank, row: AnswersOpeningRow) -> dict[str, Any]:
    epoch, order = bank.shared_keys.epoch(row.key_id, row.epoch), bank.shared_keys.order(row.opening_id)
    return {
        "opening_id": row.opening_id,
        "kind": row.kind,
        "subject": row.subject,
        "key_id": row.key_id,
        "epoch": row.epoch,
        "threshold": 0 if epoch is None else epoch.threshold,
        "documents": row.count,
        "asked_at": row.asked_at,
        "public_key": row.public_key,
        "given_by": [one.account for one in bank.shared_keys.parts(row.opening_id)],
        "order": None if order is None else order.model_dump(exclude={"opening_id"}),
    }


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
