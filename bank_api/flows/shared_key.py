"""The release key in shares: a ceremony in which every member of the board deals, and shares dealt anew later (ADR 45).

1. `begin`: the operator names how many are needed; keepers are those on the board now.
2. `deal`: each dealer's wallet sends what it deals, sealed to each keeper.
3. `confirm`: each keeper's wallet, having checked every deal and its own share. When all have, the key stands: new
   answers are wrapped under it at once, older ones are passed to it (`sharing`).
The bank sees no share. A ceremony that somebody does not end is replaced by beginning another; what stands, stands.
"""

import json
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shared_key import CeremonyBody, ConfirmationBody, DealBody, confirmation_text, deal_text
from bank_api.store.tables import KeyConfirmedRow, KeyDealRow, SharedKeyRow
from bank_api.views.shared_key import former_of, terms_of
from pds_adapter.errors import EscrowError
from pds_adapter.escrow import ceremony, resharing
from pds_adapter.escrow.resharing import Deal
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.keys import PublicKey


def begin(bank: Bank, body: CeremonyBody) -> None:
    """Begin a ceremony, in the place of one that was not ended. The same again changes nothing."""
    standing, under_way = bank.shared_keys.standing(), bank.shared_keys.ceremony()
    is_anew = standing is not None and standing.key_id == body.key_id
    keepers = _keepers(bank)
    if not 2 <= body.threshold <= len(keepers):
        raise InvalidInputError("threshold", said("rule-share-threshold", high=len(keepers)))
    if standing is not None and not is_anew:
        raise ConflictError(said("refusal-key-stands", key=standing.key_id))
    dealers = [one["account"] for one in keepers]
    if standing is not None and is_anew:
        dealers = _dealers(standing, body.dealers, set(dealers))
    elif body.dealers:
        raise InvalidInputError("dealers", said("rule-dealers-anew"))
    row = SharedKeyRow(
        key_id=body.key_id,
        epoch=standing.epoch + 1 if standing is not None and is_anew else ceremony.FIRST_EPOCH,
        threshold=body.threshold,
        keepers=json.dumps(keepers),
        dealers=json.dumps(dealers),
        begun_at=bank.clock(),
    )
    if under_way is not None and _told(under_way) == _told(row):
        return
    bank.shared_keys.begin(row, under_way)


def deal(bank: Bank, caller: Caller, key_id: str, epoch: int, body: DealBody) -> None:
    """Take what a dealer deals; the same again changes nothing but what a death left undone, another is refused."""
    row = _under_way(bank, key_id, epoch)
    if caller.account not in json.loads(row.dealers):
        raise ForbiddenError(said("refusal-no-dealer"))
    encoded = from_base64(body.deal_base64, "deal_base64", bank.settings.sealed_bytes_max)
    known = {one.account: one for one in bank.shared_keys.deals(key_id, epoch)}
    if caller.account in known:
        if row.terms is None:
            _note_terms(bank, row)
        if known[caller.account].deal != encoded:
            raise ConflictError(said("refusal-dealt-already"))
        return
    check_signed(caller.key, deal_text(bank.here.url, caller.account, key_id, epoch, encoded), body.signature)
    try:
        given = Deal.from_bytes(encoded)
        _check_deal(bank, row, given)
    except EscrowError as error:
        raise InvalidInputError("deal_base64", fault(error)) from error
    if given.dealer != dealer_index(bank, row, caller.account):
        raise InvalidInputError("deal_base64", said("rule-own-deal"))
    made = KeyDealRow(key_id=key_id, epoch=epoch, account=caller.account, deal=encoded, signature=body.signature)
    bank.shared_keys.save(made)
    _note_terms(bank, row)


