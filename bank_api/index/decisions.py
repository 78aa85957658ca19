"""Who signed a board's decision, or took one back, read from the transaction that carried it: no event says so."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bank_api.index.rows import position_of
from chaincode import acts
from chaincode.approvals import Approved, approved
from chaincode.bindings import Contracts
from chaincode.errors import MessageError
from chaincode.events import ApprovalRevoked, Event, RequestDecided
from chaincode.ids import checksummed, to_hex
from chaincode.relayed import relayed_item
from chaincode.typed_data import REVOCATION_STATEMENT, ApprovalRevocation, Decision, recover

Decided = RequestDecided | ApprovalRevoked


class RecordedDecision(NamedTuple):
    """A row of `indexed_decision` or `indexed_revocation`: words as JSON, each signature with the key that made it."""

    request_id: str
    block_number: int
    words: str
    signatures: str

    @property
    def said(self) -> dict[str, Any]:
        words: dict[str, Any] = json.loads(self.words)
        return words

    @property
    def signed(self) -> list[tuple[str, str]]:
        return [(key, signature) for key, signature in json.loads(self.signatures)]


def decisions_in(contracts: Contracts, found: Iterable[Event]) -> Iterator[RecordedDecision]:
    """The decisions among events. One that nobody signed, as its maker's own transaction, is left out."""
    for event in found:
        if isinstance(event, RequestDecided):
            yield from _recorded(contracts, event)


def revocations_in(contracts: Contracts, found: Iterable[Event]) -> Iterator[RecordedDecision]:
    """The approvals taken back among events, likewise."""
    for event in found:
        if isinstance(event, ApprovalRevoked):
            yield from _recorded(contracts, event)


def _recorded(contracts: Contracts, event: Decided) -> Iterator[RecordedDecision]:
    said = _said(contracts, event)
    if said is not None:
        pairs = [[key, to_hex(one)] for key, one in zip(said.keys, said.signatures, strict=True)]
        block, words = position_of(event).block_number, json.dumps(said.words.to_json())
        yield RecordedDecision(to_hex(event.request_id), block, words, json.dumps(pairs))


def _said(contracts: Contracts, event: Decided) -> Approved | None:
    """By a majority's signatures in one call, or by one among others that were relayed together."""
    sent = contracts.node.sent(position_of(event).transaction_hash)
    terms = contracts.request.terms(event.request_id)
    if sent is None or terms is None:
        return None
    together = approved(contracts.deployment, *sent, {event.request_id: terms.digest})
    if together is not None:
        return together
    act = acts.DECISION if isinstance(event, RequestDecided) else acts.APPROVAL_REVOCATION
    alone = relayed_item(contracts.deployment, act, sent[1], event.request_id)
    if alone is None:
        return None
    travelled, signature = alone
    words = _words(event, travelled, terms.digest)
    try:
        return Approved(words, (signature,), (recover(words, contracts.deployment, signature),))
    except MessageError:
        return None


def _words(event: Decided, travelled: Any, digest: bytes) -> Decision | ApprovalRevocation:
    if isinstance(event, RequestDecided):
        _, board, is_approved, decision_hash, deadline = travelled
        return Decision(event.request_id, checksummed(board), digest, is_approved, decision_hash, deadline)
    _, board, reason_hash, deadline = travelled
    return ApprovalRevocation(event.request_id, checksummed(board), digest, REVOCATION_STATEMENT, reason_hash, deadline)
