"""What `membership` must hold: accounts, retired keys, delegations, terms."""

from chaincode.events import Delegated, EncryptionKeySet, Joined, KeyRotated, Recovered, Seated, TermsAccepted
from chaincode.storage.expected import Expected
from chaincode.storage.history import time_of
from chaincode.storage.story import Story
from chaincode.typed_data import Acceptance, Appointment, Delegation, EncryptionKey, Join, KeyRotation, Seat

ROLES, SUSPENDED, RESTING, EPOCH, TERMS = 160, 176, 177, 184, 216
NO_EPOCH = 2**32 - 1


def lay_out(story: Story, into: Expected) -> None:
    """record: key | roles << 160 | suspended << 176 | resting << 177 | epoch << 184 | terms << 216.

    delegation: scope | until << 64 | since << 128 | epoch << 192.
    """
    book = story.state.members
    for number, terms_hash in enumerate(book.terms_hashes, 1):
        into.put("agreement.hashOf", (number,), terms_hash)
    into.put("agreement.statementHash", (), book.statement_hash)
    into.put("agreement.terms", (), book.terms_number | book.terms_floor << 32 | book.accept_by << 64)
    into.put("recovery", (), story.wired("recovery"))
    into.put("departures", (), book.departures)
    into.put("board_size", (), book.board_size)
    for address, account in book.accounts.items():
        state = account.is_suspended << SUSPENDED | account.is_resting << RESTING | account.epoch << EPOCH
        terms = account.terms_number << TERMS
        into.put("record", (address,), int(account.key, 16) | account.roles << ROLES | state | terms)
        into.put("encryption_key", (address,), account.encryption_key_hash)
    for key, address in book.account_by_key.items():
        into.put("alias", (key,), address)
    for (address, delegate), given in book.delegations.items():
        epoch = NO_EPOCH if given.epoch is None else given.epoch
        packed = given.scope | given.until << 64 | given.since << 128 | epoch << 192
        into.put("delegation", (address, delegate), packed)
    for pair, sequence in book.sequences.items():
        into.put("delegation.sequenceOf", pair, sequence)
    for address, sequence in book.key_sequences.items():
        into.put("key_rotation.keySequenceOf", (address,), sequence)
    for address, sequence in book.seat_sequences.items():
        into.put("quorum.seat_sequence", (address,), sequence)
    for shop, partner in book.partner_of.items():
        into.put("partnerOf", (shop,), partner)
    for delegated in story.history.all(Delegated):
        into.put_digest("delegation.digest", (delegated.delegation_id,), _delegation(story, delegated))
    _lay_out_digests(story, into)


def _lay_out_digests(story: Story, into: Expected) -> None:
    for joined in story.history.all(Joined):
        said = story.digests.of(Join, joined.join_id, joined, statement=story.history.statement(joined.join_id))
        into.put_digest("roster.digest", (joined.join_id,), said)
    for accepted in story.history.all(TermsAccepted):
        said = story.digests.of(Acceptance, accepted.acceptance_id, accepted)
        into.put_digest("roster.digest", (accepted.acceptance_id,), said)
    for rotated in story.history.all(KeyRotated):
        if not _is_recovery(story, rotated):
            said = story.digests.of(KeyRotation, rotated.rotation_id, rotated)
            into.put_digest("roster.digest", (rotated.rotation_id,), said)
    for named in story.history.all(EncryptionKeySet):
        into.put_digest("roster.digest", (named.key_id,), story.digests.of(EncryptionKey, named.key_id, named))
    for seated in story.history.all(Seated):
        into.put_digest("roster.digest", (seated.seat_id,), story.digests.of(Seat, seated.seat_id, seated))


def _is_recovery(story: Story, rotated: KeyRotated) -> bool:
    """A recovery says so right after; its digest stands in `recovery`."""
    return any(
        one.recovery_id == rotated.rotation_id
        and one.position is not None
        and rotated.position is not None
        and one.position.log_index == rotated.position.log_index + 1
        for one in story.history.beside(rotated, Recovered)
    )


def _delegation(story: Story, event: Delegated) -> list[bytes]:
    """By the account's own signature, or appointed by operator and board."""
    kind = Delegation if event.since <= time_of(event) else Appointment
    return story.digests.of(kind, event.delegation_id, event)
