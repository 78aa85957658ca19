"""Apps: programs of somebody else that the operator registers, and members let into boxes (ADR 51)."""

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.box_grants import end_grants_to
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.boxes import AppBody, AppKeyBody, AppRemoved
from bank_api.store.tables import AppRow
from chaincode.errors import MessageError
from chaincode.ids import parse_address
from pds_adapter.errors import KeyFormatError
from pds_adapter.sealing.envelope import PublicKey


def register(bank: Bank, body: AppBody) -> AppRow:
    """Let members choose an app. The same again changes nothing; another under its id is refused."""
    key, known = _app_key(body), bank.boxes.app(body.app_id)
    row = AppRow(
        app_id=body.app_id, name=body.name, key=key, encryption_key=body.encryption_key, registered_at=bank.clock()
    )
    if known is None:
        end_grants_to(bank, body.app_id)  # of another app that was called so, if its removal died
        bank.boxes.save(row)
        return row
    if known.model_dump(exclude={"registered_at"}) != row.model_dump(exclude={"registered_at"}):
        raise IdAlreadyUsedError
    return known


def replace_key(bank: Bank, app_id: str, body: AppKeyBody) -> AppRow:
    """Other keys for an app: the old one signs nothing from now on. What owners sealed to another key ends.

    Safe to repeat.
    """
    key, known = _app_key(body), bank.boxes.app(app_id)
    if known is None:
        raise NotFoundError("app", app_id)
    row = AppRow(**known.model_dump() | {"key": key, "encryption_key": body.encryption_key})
    bank.boxes.save(row)
    end_grants_to(bank, app_id, but_sealed_to=body.encryption_key)
    return row


def remove_app(bank: Bank, app_id: str) -> AppRemoved:
    """Nothing is answered to an app any more, then it is let out of every box. Safe to repeat."""
    was_there = bank.boxes.drop_app(app_id)
    return AppRemoved(app_id=app_id, removed=was_there, grants_ended=end_grants_to(bank, app_id))


def _app_key(body: AppBody | AppKeyBody) -> str:
    """The address that signs. Raises InvalidInputError for what is no key."""
    try:
        PublicKey.from_hex(body.encryption_key)
        return parse_address(body.key, "key")
    except MessageError as error:
        raise InvalidInputError("key", error.rule) from error
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", fault(error)) from error
