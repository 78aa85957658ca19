"""What `membership` must hold: accounts, retired keys, delegations, terms."""

from chaincode.events import Delegated, Joined, KeyRotated
from chaincode.ids import EMPTY_ID, checksummed
from chaincode.storage.digests import words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import Delegation, Join, KeyRotation

ROLES, SUSPENDED = 160, 176


def lay_out(story: Story, into: Expected) -> None:
    """record: key | roles << 160 | suspended << 176; delegation: scope | until << 64."""
    book = story.state.members
    into.put("termsHash", (), book.terms_hash)
    into.put("statementHash", (), book.statement_hash)
    into.put("departures", (), book.departures)
    for address, account in book.accounts.items():
        packed = int(account.key, 16) | account.roles << ROLES | account.is_suspended << SUSPENDED
        into.put("record", (address,), packed)
    for key, address in book.account_by_key.items():
        into.put("alias", (key,), address)
    for (address, delegate), (scope, until) in book.delegations.items():
        into.put("delegation", (address, delegate), scope | until << 64)
    for shop, partner in book.partner_of.items():
        into.put("partnerOf", (shop,), partner)
    for joined in story.history.all(Joined):
        said = story.digests.of(Join, joined.join_id, joined, statement=story.history.statement(joined.join_id))
        into.put_digest("roster.digest", (joined.join_id,), said)
    for delegated in story.history.all(Delegated):
        into.put_digest("delegation.digest", (delegated.delegation_id,), _delegation(story, delegated))
    _lay_out_rotations(story, into, taken={joined.join_id for joined in story.history.all(Joined)})


def _delegation(story: Story, event: Delegated) -> list[bytes]:
    """By the account's own signature, or appointed by the operator: that digest the event tells whole."""
    appointed = words_digest(event.account, event.delegate, event.scope, event.until, event.evidence_hash)
    call = story.digests.call("membership", event)
    if (call and call.function == "appoint") or event.evidence_hash != EMPTY_ID:
        return [appointed]
    return story.digests.of(Delegation, event.delegation_id, event)


def _lay_out_rotations(story: Story, into: Expected, taken: set[bytes]) -> None:
    """The holder's own rotation keeps a digest under an id that no event tells; the operator's keeps none.

    A batch may carry one rotation under several ids, of which one counted: an id that something else took was not it.
    If that leaves more than one, or another contract brought the message, only the number of such slots is known.
    """
    offered = []
    for rotated in story.history.all(KeyRotated):
        if story.digests.call("membership", rotated) is None:
            into.unplaced["roster.digest"] += 1
        else:
            offered.append(_offered(story, rotated))
    for found in sorted(offered, key=len):
        left = {item: digests for item, digests in found.items() if item not in taken}
        if len(left) > 1:
            into.unplaced["roster.digest"] += 1
            continue
        for item, digests in left.items():
            into.put_digest("roster.digest", (item,), digests)
            taken.add(item)


def _offered(story: Story, event: KeyRotated) -> dict[bytes, list[bytes]]:
    """Return the digests of the messages that a rotation may have come from, by id."""
    found: dict[bytes, list[bytes]] = {}
    for said, digest in story.digests.messages(KeyRotation, event):
        accounts = checksummed(said["account"]), checksummed(said["new_key"])
        if (*accounts, said["evidence_hash"]) == (event.account, event.new_key, event.evidence_hash):
            found.setdefault(said["rotation_id"], []).append(digest)
    return found
