"""A promotion: what a partner shows to members whose answers fit, who are found by their own wallets (ADR 72).

The partner signs its words (EIP-191), so that nobody else speaks in its name. There is no link in it: whoever followed
one would arrive with an address and a name. What it leads to is a coupon of the partner's that everybody can buy.
"""

import re
from typing import Annotated, Any, Literal
from unicodedata import normalize

from pydantic import Field, WithJsonSchema

from bank_api.protocol.documents.condition import Condition
from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import Address, Body, Id, Short, Signature, Text, Time
from bank_api.protocol.messages.said import said
from bank_api.protocol.obeyed import COMMANDS
from pds_adapter.sealing.canonical import canonical_json

AHEAD_SECONDS = 600
"""How much a wallet's clock may be ahead of the bank's."""
ONE_IN = 4
"""One member in so many is shown every promotion, whatever was answered: so it tells little that somebody uses one."""
CHANCE_LABEL = b"azukari shown by chance 1\x00"
_LINK = re.compile(r"https?:|://|www\.|@|[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
"""Of words as NFKC spells them: Japanese keyboards write addresses in full width."""
ASKED_AGAIN_SECONDS = 90 * 86_400
"""So long a partner asks one question with one answer only: who counts what was *not* used of opposing promotions could
tell by and by who is shown both sides, and so who is not."""


class PromotionWords(Body):
    language: Literal["ja", "en"]
    title: Short
    text: Text


CONDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Condition",
    "description": "over answers: {survey_id, item, one_of}, {survey_id, item, low, high}, {all_of}, {any_of}",
    "example": {"survey_id": "0x" + "1f" * 32, "item": "age", "low": 30, "high": 49},
}


class PromotionBody(Body):
    promotion_id: Id
    words: Annotated[list[PromotionWords], Field(min_length=1, max_length=2)]
    class_id: Id
    """The coupon that it leads to."""
    until: Time
    condition: Annotated[dict[str, Any], WithJsonSchema(CONDITION_SCHEMA)]
    at: Time
    """When it was signed."""
    signature: Signature

    def check_words(self) -> None:
        """Raises FieldError for a language that comes twice, for what a screen obeys, and for a link or an address."""
        if len({one.language for one in self.words}) < len(self.words):
            raise FieldError("words", said("rule-promotion-language"))
        for index, one in enumerate(self.words):
            for name in ("title", "text"):
                if COMMANDS.search(getattr(one, name)):
                    raise FieldError(f"words[{index}].{name}", said("rule-promotion-characters"))
                if _LINK.search(normalize("NFKC", getattr(one, name))):
                    raise FieldError(f"words[{index}].{name}", said("rule-promotion-link"))


class PromotionRefusalBody(Body):
    reason: Text


def promotion_text(
    url: str,
    partner: Address,
    promotion_id: Id,
    words: list[PromotionWords],
    class_id: Id,
    until: int,
    condition: Condition,
    at: int,
) -> str:
    """The text (EIP-191) that the partner's key signs. `url` is the bank's own address, times are unix seconds."""
    said_in = "\n\n".join(f"({one.language}) {one.title}\n{one.text}" for one in words)
    return (
        f"What members of the information bank at {url} are shown if their answers fit.\n\n{said_in}\n\n"
        f"For: {canonical_json(condition.to_json()).decode()}\nCoupon: {class_id}\nUntil: {until}\n"
        f"Promotion: {promotion_id}\n\nAccount: {partner}\nSigned at: {at}"
    )


def is_by_chance(code: bytes) -> bool:
    """Whether a wallet is one of those that show everything. `code` is HMAC-SHA256 over CHANCE_LABEL by the wallet's
    own secret key: nobody else can tell, and it is the same each time and for every promotion."""
    return code[0] < 256 // ONE_IN
