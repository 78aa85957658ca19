"""Coins on their way above the quota: the words that a member of the board proposed, and the approvals under them.

They travel as files from hand to hand until a majority has signed, then as a request to the bank, which keeps nothing.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Shape, Signature
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import CoinIssue, Quota

Approvals = Annotated[list[Signature], Field(max_length=15, default_factory=list)]


class QuotaBody(Body):
    """`quota` is signed by whoever proposed it; the approvals sign the same words, in any order."""

    quota: Annotated[SignedBody, schema_of(Quota)]
    approvals: Approvals


class IssueBody(Body):
    """`issue` is signed by whoever proposed it; the approvals sign the same words, in any order."""

    issue: Annotated[SignedBody, schema_of(CoinIssue)]
    approvals: Approvals


class QuotaView(Shape):
    """How many coins the operator may bring into being in a period, by sales and surveys' budgets together."""

    coins: int
    period_seconds: int
    used: int
    """In the period of now."""
    left: int
    ends_at: int | None
    """Seconds since 1970; null if no period runs: it begins with the next coins."""
