"""What `draw` must hold: draws, their entries in order, and the nonces shown, mixed."""

from collections import Counter, defaultdict
from dataclasses import fields

from chaincode.events import DrawOpened, NonceShown
from chaincode.model.draws import DrawRecord
from chaincode.storage.digests import words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import Entry

OPEN, DRAWN = 1, 2


def lay_out(story: Story, into: Expected) -> None:
    """entry: member | state << 160 | draw number << 168."""
    book = story.state.draws
    into.put("opened", (), len(book.draws))
    shown: Counter[bytes] = Counter()
    mixed: defaultdict[bytes, int] = defaultdict(int)
    for one in story.history.all(NonceShown):
        shown[one.draw_id] += 1
        mixed[one.draw_id] ^= int.from_bytes(words_digest(one.entry_id, one.nonce, one.draw_id), "big")
    for number, (draw_id, record) in enumerate(book.draws.items(), start=1):
        _lay_out_draw(into, draw_id, record, number, shown[draw_id])
        into.put("mix", (draw_id,), mixed[draw_id])
        for place, entry_id in enumerate(record.entries):
            entry = book.entries[entry_id]
            into.put("entryAt", (draw_id, place), entry_id)
            into.put("entry", (entry_id,), int(entry.terms.member, 16) | entry.state << 160 | number << 168)
            into.put("nonce_hash", (entry_id,), entry.terms.nonce_hash)
            into.put_digest("digest", (entry_id,), story.digests.of(Entry, entry_id, entry.terms))


def _lay_out_draw(into: Expected, draw_id: bytes, record: DrawRecord, number: int, counted: int) -> None:
    """draw: price | prizes << 32 | entriesMaximum << 64 | entries << 96 | counted << 128 | state << 160.

    From bit 168 on its number. window: opensAt | closesAt << 64 | noncesUntil << 128 | revealUntil << 192.
    """
    terms = record.terms
    numbers = terms.price | terms.prizes << 32 | terms.entries_maximum << 64 | len(record.entries) << 96
    state = DRAWN if record.is_drawn else OPEN
    into.put("draw", (draw_id,), numbers | counted << 128 | state << 160 | number << 168)
    window = terms.opens_at | terms.closes_at << 64 | terms.nonces_until << 128 | terms.reveal_until << 192
    into.put("window", (draw_id,), window)
    into.put("drawAt", (number,), draw_id)
    into.put("title_hash", (draw_id,), terms.title_hash)
    into.put("commitment", (draw_id,), terms.commitment)
    values = (getattr(terms, field.name) for field in fields(DrawOpened) if field.name != "position")
    into.put_digest("digest", (draw_id,), [words_digest(*values)])
