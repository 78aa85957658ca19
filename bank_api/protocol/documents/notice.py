"""The notice a member reads before consenting, word for word; its hash goes into the signed consent.

Follows the fields of ISO/IEC TS 27560: recipient, purpose, items, legal class of the output, retention, reward, how to
withdraw. Its words stand in the catalogue, in Japanese and English; whoever puts the same values in, as text, gets the
same bytes. A wording that was ever signed stays in the catalogue, so that receipts of that time can be shown again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bank_api.protocol.documents.request import T_UNBOUNDED
from bank_api.protocol.documents.synthetic import wants_made_up
from bank_api.protocol.kinds import word_of
from bank_api.protocol.messages import Catalogue
from chaincode.events.request import LegalClass

WORDINGS = ("notice-text", "notice-text-1")
"""Messages of the catalogue, the present wording first; only that one is signed anew."""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that the notice says; `text` in one of the languages is what is hashed."""

    bank: str
    recipient: str
    purpose: str
    description: str
    items: Sequence[str]
    legal_class: int
    k_minimum: int
    l_minimum: int
    t_percent: int
    coins_base: int
    coins_per_item: int
    valid_until: int
    retention_days: int
    salt: str
    """Keeps the hash on the ledger from being compared with guesses of the notice."""

    def text(self, language: str, wording: str = WORDINGS[0]) -> str:
        """In Japanese, or in English for whoever reads something else."""
        say = Catalogue("ja" if language == "ja" else "en")
        known = {one.value: one for one in LegalClass}.get(self.legal_class)
        form = word_of(known) if known else "unknown"
        if wants_made_up(self.purpose, self.legal_class):
            form = "made-up"
        text = say(
            wording,
            recipient=self.recipient,
            purpose=self.purpose,
            description=self.description,
            items=say("notice-between").join(self.items),
            form=say(f"notice-form-{form}", k=str(self.k_minimum), l=str(self.l_minimum)),
            bound="" if self.t_percent == T_UNBOUNDED else say("notice-bound", t=str(self.t_percent)),
            until=datetime.fromtimestamp(self.valid_until, UTC).strftime("%Y-%m-%d %H:%M UTC"),
            days=str(self.retention_days),
            coins=str(self.coins_base),
            each=str(self.coins_per_item),
            bank=self.bank,
            salt=self.salt,
        )
        return text + "\n"
