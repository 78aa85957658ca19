"""Who is let into a box of records: an app, another account, an address at another bank, a guardian (ADR 51).

At the end of a grant the bank answers no more, then takes the store's right, the sealed box key and the grantee's wraps
of all records away.
"""

import base64
from dataclasses import dataclass

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError, NotFoundError
from bank_api.flows.kept_keys import is_wrapping
from bank_api.flows.read_sealed import read_sealed
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.box_grant import box_grant_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.boxes import BoxGrant, BoxGrantBody, BoxReceived
from bank_api.store.tables import BoxGrantRow
from bank_api.views.wards import standing
from chaincode.bindings import Scope
from chaincode.errors import MessageError
from chaincode.ids import parse_address
from pds_adapter.errors import KeyFormatError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument
from pds_adapter.stores.port import Put

BOX = "records."
"""Before a box's own name in the store."""
GRANTS_MAX = 1_000
"""Of one owner, ended ones too: each is looked through at every end of one."""
KEY_BYTES_MAX = 1024
"""A box's key is 32 bytes, sealed to one grantee; no quota counts it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who calls: an account, an app, or an address at another bank."""

    name: str
    is_active: bool = True
    """Whether an account has a role now: without one it reads its own boxes and no other's."""


def grant(bank: Bank, caller: Caller, box: str, grantee: str, body: BoxGrantBody) -> BoxGrant:
    """Let an app or an account into a box. The same again is success, and ends what a dead call began.

    Whoever acts for the owner lets in itself and nobody else, for as long as the ledger lets it act.
    """
    owner, now = caller.account, bank.clock()
    _check_grantee(bank, caller, grantee, body)
    if body.until <= now:
        raise InvalidInputError("until", said("rule-in-future"))
    terms = (box, grantee, body.encryption_key)
    text = box_grant_text(bank.here.url, owner, *terms, may_write=body.may_write, until=body.until)
    check_signed(caller.key, text, body.signature)
    every = bank.boxes.grants_of(owner)
    if caller.delegate and any((one.box, one.grantee) == (box, grantee) and _is_owners(bank, one) for one in every):
        raise ConflictError(said("refusal-let-in-by-owner", box=box))
    if len(every) >= GRANTS_MAX and not any((one.box, one.grantee) == (box, grantee) for one in every):
        raise ConflictError(said("refusal-no-more-kept", most=str(GRANTS_MAX)))
    row = BoxGrantRow(
        owner=owner,
        box=box,
        grantee=grantee,
        encryption_key=body.encryption_key,
        may_write=body.may_write,
        granted_at=now,
        until=body.until,
        key=caller.key,
        signature=body.signature,
        box_key=_sealed_key(body).to_bytes(),
    )
    bank.boxes.save(row)
    bank.pds.open_account(owner, now)
    bank.pds.grant(owner, BOX + box, grantee, now)
    return _shown(bank, row)


def _check_grantee(bank: Bank, caller: Caller, grantee: str, body: BoxGrantBody) -> None:
    """Raises InvalidInputError, NotFoundError for nobody."""
    if grantee == caller.account:
        raise InvalidInputError("grantee", said("rule-not-yourself"))
    if caller.delegate not in (None, grantee):
        raise InvalidInputError("grantee", said("rule-delegate-itself"))
    if _key_of(bank, grantee) not in (body.encryption_key, None):
        raise InvalidInputError("encryption_key", said("rule-grantees-key"))


def _sealed_key(body: BoxGrantBody) -> SealedDocument:
    """The box's key, sealed to the grantee and to nobody else."""
    try:
        key = PublicKey.from_hex(body.encryption_key)
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", fault(error)) from error
    sealed = read_sealed(body.key_base64, "key_base64", KEY_BYTES_MAX)
    if sealed.recipients != (key,):
        raise InvalidInputError("key_base64", said("rule-sealed-to-grantee"))
    return sealed


def revoke(bank: Bank, owner: str, box: str, grantee: str, delegate: str | None = None) -> BoxGrant:
    """End a grant at once: first nothing is answered any more, then store's right, box key and wraps go."""
    row = bank.boxes.grant(owner, box, grantee)
    if row is None or delegate not in (None, grantee):
        raise NotFoundError("grant", grantee)
    if row.revoked_at is None:
        row = BoxGrantRow(**row.model_dump() | {"revoked_at": bank.clock(), "box_key": b""})
        bank.boxes.save(row)
    _withdraw(bank, row)
    return _shown(bank, row)


