"""A person asks to become a member, by a word that the wallet's key signs; the operator answers."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Body, Short, Signature, Text, Time
from bank_api.protocol.notices import Email

AHEAD_SECONDS = 600
"""How much a wallet's clock may be ahead of the bank's."""
SENT_WITHIN_SECONDS = 86_400
"""How old a word may be by which somebody registers: one that was kept from long ago brings nobody back."""
_CODE = "registration:"


class RegistrationBody(Body):
    account: Address
    """The address of the wallet's key: it becomes the account."""
    name: Short
    email: Email | None = None
    """Where to write what the operator decided."""
    words: Annotated[str, Field(min_length=1, max_length=1000)]
    """Who I am to the bank, so that the operator can judge."""
    at: Time
    """When it was signed."""
    signature: Signature


class RegistrationRefusalBody(Body):
    reason: Text


def registration_text(url: str, account: str, name: str, email: str | None, words: str, at: int) -> str:
    """The text (EIP-191) that the account's key signs. `url` is the bank's own address, `at` unix seconds."""
    return (
        f"I ask to become a member of the information bank at {url}.\n\n"
        f"Name: {name}\nE-mail: {email or 'none'}\nWhy: {words}\n\nAccount: {account}\nSigned at: {at}"
    )


def registered_code(account: str) -> str:
    """What somebody joins with whose registration was approved. No secret: nobody else can join with it."""
    return _CODE + account


def is_registered_code(code: str) -> bool:
    return code.startswith(_CODE)
