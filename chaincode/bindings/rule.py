"""The face of `rule`: standing rules under which the bank may consent on a member's behalf."""

from dataclasses import dataclass
from enum import IntEnum

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.events import CategoryNamed, PartnerCategorized
from chaincode.ids import NOBODY, text_hash
from chaincode.transactor import Transactor


class CategoryKind(IntEnum):
    """What a category groups. A purpose's place is its code, a processing's place is the legal class."""

    RECIPIENTS = 1
    PURPOSES = 2
    PROCESSING = 3


@dataclass(frozen=True)
class RuleRecord:
    """A standing rule as the contract holds it."""

    member: str
    survey_id: bytes
    is_live: bool
    item_mask: int
    recipient_mask: int
    purpose_mask: int
    processing_mask: int
    k_minimum: int
    coins_minimum: int
    uses_maximum: int
    valid_until: int


class Rule(Face):
    NAME = "rule"

    def name_category(self, transactor: Transactor, kind: CategoryKind, place: int, name: str) -> None:
        """Operator: name a category for good; the same name again changes nothing."""
        data = self._abi.function("name_category").encode((int(kind), place, text_hash(name)))
        self._events_of(transactor.send(self.address, data, rehearse=True), CategoryNamed)

    def categorize(self, transactor: Transactor, partner: str, place: int) -> None:
        """Operator: say to which category of recipients a partner belongs."""
        data = self._abi.function("categorize").encode((partner, place))
        self._events_of(transactor.send(self.address, data, rehearse=True), PartnerCategorized)

    set_rule_batch = relayed(acts.STANDING_RULE)
    set_rule = direct(acts.STANDING_RULE)
    end_rule_batch = relayed(acts.RULE_END)
    end_rule = direct(acts.RULE_END)

    def rule_of(self, rule_id: bytes) -> RuleRecord | None:
        """Return a rule, or None if it was never set."""
        record = RuleRecord(*self.read("ruleOf", rule_id))
        return record if record.member != NOBODY else None

    def sequence_of(self, member: str) -> int:
        """Return the last of a member's words about its rules; 0 before the first."""
        return int(self.read("sequenceOf", member))

    def category_of(self, partner: str) -> int:
        """Return a partner's category of recipients, counted from 1; 0 if it has none."""
        return int(self.read("categoryOf", partner))