def given(bank: Bank, owner: str) -> list[BoxGrant]:
    """Whom I let in, ended ones too; what has ended meanwhile is taken away at the store as well."""
    rows = bank.boxes.grants_of(owner)
    for row in rows:
        is_waiting = bank.clock() < row.until and is_wrapping(bank, owner)
        if row.revoked_at is None and not is_live(bank, row) and not is_waiting:
            revoke(bank, owner, row.box, row.grantee)
    return [_shown(bank, row) for row in bank.boxes.grants_of(owner)]


def received(bank: Bank, reader: Reader) -> list[BoxReceived]:
    """The boxes that somebody is let into now, with what opens their index and seals to their owners."""
    found = []
    for row in bank.boxes.grants_to(reader.name) if reader.is_active else ():
        person = bank.directory.person(row.owner)
        if is_live(bank, row) and person is not None and person.encryption_key is not None:
            shown = _shown(bank, row).model_dump() | {"owner_key": person.encryption_key}
            found.append(BoxReceived(**shown | {"key_base64": base64.b64encode(row.box_key).decode()}))
    return found


def end_grants_to(bank: Bank, app_id: str, but_sealed_to: str | None = None) -> int:
    """End every grant to an app, but those that are sealed to this key; how many that was.

    What has ended before is taken away from the stores once more: an end that died may have left it there.
    """
    rows = [row for row in bank.boxes.grants_to(app_id) if row.encryption_key != but_sealed_to]
    for row in rows:
        revoke(bank, row.owner, row.box, row.grantee)
    return sum(row.revoked_at is None for row in rows)


def is_live(bank: Bank, row: BoxGrantRow) -> bool:
    """A new key of the owner's ends what the old one gave, as on the ledger (ADR 27); so does a new one of an app, and
    the end of a delegation what the delegate gave itself."""
    if row.revoked_at is not None or bank.clock() >= row.until:
        return False
    if not row.grantee.startswith("0x"):
        app = bank.boxes.app(row.grantee)
        if app is None or app.encryption_key != row.encryption_key:
            return False
    owner = bank.index.account(row.owner)
    return owner is not None and (owner.key == row.key or _is_delegates_own(bank, row))


def is_stranger(bank: Bank, address: str) -> bool:
    """Whether it is an address of somebody who has no account here, and never had."""
    try:
        known = parse_address(address, "grantee")
    except MessageError:
        return False
    return known == address and bank.index.account(address) is None and bank.index.account_by_key(address) is None


def _withdraw(bank: Bank, row: BoxGrantRow) -> None:
    """Away from the store: its right, and every wrap to the grantee's key that no other grant needs."""
    bank.pds.revoke(row.owner, BOX + row.box, row.grantee, bank.clock())
    key = PublicKey.from_hex(row.encryption_key)
    needed = {
        one.encryption_key for one in bank.boxes.grants_of(row.owner) if one.box == row.box and is_live(bank, one)
    }
    if row.encryption_key in needed:
        return
    puts = [
        Put(one.account_id, one.box, one.name, one.content.without(key), if_match=one.etag)
        for one in bank.pds.export(row.owner)
        if one.box == BOX + row.box and key in one.content.recipients
    ]
    for result in bank.pds.put_many(puts) if puts else ():
        if isinstance(result, Exception):
            raise result


def _key_of(bank: Bank, grantee: str) -> str | None:
    """An app's key, or an account's; None for an address at another bank, whose key the owner vouches for.

    Raises NotFoundError.
    """
    app = bank.boxes.app(grantee)
    if app is not None:
        return app.encryption_key
    person = bank.directory.person(grantee)
    if person is not None and person.encryption_key is not None:
        return person.encryption_key
    if person is not None or not is_stranger(bank, grantee):
        raise NotFoundError("account", grantee)
    return None


def _is_delegates_own(bank: Bank, row: BoxGrantRow) -> bool:
    """Whether whom the ledger lets see to the owner's documents let itself in, with the key that it has now."""
    grantee = bank.index.account(row.grantee)
    if grantee is None or grantee.key != row.key:
        return False
    given = standing(bank, row.owner, row.grantee)
    return given is not None and bool(given.scope & Scope.ESCROW)


def _is_owners(bank: Bank, row: BoxGrantRow) -> bool:
    """Whether it is live by the owner's own word: a delegate has the box's one key by it, and needs no other."""
    owner = bank.index.account(row.owner)
    return is_live(bank, row) and owner is not None and owner.key == row.key


def _shown(bank: Bank, row: BoxGrantRow) -> BoxGrant:
    return BoxGrant(**row.model_dump(exclude={"box_key", "key"}), is_live=is_live(bank, row))
