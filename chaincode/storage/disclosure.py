"""What `disclosure` must hold: releases, and the digests under which they were opened and made. All from events."""

from collections import defaultdict

from chaincode.events import ConsentUsed, Disclosed
from chaincode.model.releases import ReleaseRecord
from chaincode.storage.digests import abi_digest, words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story

MADE_AT_ONCE = ("bytes32", "uint256", "bytes32", "bytes32", "uint32", "uint32", "uint32", "bytes32[]")


def lay_out(story: Story, into: Expected) -> None:
    releases, holds = story.state.releases.releases, story.state.consents.holds
    for release_id, record in releases.items():
        _lay_out_release(into, release_id, record)
        if release_id in holds:
            closes_by = holds[release_id].closes_by
            into.put("opened", (release_id,), closes_by | record.departures << 64)
            opened = words_digest(record.request_id, record.items, closes_by)
            into.put_digest("opened_digest", (release_id,), [opened])
    used: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for one in story.history.all(ConsentUsed):
        used[one.release_id].append(one.consent_id)
    for made in story.history.all(Disclosed):
        numbers = made.payload_root, made.method_hash, made.rows, made.suppressed, made.k
        if made.release_id in holds:
            digest = words_digest(*numbers)
        else:
            digest = abi_digest(MADE_AT_ONCE, made.request_id, made.items, *numbers, used[made.release_id])
        into.put_digest("disclosed_digest", (made.release_id,), [digest])


def _lay_out_release(into: Expected, release_id: bytes, record: ReleaseRecord) -> None:
    """release: partner | state << 160 | disclosedAt << 168 | acknowledged << 208 | deleted << 209 | hold << 216."""
    packed = int(record.partner, 16) | record.state << 160 | record.disclosed_at << 168
    flags = record.is_acknowledged << 208 | record.is_deleted << 209
    into.put("release", (release_id,), packed | flags | record.hold << 216)
    into.put("request_of", (release_id,), record.request_id)
    into.put("items_of", (release_id,), record.items)
    into.put("payload_root", (release_id,), record.payload_root)
