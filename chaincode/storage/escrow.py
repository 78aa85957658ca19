"""What `escrow` must hold: policies, custodians and their seats, openings and contributions."""

from collections.abc import Iterable

from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.escrows import EscrowRecord
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import EscrowPolicy, OpeningRequest

CREATED, ACTIVE, REPLACED = 1, 2, 3


def lay_out(story: Story, into: Expected) -> None:
    """opening: state | notBefore << 8 | contributed << 72."""
    book = story.state.escrows
    for escrow_id, record in book.escrows.items():
        _lay_out_escrow(into, escrow_id, record)
        into.put_digest("digest", (escrow_id,), story.digests.of(EscrowPolicy, escrow_id, record.terms))
    for opening_id, opening in book.openings.items():
        terms = opening.terms
        custodians = book.escrows[terms.escrow_id].terms.custodians
        seats = _seats(custodians, (custodian for custodian, _ in opening.contributions))
        into.put("opening", (opening_id,), opening.state | terms.not_before << 8 | seats << 72)
        into.put("escrow_of", (opening_id,), terms.escrow_id)
        into.put_digest("digest", (opening_id,), story.digests.of(OpeningRequest, opening_id, terms))
        for custodian, contribution in opening.contributions:
            into.put("contributionOf", (opening_id, custodian), contribution)


def _lay_out_escrow(into: Expected, escrow_id: bytes, record: EscrowRecord) -> None:
    """escrow: owner | state << 160 | threshold << 168 | count << 176 | delay << 184 | acknowledged << 216."""
    terms = record.terms
    state = ACTIVE if record.is_active else CREATED
    if record.successor is not None:
        state = REPLACED
        into.put("replacedBy", (escrow_id,), record.successor)
    if terms.heir != NOBODY:
        into.put("heirOf", (escrow_id,), terms.heir)
    if terms.replaces != EMPTY_ID:
        into.put("replaces", (escrow_id,), terms.replaces)
    packed = int(terms.owner, 16) | state << 160
    numbers = terms.threshold << 168 | len(terms.custodians) << 176 | terms.opening_delay_seconds << 184
    into.put("escrow", (escrow_id,), packed | numbers | _seats(terms.custodians, record.acknowledged) << 216)
    into.put("commitments", (escrow_id,), terms.commitments_hash)
    for place, custodian in enumerate(terms.custodians):
        into.put("custodianAt", (escrow_id, place), custodian)
        into.put("place", (escrow_id, custodian), place + 1)


def _seats(custodians: tuple[str, ...], taken: Iterable[str]) -> int:
    """Return one bit for each custodian who did its part."""
    return sum(1 << custodians.index(custodian) for custodian in taken)
