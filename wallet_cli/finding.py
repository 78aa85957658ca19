"""One falsehood, as an auditor reports it."""

from dataclasses import dataclass
from typing import Any, cast

from bank_api.protocol.messages import Catalogue
from bank_api.protocol.messages.said import Said, Words
from ledger.words import sentence_in_japanese


@dataclass(frozen=True)
class Finding:
    """One thing that is false: where, what, why."""

    block: int | None
    field: Words
    """The field of the block, the event, or the contract's view."""
    reason: Words

    def to_json(self) -> dict[str, Any]:
        """In English, as programs compare it."""
        return {"block": self.block, "field": str(self.field), "reason": str(self.reason)}


class ChainsReason(Said):
    """Why the ledger's replay calls a chain false; the engine's own words are said to be in English."""

    def __init__(self, text: str) -> None:
        super().__init__("word-in-others-words", {"text": text})

    def told(self, catalogue: Catalogue) -> str:
        text = cast(str, self.values["text"])
        if catalogue.language == "en":
            return text
        return sentence_in_japanese(text) or catalogue(self.id, text=text)
