"""Former keys, and keys that guardians hold in shares: the bank carries them sealed and opens none (ADR 68).

A former key is sealed to the one that took its place, by a wallet that had both, and is gone when everything is
wrapped anew. An entrusted key is in escrow with guardians; what they contribute to a recovery is handed to whoever
has the account's key then, so that a veto comes before it.
"""

import base64

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError, NotFoundError
from bank_api.flows.read_sealed import read_sealed
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes import kept_keys as shapes
from bank_api.store.tables import EntrustedKeyRow, FormerKeyRow, KeyShareRow
from pds_adapter.errors import EscrowError
from pds_adapter.escrow.document import DocumentEscrow
from pds_adapter.sealing.envelope import PublicKey, SealedDocument

FORMER_KEYS_MAX = 8
KEY_BYTES_MAX = 1024
FORMER_BYTES_MAX = 16 * 1024
"""With the marks of grants that go on."""
ESCROW_BYTES_MAX = 16 * 1024


def keep_former(bank: Bank, account: str, public_key: str, body: shapes.FormerKeyBody) -> shapes.FormerKey:
    """Safe to repeat; the last word for each former key stands. Raises InvalidInputError, ConflictError."""
    sealed = _sealed_to_one(body.sealed_base64, FORMER_BYTES_MAX)
    known = bank.kept_keys.former_of(account)
    if len(known) >= FORMER_KEYS_MAX and all(row.public_key != public_key for row in known):
        raise ConflictError(said("refusal-no-more-kept", most=str(FORMER_KEYS_MAX)))
    row = FormerKeyRow(account=account, public_key=public_key, sealed=sealed.to_bytes())
    bank.kept_keys.save(row)
    return _former(row)


def former(bank: Bank, account: str) -> shapes.FormerKeys:
    return shapes.FormerKeys(keys=[_former(row) for row in bank.kept_keys.former_of(account)])


def drop_former(bank: Bank, account: str, public_key: str) -> shapes.KeyDropped:
    """Everything is wrapped anew. Safe to repeat."""
    was_there = any(row.public_key == public_key for row in bank.kept_keys.former_of(account))
    bank.kept_keys.drop_former(account, public_key)
    return shapes.KeyDropped(dropped=was_there)


def is_wrapping(bank: Bank, account: str) -> bool:
    """Whether a former key waits for the account's present one: what the former gave may yet be signed anew."""
    rows = bank.kept_keys.former_of(account)
    person = bank.directory.person(account) if rows else None
    if person is None or person.encryption_key is None:
        return False
    present = PublicKey.from_hex(person.encryption_key)
    return any(SealedDocument.from_bytes(row.sealed).recipients == (present,) for row in rows)


def entrust(bank: Bank, caller: Caller, body: shapes.EntrustedKeyBody) -> shapes.EntrustedKeys:
    """In the place of what was entrusted before. Raises InvalidInputError, ConflictError."""
    account = caller.account
    try:
        encoded = from_base64(body.escrow_base64, "escrow_base64", ESCROW_BYTES_MAX)
        escrow = DocumentEscrow.from_bytes(encoded)
    except EscrowError as error:
        raise InvalidInputError("escrow_base64", fault(error)) from error
    guardians = [one.guardian for one in body.shares]
    if len(set(guardians)) != len(guardians) or len(guardians) != escrow.terms.holders or account in guardians:
        raise InvalidInputError("shares", said("rule-one-share-guardian"))
    shares = [
        KeyShareRow(owner=account, guardian=one.guardian, sealed=_sealed_to_one(one.sealed_base64).to_bytes())
        for one in body.shares
    ]
    _check_not_needed(bank, caller, body.give_up)
    row = EntrustedKeyRow(account=account, escrow=encoded, key=caller.key, made_at=bank.clock())
    bank.kept_keys.entrust(row, shares)
    return entrusted(bank, account)


