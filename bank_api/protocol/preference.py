"""What a member lets one company have at all: a signed word that narrows standing rules and the wallet, never widens.

The bank keeps the latest word of a member about each company, with its signature, which shows whose it is. A bank that
kept a word back would be found out by what it consented to beyond it, which the ledger tells the member.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Body, Short, Signature, Time
from bank_api.protocol.kinds import Form

AHEAD_SECONDS = 600
"""How much a wallet's clock may be ahead of the bank's."""


class PreferenceBody(Body):
    forms: list[Annotated[Form, Field(strict=False)]]
    """In which the company may have data; none means not at all."""
    items: Annotated[list[Short], Field(max_length=64)]
    """Keys of the questions that it may have, of any survey; none named means all."""
    at: Time
    """When it was signed: a later word replaces an earlier one, and not the other way round."""
    signature: Signature


def preference_text(url: str, account: Address, partner: Address, forms: list[Form], items: list[str], at: int) -> str:
    """The text (EIP-191) that the account's key signs. `url` is the bank's own address, `at` unix seconds."""
    allowed = ", ".join(sorted(forms)) or "nothing"
    return (
        f"What my information bank at {url} may give to one company at most.\n\n"
        f"Company: {partner}\nForms: {allowed}\nQuestions: {', '.join(sorted(items)) or 'all'}\n\n"
        f"Account: {account}\nSigned at: {at}"
    )
