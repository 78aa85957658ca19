"""What is seen of releases: always as the ledger recorded them, whoever wrote them there."""

from collections.abc import Sequence
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotFoundError
from bank_api.index.rows import RecordedAnswer, position_of, standing
from bank_api.protocol.messages.said import said
from bank_api.views.kept import deletion_due, told_in_homes
from bank_api.views.named import asked
from bank_api.views.requests import SEES_ALL
from chaincode.events import Acknowledged, ConsentUsed, DeletionAttested, Disclosed, Event
from chaincode.ids import to_hex

TOLD = (Disclosed, Acknowledged, DeletionAttested)
"""What the ledger says of a release, beside whose consents it used."""


def releases(bank: Bank, caller: Caller) -> list[dict[str, Any]]:
    """A partner sees its own; board, operator and auditor see all. In the ledger's order."""
    everything = bool(SEES_ALL & caller.roles)
    seen = [event for event in bank.index.events(Disclosed) if everything or event.partner == caller.account]
    told = bank.index.events_about_each((to_hex(event.release_id) for event in seen), *TOLD)
    return [_release(bank, told[to_hex(event.release_id)]) for event in seen]


def releases_with(bank: Bank, account: str) -> list[dict[str, Any]]:
    """Releases that consents of this member went into."""
    used = [to_hex(event.release_id) for event in bank.index.events_of(account, ConsentUsed)]
    told = bank.index.events_about_each(used, *TOLD)
    answers = bank.index.answers_of(account) if used else []
    return [_release(bank, told[one]) | _with_answer(bank, _disclosed(told[one]), answers) for one in used]


def _with_answer(bank: Bank, event: Disclosed, answers: list[RecordedAnswer]) -> dict[str, Any]:
    """Which of a member's answers went into a release, and whether it was corrected since (ADR 48)."""
    row = bank.catalog.request(to_hex(event.request_id))
    given = [] if row is None else [one for one in answers if one.survey_id == row.survey_id]
    released = standing(given, position_of(event).block_number)
    if not released:
        return {}
    return {"answer_id": released[0].answer_id, "corrected_since": released[0] not in standing(given)}


def release_for(bank: Bank, caller: Caller, release_id: str) -> dict[str, Any]:
    view = release_view(bank, release_id)
    if view["partner"] != caller.account and not SEES_ALL & caller.roles:
        raise ForbiddenError(said("refusal-anothers-release"))
    return view


def release_view(bank: Bank, release_id: str) -> dict[str, Any]:
    """A release as the ledger recorded it. Raises NotFoundError before that."""
    told = bank.index.events_about(release_id, *TOLD)
    if not told:
        raise NotFoundError("release", release_id)
    return _release(bank, told)


def _disclosed(told: Sequence[Event]) -> Disclosed:
    return next(event for event in told if isinstance(event, Disclosed))


def _release(bank: Bank, told: Sequence[Event]) -> dict[str, Any]:
    """A release by what the ledger says of it."""
    event = _disclosed(told)
    release_id, root = to_hex(event.release_id), to_hex(event.payload_root)
    made = bank.catalog.release_told(release_id, root)
    recipient, purpose = asked(bank, to_hex(event.request_id))
    place, due = position_of(event), deletion_due(bank, event)
    deletion = next((one for one in told if isinstance(one, DeletionAttested)), None)
    return {
        "release_id": release_id,
        "request_id": to_hex(event.request_id),
        "partner": event.partner,
        "recipient": recipient,
        "purpose": purpose,
        "rows": event.rows,
        "suppressed": event.suppressed,
        "k": event.k,
        "loss": None if made is None else made[0],
        "recorded_outside": made is None,
        "come_and_go": made is not None and told_in_homes(made[1]),
        "legal_class": event.legal_class,
        "payload_root": root,
        "method_hash": to_hex(event.method_hash),
        "block_number": place.block_number,
        "time": place.timestamp,
        "acknowledged": any(isinstance(one, Acknowledged) for one in told),
        "deletion_due": due,
        "deleted_at": position_of(deletion).timestamp if deletion else None,
        "deletion_overdue": deletion is None and due is not None and bank.ledger_time() > due,
    }
