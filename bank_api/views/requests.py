"""What is seen of requests for data: by partner, board and auditor with counts, by a member with the notice to read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError
from bank_api.index.decisions import RecordedDecision
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.rows import RecordedConsent, position_of
from bank_api.index.tallies import Tally
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.kinds import word_of
from bank_api.protocol.messages.said import said
from bank_api.store.tables import RequestRow
from bank_api.views.kept import (
    began_with_homes,
    deletion_due,
    notice_of,
    request_message,
    request_row,
    survey_of,
    written,
)
from chaincode.bindings import CategoryKind, ConsentState, RequestState, Role
from chaincode.events import (
    ApprovalRevoked,
    DeletionAttested,
    Disclosed,
    Event,
    RequestClosed,
    RequestDecided,
    RequestFiled,
)
from chaincode.ids import to_hex

HISTORY = ("filed", "approved", "refused", "closed", "revoked", "releases", "overdue")
"""How many of a partner's requests are in which state, its releases, and those not deleted in time."""

ENDED_BY_BOARD = frozenset({RequestState.REFUSED, RequestState.REVOKED})

SEES_ALL = frozenset({"board", "operator", "auditor"})

COUNTED_AS = {ConsentState.RENEWED: ConsentState.GIVEN}
"""A renewed consent is one given, to whoever counts."""


def requests(bank: Bank, caller: Caller) -> list[dict[str, Any]]:
    rows = bank.catalog.requests(None if SEES_ALL & caller.roles else caller.account)
    called = purpose_names(bank) if rows else {}
    states, counts, past = request_states(bank), bank.index.consent_counts(), histories(bank)
    return [
        _request_view(bank, row, states[row.request_id], counts.get(row.request_id, {}), past[row.partner], called)
        for row in rows
        if row.request_id in states
    ]


def request_for(bank: Bank, caller: Caller, request_id: str) -> dict[str, Any]:
    row = request_row(bank, request_id)
    if row.partner != caller.account and not SEES_ALL & caller.roles:
        raise ForbiddenError(said("refusal-anothers-request"))
    counts = bank.index.consent_counts(request_id).get(request_id, {})
    past, called = histories(bank)[row.partner], purpose_names(bank)
    view = _request_view(bank, row, request_state(bank, request_id), counts, past, called)
    return view | {"come_and_go": began_with_homes(bank, row)}


def requests_for_member(bank: Bank, account: str, language: str) -> list[dict[str, Any]]:
    """Approved requests, with the notice in the member's language and the member's consent as it stands."""
    answered = {row.survey_id for row in bank.index.answers_of(account)}
    found_consents = [row for row in bank.index.consents_of(account) if row.state != ConsentState.SUPERSEDED]
    found_consents.sort(key=lambda row: row.state != ConsentState.REQUESTED)  # a decision outdoes a question
    consents = {row.request_id: row for row in found_consents}
    states, called = request_states(bank), purpose_names(bank)
    found = []
    for row in bank.catalog.requests():
        if states.get(row.request_id) != RequestState.APPROVED:
            continue
        message = request_message(row)
        text, digest = written(notice_of(bank, row, survey_of(bank, row.survey_id)), language)
        consent = consents.get(row.request_id)
        found.append(
            _request(bank, row, RequestState.APPROVED, called)
            | {
                "consent": _choice(consent) if consent else None,
                "notice": {"text": text, "hash": to_hex(digest), "language": language},
                "coins_offered": release_coins(message.coins_base, message.coins_per_item, message.items),
                "answered": row.survey_id in answered,
            }
        )
    return found


def _choice(consent: RecordedConsent) -> dict[str, Any]:
    """What the member chose, and how much of it is used."""
    return {
        "consent_id": consent.consent_id,
        "state": word_of(consent.state),
        "valid_until": consent.valid_until,
        "uses": consent.uses,
        "uses_maximum": consent.uses_maximum,
    }


def request_states(bank: Bank) -> Mapping[str, RequestState]:
    """The state of every request that the ledger has, by id."""
    return bank.index.once_a_block(_states)


def _states(index: LedgerIndex) -> dict[str, RequestState]:
    histories: dict[str, list[Event]] = {}
    told: list[RequestFiled | RequestDecided | ApprovalRevoked | RequestClosed] = index.events(
        RequestFiled, RequestDecided, ApprovalRevoked, RequestClosed
    )
    for event in told:
        histories.setdefault(to_hex(event.request_id), []).append(event)
    return {request_id: _state(history) for request_id, history in histories.items()}


def request_state(bank: Bank, request_id: str) -> RequestState:
    """UNKNOWN if the request never got to the ledger."""
    return _state(bank.index.events_about(request_id))


def _state(history: Iterable[Event]) -> RequestState:
    state = RequestState.UNKNOWN
    for event in history:
        match event:
            case RequestFiled():
                state = RequestState.FILED
            case RequestDecided():
                state = RequestState.APPROVED if event.approved else RequestState.REFUSED
            case ApprovalRevoked():
                state = RequestState.REVOKED
            case RequestClosed() if state not in ENDED_BY_BOARD:  # that unlocks the coins with the same event
                state = RequestState.CLOSED
    return state