def entrusted(bank: Bank, account: str) -> shapes.EntrustedKeys:
    row = bank.kept_keys.entrusted(account)
    if row is None:
        return shapes.EntrustedKeys(keys=[])
    shares = [
        shapes.SharedOut(
            guardian=one.guardian,
            recovery_id=one.recovery_id,
            contribution_base64=None if one.contribution is None else _base64(one.contribution),
        )
        for one in bank.kept_keys.shares_of(account)
    ]
    return shapes.EntrustedKeys(
        keys=[shapes.EntrustedKey(escrow_base64=_base64(row.escrow), made_at=row.made_at, shares=shares)]
    )


def end(bank: Bank, caller: Caller, former: bool, give_up: bool) -> shapes.KeyDropped:
    """With `former` only what another key of the account entrusted. Raises ConflictError."""
    row = bank.kept_keys.entrusted(caller.account)
    if row is None or (former and row.key == caller.key):
        return shapes.KeyDropped(dropped=False)
    _check_not_needed(bank, caller, give_up)
    bank.kept_keys.end(caller.account)
    return shapes.KeyDropped(dropped=True)


def _check_not_needed(bank: Bank, caller: Caller, give_up: bool) -> None:
    """Until the former key waits for the present one, what it entrusted may be all that opens what is kept."""
    row = bank.kept_keys.entrusted(caller.account)
    if row is not None and row.key != caller.key and not give_up and not is_wrapping(bank, caller.account):
        raise ConflictError(said("refusal-key-still-entrusted"), hint=said("hint-key-still-entrusted"))


def shares(bank: Bank, guardian: str) -> shapes.KeyShares:
    """What others entrusted to me."""
    found = []
    for one in bank.kept_keys.shares_with(guardian):
        row = bank.kept_keys.entrusted(one.owner)
        if row is not None:
            found.append(_share(one, row))
    return shapes.KeyShares(shares=found)


def wrap_share(bank: Bank, guardian: str, owner: str, body: shapes.ShareWrapped) -> shapes.KeyShare:
    """The same share for a guardian's new key. Raises NotFoundError, InvalidInputError for another share."""
    row, entrusted_row = _of_guardian(bank, owner, guardian)
    sealed = _sealed_to_one(body.sealed_base64)
    if not sealed.is_same(SealedDocument.from_bytes(row.sealed)):
        raise InvalidInputError("sealed_base64", said("rule-same-content"))
    changed = KeyShareRow(**row.model_dump() | {"sealed": sealed.to_bytes()})
    bank.kept_keys.save(changed)
    return _share(changed, entrusted_row)


def contribute(bank: Bank, guardian: str, owner: str, body: shapes.KeyContribution) -> shapes.KeyShare:
    """To one recovery; a later one's takes its place. Raises NotFoundError for who holds no share."""
    row, entrusted_row = _of_guardian(bank, owner, guardian)
    sealed = _sealed_to_one(body.sealed_base64)
    given = {"recovery_id": body.recovery_id, "contribution": sealed.to_bytes()}
    changed = KeyShareRow(**row.model_dump() | given)
    bank.kept_keys.save(changed)
    return _share(changed, entrusted_row)


def _of_guardian(bank: Bank, owner: str, guardian: str) -> tuple[KeyShareRow, EntrustedKeyRow]:
    row, entrusted_row = bank.kept_keys.share(owner, guardian), bank.kept_keys.entrusted(owner)
    if row is None or entrusted_row is None:
        raise NotFoundError("key-share", owner)
    return row, entrusted_row


def _sealed_to_one(text: str, bytes_max: int = KEY_BYTES_MAX) -> SealedDocument:
    sealed = read_sealed(text, "sealed_base64", bytes_max)
    if len(sealed.recipients) != 1:
        raise InvalidInputError("sealed_base64", said("rule-sealed-to-one-key"))
    return sealed


def _former(row: FormerKeyRow) -> shapes.FormerKey:
    return shapes.FormerKey(public_key=row.public_key, sealed_base64=_base64(row.sealed))


def _share(row: KeyShareRow, entrusted_row: EntrustedKeyRow) -> shapes.KeyShare:
    return shapes.KeyShare(
        owner=row.owner, escrow_base64=_base64(entrusted_row.escrow), sealed_base64=_base64(row.sealed)
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
