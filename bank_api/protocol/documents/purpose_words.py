"""Fixed words at the end of a purpose, which ask for a kind of statistics: board and members read and sign them."""

from chaincode.events.request import LegalClass


def asked_by(words: str, purpose: str, legal_class: int) -> bool:
    """Whether a request of this purpose asks by these words: they are its end, and it is one of statistics."""
    return legal_class == LegalClass.STATISTICAL and purpose.endswith(words)


def ending_with(words: str, purpose: str) -> str:
    """The purpose with these words at its end, once."""
    return purpose if purpose.endswith(words) else f"{purpose.rstrip()} {words}"