def histories(bank: Bank) -> defaultdict[str, dict[str, int]]:
    """What became of each partner's requests and releases, in numbers: what the board weighs a new one by."""
    found: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(HISTORY, 0))
    states, now = request_states(bank), bank.ledger_time()
    for row in bank.catalog.requests():
        name = word_of(states.get(row.request_id, RequestState.UNKNOWN))
        if name in HISTORY:
            found[row.partner][name] += 1
    for event in bank.index.events(Disclosed):
        found[event.partner]["releases"] += 1
        due = deletion_due(bank, event)
        if due is not None and now > due and not bank.index.has(to_hex(event.release_id), DeletionAttested):
            found[event.partner]["overdue"] += 1
    return found


def _request_view(
    bank: Bank,
    row: RequestRow,
    state: RequestState,
    consents: Mapping[ConsentState, int],
    history: Mapping[str, int],
    called: Mapping[int, str],
) -> dict[str, Any]:
    """A request as partner, board and auditor see it."""
    counts = {word_of(one): 0 for one in (ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN)}
    for one, count in consents.items():
        name = word_of(COUNTED_AS.get(one, one))
        counts[name] = counts.get(name, 0) + count
    locked = bank.index.tally(Tally.LOCKED, row.request_id)
    return _request(bank, row, state, called) | {
        "coins_locked": locked,
        "consents": counts,
        "partner_history": history,
        **_decision(bank, row.request_id),
        **(_revocation(bank, row.request_id) if state == RequestState.REVOKED else {}),
    }


def _decision(bank: Bank, request_id: str) -> dict[str, Any]:
    """Who decided, by the signatures on the ledger; and how many are needed now."""
    decided = bank.index.events_about(request_id, RequestDecided)
    by, signed = _signed(bank, decided, bank.index.once_a_block(_signed_decisions).get(request_id))
    return {"decided_by": by, "decision": signed, "approvals_needed": board_majority(bank)}


def _revocation(bank: Bank, request_id: str) -> dict[str, Any]:
    """Who took the approval back, when and why."""
    revoked = bank.index.events_about(request_id, ApprovalRevoked)
    by, signed = _signed(bank, revoked, bank.index.once_a_block(_signed_revocations).get(request_id))
    why = bank.catalog.revocation(request_id)
    return {
        "revoked_by": by,
        "revocation": signed,
        "revoked_at": position_of(revoked[-1]).timestamp,
        "revocation_note": None if why is None else why.note,
        "revocation_salt": None if why is None else why.salt,
    }


def _signed(
    bank: Bank, told: Sequence[RequestDecided | ApprovalRevoked], signed: dict[str, Any] | None
) -> tuple[list[str], dict[str, Any] | None]:
    """The names of who signed, or of who did it alone; words and signatures."""
    names = bank.directory.names() if told else {}
    signers = [one | {"name": names.get(one["account"], one["account"])} for one in signed["signers"]] if signed else []
    by = [one["name"] for one in signers] or [names.get(one.board, one.board) for one in told]
    return by, signed | {"signers": signers} if signed else None


def _signed_decisions(index: LedgerIndex) -> dict[str, dict[str, Any]]:
    return _with_signers(index, index.decisions())


def _signed_revocations(index: LedgerIndex) -> dict[str, dict[str, Any]]:
    return _with_signers(index, index.revocations())


def _with_signers(index: LedgerIndex, kept: Mapping[str, RecordedDecision]) -> dict[str, dict[str, Any]]:
    """By request; who proposed comes first among the signers."""
    found = {}
    for request_id, one in kept.items():
        signers = [{"account": index.holder(key), "key": key, "signature": signature} for key, signature in one.signed]
        signers.sort(key=lambda signer: signer["account"] != one.said["board"])
        found[request_id] = {"words": one.said, "signers": signers}
    return found


def board_majority(bank: Bank) -> int:
    """How many of the board have to sign the same words."""
    return bank.index.once_a_block(_majority)


def _majority(index: LedgerIndex) -> int:
    """More than half of the board's seats, those of the suspended too."""
    return len(index.accounts_with(Role.BOARD)) // 2 + 1


def purpose_names(bank: Bank) -> dict[int, str]:
    """What the operator called the purposes, by their codes."""
    return {one.place: one.name for one in bank.catalog.categories() if one.kind == CategoryKind.PURPOSES}


def _request(bank: Bank, row: RequestRow, state: RequestState, called: Mapping[int, str]) -> dict[str, Any]:
    """`called`: the names of purposes, of which the list of requests asks once."""
    message = request_message(row)
    survey = survey_of(bank, row.survey_id)
    return {
        "request_id": row.request_id,
        "partner": row.partner,
        "recipient": message.recipient,
        "survey_id": row.survey_id,
        "purpose": message.purpose,
        "purpose_code": message.purpose_code,
        "purpose_name": called.get(message.purpose_code),
        "items": list(survey.keys(message.items)),
        "item_labels": list(survey.labels(message.items)),
        "item_mask": message.items,
        "sensitive": [one.key for one in survey.chosen(message.items) if one.role == "sensitive"],
        "coins_most": release_coins(message.coins_base, message.coins_per_item, message.items)
        * message.persons_maximum,
        "legal_class": message.legal_class,
        "k_minimum": message.k_minimum,
        "l_minimum": message.l_minimum,
        "t_percent": message.t_percent,
        "persons_maximum": message.persons_maximum,
        "coins_base": message.coins_base,
        "coins_per_item": message.coins_per_item,
        "valid_until": message.valid_until,
        "retention_days": message.retention_days,
        "contract_hash": to_hex(message.contract_hash),
        "description": row.description,
        "state": word_of(state),
        "decision_note": row.decision_note,
        "decision_salt": row.decision_salt,
        "contract_salt": row.contract_salt,
        "words": message.to_json(),
    }
