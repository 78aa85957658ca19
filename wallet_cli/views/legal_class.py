"""The legal class of what a request asks for, in words."""

from chaincode.events.request import LegalClass
from wallet_cli.messages import Messages


def legal_class_told(say: Messages, number: int) -> str:
    """Its name; the bare number if no contract knows it."""
    known = {one.value: one for one in LegalClass}.get(number)
    return say.named("state-class", known.name) if known else str(number)