def confirm(bank: Bank, caller: Caller, key_id: str, epoch: int, body: ConfirmationBody) -> None:
    """Take a keeper's word that the share fits. With the last one the key stands."""
    standing = bank.shared_keys.standing()
    if standing is not None and (standing.key_id, standing.epoch) == (key_id, epoch):
        bank.shared_keys.drop_deals(key_id, epoch - 1)
        return
    row = _under_way(bank, key_id, epoch)
    accounts = [one["account"] for one in json.loads(row.keepers)]
    if caller.account not in accounts:
        raise ForbiddenError(said("refusal-no-keeper"))
    if row.terms is None:
        raise ConflictError(said("refusal-not-all-dealt"))
    hashed = "0x" + terms_of(row.terms).commitments_hash.hex()
    check_signed(caller.key, confirmation_text(bank.here.url, caller.account, key_id, epoch, hashed), body.signature)
    made = KeyConfirmedRow(key_id=key_id, epoch=epoch, account=caller.account, signature=body.signature)
    bank.shared_keys.save(made)
    if {one.account for one in bank.shared_keys.confirmed(key_id, epoch)} < set(accounts):
        return
    is_same_key = standing is not None and standing.key_id == key_id
    passed = standing.passed_at if standing is not None and is_same_key else None
    bank.shared_keys.save(SharedKeyRow(**row.model_dump() | {"stands_at": bank.clock(), "passed_at": passed}))
    if standing is not None and is_same_key:
        bank.shared_keys.drop_deals(standing.key_id, standing.epoch)


def dealer_index(bank: Bank, row: SharedKeyRow, account: str) -> int:
    """A dealer's place: among the keepers, or among those of the epoch before."""
    of = former_of(bank, row) or row
    return [one["account"] for one in json.loads(of.keepers)].index(account) + 1


def _keepers(bank: Bank) -> list[dict[str, Any]]:
    """Who is on the board now, by account. Raises ConflictError for one who has no encryption key."""
    found = []
    for person in sorted(bank.directory.people_with_role("board"), key=lambda one: one.account):
        if person.encryption_key is None:
            raise ConflictError(said("refusal-keeper-without-key", name=person.name), hint=said("hint-publish-key"))
        key = {"account": person.account, "encryption_key": person.encryption_key}
        found.append(key | {"name": person.name})
    return found


def _dealers(standing: SharedKeyRow, named: list[str], present: set[str]) -> list[str]:
    """Those named, or the first keepers of the present shares: of those still on the board, whom wallets believe, as
    many as are needed to open."""
    keepers = [one["account"] for one in json.loads(standing.keepers) if one["account"] in present]
    if set(named) - set(keepers):
        raise InvalidInputError("dealers", said("rule-dealers-keepers"))
    chosen = [one for one in keepers if one in named] if named else keepers[: standing.threshold]
    if len(chosen) != standing.threshold:
        raise InvalidInputError("dealers", said("rule-dealers-many", count=standing.threshold, found=len(chosen)))
    return chosen


def _told(row: SharedKeyRow) -> tuple[Any, ...]:
    return row.key_id, row.epoch, row.threshold, row.keepers, row.dealers


def _under_way(bank: Bank, key_id: str, epoch: int) -> SharedKeyRow:
    row = bank.shared_keys.ceremony()
    if row is None or (row.key_id, row.epoch) != (key_id, epoch):
        raise NotFoundError("ceremony", key_id)
    return row


def _check_deal(bank: Bank, row: SharedKeyRow, given: Deal) -> None:
    former = former_of(bank, row)
    keepers = [PublicKey.from_hex(one["encryption_key"]) for one in json.loads(row.keepers)]
    if former is None or former.terms is None:
        ceremony.check_first(given, bytes.fromhex(row.key_id[2:]), keepers, row.threshold)
        return
    resharing.check_deal(given, terms_of(former.terms))
    asked = tuple(dealer_index(bank, row, account) for account in json.loads(row.dealers))
    after = given.terms
    if (given.quorum, after.custodians, after.threshold) != (asked, tuple(keepers), row.threshold):
        raise InvalidInputError("deal_base64", said("rule-deal-of-ceremony"))


def _note_terms(bank: Bank, row: SharedKeyRow) -> None:
    """The public terms, once every dealer has dealt. Made of what is kept, so that any process may do it again."""
    rows = bank.shared_keys.deals(row.key_id, row.epoch)
    if {one.account for one in rows} < set(json.loads(row.dealers)):
        return
    deals, former = [Deal.from_bytes(one.deal) for one in rows], former_of(bank, row)
    keepers = [PublicKey.from_hex(one["encryption_key"]) for one in json.loads(row.keepers)]
    if former is None or former.terms is None:
        terms = ceremony.terms_of(deals, bytes.fromhex(row.key_id[2:]), keepers, row.threshold)
    else:
        terms = resharing.terms_after(deals, terms_of(former.terms))
    text = canonical_json(terms.to_json()).decode()
    bank.shared_keys.save(SharedKeyRow(**row.model_dump() | {"terms": text}))
