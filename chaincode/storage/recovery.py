"""What `recovery` must hold: circles of guardians, recoveries that wait, and the digests of what was said."""

from chaincode.events import GuardiansNamed, Recovered, RecoveryBegun
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import Guardians, Recovery

FINAL = 1 << 64


def lay_out(story: Story, into: Expected) -> None:
    """circle: threshold | guardians << 8 | waitSeconds << 16 | since << 48. pending: ready at | final << 64."""
    book = story.state.recoveries
    for account, circles in book.circles.items():
        into.put("circles", (account,), len(circles))
        for one in circles:
            packed = one.threshold | len(one.guardians) << 8 | one.wait_seconds << 16 | one.since << 48
            into.put("circle", (account, one.number), packed)
            for guardian in one.guardians:
                into.put("guards", (account, one.number, guardian), 1)
    for account, sequence in book.guardians_sequences.items():
        into.put("guardians_sequence", (account,), sequence)
    for account, sequence in book.recovery_sequences.items():
        into.put("recovery_sequence", (account,), sequence)
    for account in {begun.account for begun in story.history.all(RecoveryBegun)}:
        waits = book.pending.get(account)
        into.put("pending_id", (account,), waits.recovery_id if waits else 0)
        into.put("pending", (account,), waits.ready_at | waits.is_final * FINAL if waits else 0)
    for named in story.history.all(GuardiansNamed):
        into.put_digest("digest", (named.guardians_id,), story.digests.of(Guardians, named.guardians_id, named))
    begun_ids = set()
    for begun in story.history.all(RecoveryBegun):
        begun_ids.add(begun.recovery_id)
        into.put_digest("digest", (begun.recovery_id,), story.digests.of(Recovery, begun.recovery_id, begun))
    for done in story.history.all(Recovered):
        if done.recovery_id not in begun_ids:
            into.put_digest("digest", (done.recovery_id,), story.digests.of(Recovery, done.recovery_id, done))
