"""What an owner signs who lets somebody read a document: a token alone grants nothing, and another key ends it."""

import hashlib


def file_grant_text(
    url: str, owner: str, grant_id: str, document: str, version: int, recipient: str, until: int, cover: bytes
) -> str:
    """The text (EIP-191) that the owner's key signs. `url` is the bank's own address, `until` unix seconds; `cover` is
    the document's cover as it is sealed to the recipient.
    """
    return (
        f"I let {recipient} read a document that my information bank at {url} keeps for me.\n\n"
        f"Document: {document}, version {version}\nCover SHA-256: {hashlib.sha256(cover).hexdigest()}\n"
        f"Account: {owner}\nGrant: {grant_id}\nUntil: {until}"
    )
