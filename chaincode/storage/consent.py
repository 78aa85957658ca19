"""What `consent` must hold: decisions and questions, the newest of each member, what large releases gather."""

from chaincode.events import ConsentByRule, ConsentChanged
from chaincode.model.consents import REQUESTED, WITHDRAWN, ConsentRecord, Hold
from chaincode.storage.digests import words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import Consent, Withdrawal

DIGEST_BITS = 96
"""So much of a digest a record keeps."""


def lay_out(story: Story, into: Expected) -> None:
    book = story.state.consents
    into.put("disclosure", (), story.wired("disclosure"))
    into.put("rules", (), story.wired("rule"))
    for consent_id, record in book.consents.items():
        _lay_out_record(story, into, consent_id, record)
    for (request_id, member), consent_id in book.latest.items():
        into.put("latest", (request_id, member), consent_id)
    for (request_id, member), sequence in book.sequences.items():
        into.put("sequenceOf", (request_id, member), sequence)
    into.put("holds", (), len(book.holds))
    for release_id, hold in book.holds.items():
        into.put("release_of", (hold.number,), release_id)
        into.put("hold", (hold.number,), _hold(story, hold))
    for changed in story.history.all(ConsentChanged):
        if changed.state == WITHDRAWN:
            said = story.digests.of(Withdrawal, changed.consent_id, changed)
            into.put_digest("digest", (changed.consent_id,), said)


def _lay_out_record(story: Story, into: Expected, consent_id: bytes, record: ConsentRecord) -> None:
    """head: member | state << 160 | validFrom << 168 | validUntil << 208 | released before << 248.

    body: coins | items << 32 | used << 64 | usesMaximum << 80 | request number << 96 | hold << 128 | digest << 160.
    """
    terms = record.terms
    head = int(terms.member, 16) | record.state << 160 | terms.valid_from << 168 | terms.valid_until << 208
    into.put("head", (consent_id,), head | record.has_served_before << 248)
    number = story.state.requests.requests[terms.request_id].terms.number
    hold = story.state.consents.holds[record.hold].number if record.hold is not None else 0
    body = terms.coins | terms.items << 32 | record.used << 64 | terms.uses_maximum << 80 | number << 96 | hold << 128
    into.put_digest("body", (consent_id,), _digests(story, terms), DIGEST_BITS, body)


def _digests(story: Story, terms: ConsentChanged) -> list[bytes]:
    """A question's digest its event tells whole; under a rule, the rule's id is part of the digest."""
    if terms.state == REQUESTED:
        return [words_digest(terms.consent_id, terms.member, terms.request_id, terms.items, terms.notice_hash)]
    said = story.digests.of(Consent, terms.consent_id, terms)
    for ruled in story.history.beside(terms, ConsentByRule):
        if ruled.consent_id == terms.consent_id:
            return [words_digest(digest, ruled.rule_id) for digest in said]
    return said


def _hold(story: Story, hold: Hold) -> int:
    """hold: consents | coins << 32 | state << 96 | closesBy << 104 | items << 168 | request number << 200."""
    coins = sum(story.state.consents.consents[one].terms.coins for one in hold.consents)
    number = story.state.requests.requests[hold.request_id].terms.number
    counted = len(hold.consents) | coins << 32
    return counted | hold.state << 96 | hold.closes_by << 104 | hold.items << 168 | number << 200
