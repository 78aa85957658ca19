"""Standing rules: the categories that they speak of, the rules of a member, and what was consented under them."""

from pydantic import Field

from bank_api.protocol.fields import Paged, Shape
from bank_api.protocol.shapes.coupons import NamedAccount


class Category(Shape):
    """A group of recipients, purposes or kinds of processing; `place` is the bit that stands for it in a rule."""

    kind: str
    place: int
    name: str | None
    """None where it was named past the bank."""
    partners: list[NamedAccount]
    """Of recipients: who belongs to it now."""


class Categories(Shape):
    categories: list[Category]
    uncategorized: list[NamedAccount] = Field(default_factory=list)
    """Companies that belong to no category of recipients: no standing rule reaches them."""


class RuledConsent(Shape):
    """A consent that the bank gave under a rule."""

    consent_id: str
    request_id: str
    recipient: str | None
    purpose: str | None
    state: str
    time: int


class RuleView(Shape):
    rule_id: str
    survey_id: str
    title: str | None
    """Of the survey."""
    items: list[str]
    item_labels: list[str]
    recipients: list[str]
    purposes: list[str]
    processing: list[str]
    k_minimum: int
    coins_minimum: int
    uses_maximum: int
    valid_until: int
    state: str
    time: int
    consents: list[RuledConsent]


class Rules(Paged):
    rules: list[RuleView]


class Ruled(Shape):
    """What one run over the standing rules gave."""

    consented: int
    uncovered: int
    """Members who have a rule over this survey that does not cover the request, or who decided themselves."""
    refused: list[str]
    """Why the contract took some not."""
