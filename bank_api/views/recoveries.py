"""Who may give an account a new key, and how far its recoveries have come: all of it the ledger's."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.rows import position_of
from bank_api.protocol.kinds import RecoveryStanding
from chaincode.events import GuardiansNamed, Recovered, RecoveryBegun, RecoveryVetoed
from chaincode.ids import to_hex


def recoveries(bank: Bank, account: str) -> dict[str, Any]:
    """The latest guardians and every recovery, the latest first. Raises NotFoundError for who is no account."""
    if bank.index.account(account) is None:
        raise NotFoundError("account", account)
    named = bank.index.events_of(account, GuardiansNamed)
    done = {one.recovery_id for one in bank.index.events_of(account, Recovered)}
    stopped = {one.recovery_id for one in bank.index.events_of(account, RecoveryVetoed)}
    now, names = bank.ledger_time(), bank.directory.names()

    def standing(event: RecoveryBegun) -> RecoveryStanding:
        if event.recovery_id in stopped:
            return RecoveryStanding.VETOED
        if event.recovery_id in done:
            return RecoveryStanding.COMPLETED
        return RecoveryStanding.WAITING if now <= event.ready_at else RecoveryStanding.READY

    return {
        "account": account,
        "guardians": _circle(named[-1], names) if named else None,
        "recoveries": [
            {
                "recovery_id": to_hex(event.recovery_id),
                "new_key": event.new_key,
                "approvals": event.approvals,
                "begun_at": position_of(event).timestamp,
                "ready_at": event.ready_at,
                "is_final": bool(event.is_final),
                "state": standing(event),
            }
            for event in reversed(bank.index.events_of(account, RecoveryBegun))
        ],
    }


def _circle(event: GuardiansNamed, names: dict[str, str]) -> dict[str, Any]:
    return {
        "guardians": [{"account": one, "name": names.get(one, "")} for one in event.guardians],
        "threshold": event.threshold,
        "wait_seconds": event.wait_seconds,
        "since": event.since,
    }
