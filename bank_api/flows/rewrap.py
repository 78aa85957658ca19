"""Rewrap: after a key rotation the bank wraps a member's answers anew, for the encryption key that the member has now.

The bank is a recipient of every answer, so it can hand the document's key on without opening the content; the wrap for
the key that was lost is destroyed. What is not sealed to the bank it leaves as it is. Nothing needs to be remembered:
whatever is not wrapped for the present key yet still has to be, so a run that died is finished by the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bank_api.bank import Bank
from pds_adapter.errors import AccountErasedError, AccountUnknownError, NotARecipientError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, rewrap
from pds_adapter.stores.port import Document, Put, Stored

DOCUMENTS_AT_ONCE = 100
"""How many go into one durable write."""


GRANTED = "granted."
"""Boxes of covers that are sealed to those who were let read, and never to the account itself."""


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What one run did: documents wrapped anew, and those that the bank cannot hand on."""

    wrapped: int = 0
    closed: int = 0


def wrap_for_present_key(bank: Bank, account: str) -> Rewrapped:
    """Wrap every document of the account for its present encryption key alone, and the bank's.

    A document that somebody changed meanwhile is left to the next run.
    """
    person = bank.directory.person(account)
    if person is None or person.encryption_key is None:
        return Rewrapped()
    key, wrapped, closed = PublicKey.from_hex(person.encryption_key), 0, 0
    try:
        for some in groups(document for document in bank.pds.export(account) if not _is_for(bank, document, key)):
            puts = [put for put in (_put(bank, document, key) for document in some) if put is not None]
            closed += len(some) - len(puts)
            wrapped += sum(isinstance(result, Stored) for result in bank.pds.put_many(puts)) if puts else 0
    except (AccountUnknownError, AccountErasedError):
        return Rewrapped()  # no store, nothing to wrap
    return Rewrapped(wrapped, closed)


def _is_for(bank: Bank, document: Document, key: PublicKey) -> bool:
    if document.box.startswith(GRANTED):
        return True
    return key in document.content.recipients and set(document.content.recipients) <= {key, bank.release_key.public}


def _put(bank: Bank, document: Document, key: PublicKey) -> Put | None:
    try:
        content = rewrap(document.content, bank.key_of(document.content), [key, bank.release_key.public])
    except NotARecipientError:
        return None
    alone = _without_others(content, {key, bank.release_key.public})
    return Put(document.account_id, document.box, document.name, alone, if_match=document.etag)


def _without_others(content: SealedDocument, kept: set[PublicKey]) -> SealedDocument:
    for recipient in content.recipients:
        if recipient not in kept:
            content = content.without(recipient)
    return content


def groups(documents: Iterator[Document]) -> Iterator[list[Document]]:
    """As many together as go into one durable write."""
    group: list[Document] = []
    for document in documents:
        group.append(document)
        if len(group) == DOCUMENTS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group
