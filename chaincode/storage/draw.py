"""What `draw` must hold: draws, their drawers and parts, their entries in order, and what the parts shown come to."""

from collections import defaultdict

from chaincode.events import PartsShown
from chaincode.model.draws import DrawRecord
from chaincode.storage.digests import abi_digest, words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import DrawBinding, Entry

TERMS = "(bytes32,bytes32,bytes32,uint32,uint32,uint32,uint64,uint64,uint64)"


def lay_out(story: Story, into: Expected) -> None:
    """entry: member | state << 160 | draw number << 168."""
    book = story.state.draws
    into.put("opened", (), len(book.draws))
    shown: defaultdict[bytes, dict[int, bytes]] = defaultdict(dict)
    for one in story.history.all(PartsShown):
        shown[one.draw_id].update(zip(one.parts, one.secrets, strict=True))
    for number, (draw_id, record) in enumerate(book.draws.items(), start=1):
        refunded = sum(book.entries[one].is_refunded for one in record.entries)
        _lay_out_draw(into, draw_id, record, number, refunded)
        _lay_out_drawers(into, draw_id, record, shown[draw_id])
        entropy = bytes(32)
        for place, entry_id in enumerate(record.entries):
            entry = book.entries[entry_id]
            entropy = words_digest(entropy, entry_id, entry.terms.nonce)
            into.put("entryAt", (draw_id, place), entry_id)
            into.put("entry", (entry_id,), int(entry.terms.member, 16) | entry.state << 160 | number << 168)
            into.put("nonce", (entry_id,), entry.terms.nonce)
            into.put_digest("digest", (entry_id,), story.digests.of(Entry, entry_id, entry.terms))
        into.put("entropy", (draw_id,), entropy if record.entries else 0)
    for (draw_id, part), commitment in book.commitments.items():
        into.put("commitmentOf", (draw_id, part), commitment)
    for binding_id, bound in book.bindings.items():
        into.put_digest("digest", (binding_id,), story.digests.of(DrawBinding, binding_id, bound))


def _lay_out_draw(into: Expected, draw_id: bytes, record: DrawRecord, number: int, refunded: int) -> None:
    """draw: price | prizes << 32 | entriesMaximum << 64 | entries << 96 | refunded << 128 | state << 160.

    From bit 168 on its number. window: opensAt | closesAt << 64 | refundsFrom << 128.
    """
    terms = record.terms
    numbers = terms.price | terms.prizes << 32 | terms.entries_maximum << 64 | len(record.entries) << 96
    into.put("draw", (draw_id,), numbers | refunded << 128 | record.state << 160 | number << 168)
    into.put("window", (draw_id,), terms.opens_at | terms.closes_at << 64 | terms.refunds_from << 128)
    into.put("drawAt", (number,), draw_id)
    into.put("title_hash", (draw_id,), terms.title_hash)
    words = (draw_id, terms.title_hash, terms.prize_hash, terms.price, terms.prizes, terms.entries_maximum)
    terms_value = (*words, terms.opens_at, terms.closes_at, terms.refunds_from)
    into.put_digest("digest", (draw_id,), [abi_digest((TERMS, "address[]"), terms_value, terms.drawers)])


def _lay_out_drawers(into: Expected, draw_id: bytes, record: DrawRecord, shown: dict[int, bytes]) -> None:
    """drawers: count | bound << 8 | parts shown << 16 | which parts << 64; the part of drawers a < b is 8a + b."""
    drawers = record.terms.drawers
    bound = sum((drawer in record.bound) << place for place, drawer in enumerate(drawers))
    which = sum(1 << part for part in shown)
    into.put("drawers", (draw_id,), len(drawers) | bound << 8 | len(shown) << 16 | which << 64)
    for place, drawer in enumerate(drawers):
        into.put("drawerAt", (draw_id, place), drawer)
    mix = 0
    for part, secret in shown.items():
        mix ^= int.from_bytes(words_digest(part, secret), "big")
    into.put("mix", (draw_id,), mix)
