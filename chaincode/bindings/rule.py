"""The face of `rule`: standing rules under which the bank may consent on a member's behalf."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from chaincode.bindings.face import Face
from chaincode.bindings.outcome import Outcome, Signed, of_kind
from chaincode.events import CategoryNamed, PartnerCategorized, RuleEnded, RuleSet
from chaincode.ids import NOBODY, text_hash
from chaincode.transactor import Transactor
from chaincode.typed_data import RuleEnd, StandingRule


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

    def set_rule_batch(self, transactor: Transactor, rules: Sequence[Signed[StandingRule]]) -> list[Outcome]:
        return self._batch(transactor, "set_rule_batch", rules, of_kind(RuleSet), gas_per_item=200_000)

    def set_rule(self, transactor: Transactor, rule: StandingRule) -> Outcome:
        """A member sets a rule by a transaction of its own."""
        return self._direct(transactor, "set_rule", rule, of_kind(RuleSet))

    def end_rule_batch(self, transactor: Transactor, ends: Sequence[Signed[RuleEnd]]) -> list[Outcome]:
        return self._batch(transactor, "end_rule_batch", ends, of_kind(RuleEnded), gas_per_item=70_000)

    def end_rule(self, transactor: Transactor, end: RuleEnd) -> Outcome:
        """A member ends a rule by a transaction of its own."""
        return self._direct(transactor, "end_rule", end, of_kind(RuleEnded))

    def rule_of(self, rule_id: bytes) -> RuleRecord | None:
        """Return a rule, or None if it was never set."""
        record = RuleRecord(*self.read("ruleOf", rule_id))
        return record if record.member != NOBODY else None

    def category_of(self, partner: str) -> int:
        """Return a partner's category of recipients, counted from 1; 0 if it has none."""
        return int(self.read("categoryOf", partner))
