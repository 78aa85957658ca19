"""What `request` must hold: requests, their limits and locked coins, decisions on them, approvals taken back."""

from chaincode.events import ApprovalRevoked, RequestDecided
from chaincode.model.requests import RequestRecord
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import ApprovalRevocation, DataRequest, Decision


def lay_out(story: Story, into: Expected) -> None:
    book = story.state.requests
    into.put("disclosure", (), story.wired("disclosure"))
    into.put("filed", (), len(book.requests))
    for request_id, record in book.requests.items():
        _lay_out_request(into, request_id, record)
        said = story.digests.of(DataRequest, request_id, record.terms)
        right = [one for one in said if one == record.terms.digest]
        into.put_any("digestOf", (request_id,), right or said or [record.terms.digest])
    for decided in story.history.all(RequestDecided):
        said = story.digests.of(Decision, decided.request_id, decided)
        into.put_digest("decision_digest", (decided.request_id,), said)
    for revoked in story.history.all(ApprovalRevoked):
        said = story.digests.of(ApprovalRevocation, revoked.request_id, revoked)
        into.put_digest("revocation_digest", (revoked.request_id,), said)


def _lay_out_request(into: Expected, request_id: bytes, record: RequestRecord) -> None:
    """head: partner | legalClass << 160 | state << 168 | kMinimum << 176 | purposeCode << 208 | l << 240 | t << 248.

    limits: coinsBase | coinsPerItem << 32 | personsMaximum << 64 | personsUsed << 96 | validUntil << 128
    | retentionDays << 192 | items << 224; purse: locked coins | number << 128.
    """
    terms = record.terms
    head = int(terms.partner, 16) | terms.legal_class << 160 | record.state << 168
    head |= terms.k_minimum << 176 | terms.purpose_code << 208
    into.put("head", (request_id,), head | terms.l_minimum << 240 | terms.t_percent << 248)
    limits = terms.coins_base | terms.coins_per_item << 32 | terms.persons_maximum << 64 | record.persons_used << 96
    into.put(
        "limits", (request_id,), limits | terms.valid_until << 128 | terms.retention_days << 192 | terms.items << 224
    )
    into.put("purse", (request_id,), record.locked | terms.number << 128)
    for place, text in enumerate((terms.survey_id, terms.recipient_hash, terms.purpose_hash)):
        into.put("texts", (request_id,), text, place)
    into.put("requestAt", (terms.number,), request_id)
