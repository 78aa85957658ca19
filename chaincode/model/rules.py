"""Standing rules: what a member lets the bank consent to on its behalf (contract `rule`)."""

from collections.abc import Sequence
from typing import NamedTuple

from chaincode.calldata import to_calldata
from chaincode.events import (
    CategoryNamed,
    Event,
    KeyRotated,
    PartnerCategorized,
    Refused,
    Repeated,
    RequestFiled,
    RuleEnded,
    RuleSet,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.authority import check_right, check_signed
from chaincode.model.ground import (
    MEMBER,
    OPERATOR,
    PARTNER,
    Digests,
    Emit,
    Refusal,
    Said,
    check_later,
    outdating,
    require,
)
from chaincode.model.membership.roster import MemberBook
from chaincode.model.surveys import SurveyBook
from chaincode.typed_data import RuleEnd, StandingRule

NAME = "rule"
RECIPIENTS, PURPOSES, PROCESSING = 1, 2, 3
PLACES = 32
TIME_MAXIMUM = 2**40 - 1


class Wish(NamedTuple):
    """What a consent under a rule would say."""

    member: str
    items: int
    coins: int
    uses_maximum: int
    valid_until: int


class RuleBook:
    """Rules and the categories they speak of, from events alone."""

    def __init__(self) -> None:
        self.categories: dict[tuple[int, int], bytes] = {}
        self.partner_category: dict[str, int] = {}
        self.rules: dict[bytes, RuleSet] = {}
        self.ended: set[bytes] = set()
        self.epochs: dict[str, int] = {}
        self.epoch_of_rule: dict[bytes, int] = {}
        self.sequences: dict[str, int] = {}
        """The last of each member's words."""

    def apply(self, event: Event) -> None:
        match event:
            case CategoryNamed():
                self.categories[event.kind, event.place] = event.name_hash
            case PartnerCategorized():
                self.partner_category[event.partner] = event.place
            case RuleSet():
                self.rules[event.rule_id] = event
                self.epoch_of_rule[event.rule_id] = self.epochs.get(event.member, 0)
                self._outdate(event.member, event.sequence)
            case RuleEnded():
                if event.rule_id in self.rules:
                    self.ended.add(event.rule_id)
                self._outdate(event.member, event.sequence)
            case KeyRotated():
                self.epochs[event.account] = self.epochs.get(event.account, 0) + 1

    def is_of_present_key(self, rule_id: bytes) -> bool:
        """Tell whether the member's key is still the one that a rule was set under."""
        return self.epoch_of_rule[rule_id] == self.epochs.get(self.rules[rule_id].member, 0)

    def refusal(self, rule_id: bytes, terms: RequestFiled, wish: Wish, now: int) -> Refusal | None:
        """Return what a rule does not cover of a consent to a request."""
        rule = self.rules.get(rule_id)
        if rule is None:
            return Refusal(NAME, "unknown rule")
        place = self.partner_category.get(terms.partner)
        checks = (
            (rule.member == wish.member, "of another member"),
            (rule_id not in self.ended, "has ended"),
            (self.is_of_present_key(rule_id), "of an earlier key"),
            (now <= rule.valid_until, "has run out"),
            (rule.survey_id == terms.survey_id, "does not cover the survey"),
            (place is not None and rule.recipient_mask >> place & 1 == 1, "does not cover the recipient"),
            (
                terms.purpose_code < PLACES and rule.purpose_mask >> terms.purpose_code & 1 == 1,
                "does not cover the purpose",
            ),
            (rule.processing_mask >> terms.legal_class & 1 == 1, "does not cover the processing"),
            (wish.items != 0 and wish.items & ~rule.item_mask == 0, "does not cover the items"),
            (terms.k_minimum >= rule.k_minimum, "demands a higher k"),
            (wish.coins >= rule.coins_minimum, "demands more coins"),
            (wish.uses_maximum <= rule.uses_maximum, "allows fewer uses"),
            (wish.valid_until <= rule.valid_until, "outlasts the rule"),
        )
        return next((Refusal(NAME, reason) for holds, reason in checks if not holds), None)

    def _outdate(self, member: str, sequence: int) -> None:
        self.sequences[member] = max(self.sequences.get(member, 0), sequence)

    def are_named(self, kind: int, mask: int) -> bool:
        """Tell whether a mask names at least one category and none without a name."""
        places = [place for place in range(mask.bit_length()) if mask >> place & 1]
        return bool(places) and all((kind, place) in self.categories for place in places)


class Rule:
    """The rules of `rule`."""

    def __init__(self, book: RuleBook, members: MemberBook, surveys: SurveyBook, digests: Digests, emit: Emit) -> None:
        self._book, self._members, self._surveys = book, members, surveys
        self._digests, self._emit = digests, emit

    def name_category(self, sender: str, kind: int, place: int, name_hash: bytes) -> None:
        self._only_operator(sender)
        require(kind in (RECIPIENTS, PURPOSES, PROCESSING) and place < PLACES, NAME, "unknown category")
        known = self._book.categories.get((kind, place), EMPTY_ID)
        require(known in (EMPTY_ID, name_hash), NAME, "id already used")
        self._emit(CategoryNamed(kind, place, name_hash))

    def categorize(self, sender: str, partner: str, place: int) -> None:
        self._only_operator(sender)
        require(self._book.are_named(RECIPIENTS, 1 << min(place, PLACES)), NAME, "unknown category")
        require(self._members.roles_of(partner) & PARTNER != 0, "membership", "role missing")
        self._emit(PartnerCategorized(partner, place))

    def set_rule(self, rule: StandingRule, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(rule)
        if self._digests.is_same(NAME, rule.rule_id, content):
            self._emit(Repeated(rule.rule_id, contract=NAME))
            return
        is_new = rule.rule_id != EMPTY_ID and rule.rule_id not in self._book.rules
        require(is_new, NAME, "id already used")
        check_signed(self._members, NAME, key, rule.member, MEMBER, rule.deadline, now)
        check_later(NAME, rule.sequence, self._book.sequences.get(rule.member, 0), now)
        require(now <= rule.valid_until <= TIME_MAXIMUM, NAME, "validity is empty")
        require(self._is_whole(rule), NAME, "covers nothing")
        self._digests.take(NAME, rule.rule_id, content)
        self._emit(RuleSet(*content[:-1]))

    def set_rule_batch(self, now: int, items: Sequence[Said[StandingRule]]) -> None:
        for item in items:
            try:
                self.set_rule(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.rule_id, str(refusal), contract=NAME))

    def end_rule(self, end: RuleEnd, key: str | None, now: int) -> None:
        """Direct: `key` is the sender. A rule that never came may be ended too."""
        check_right(self._members, NAME, key, end.member, end.deadline, now)
        rule = self._book.rules.get(end.rule_id)
        require(rule is None or rule.member == end.member, NAME, "of another member")
        sequence = outdating(end.sequence, now)
        is_late = rule is None and sequence <= self._book.sequences.get(end.member, 0)
        if end.rule_id in self._book.ended or is_late:
            self._emit(Repeated(end.rule_id, contract=NAME))
        else:
            self._emit(RuleEnded(end.rule_id, end.member, sequence))

    def end_rule_batch(self, now: int, items: Sequence[Said[RuleEnd]]) -> None:
        for item in items:
            try:
                self.end_rule(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.rule_id, str(refusal), contract=NAME))

    def _is_whole(self, rule: StandingRule) -> bool:
        survey = self._surveys.surveys.get(rule.survey_id)
        return (
            survey is not None
            and survey.has_items(rule.item_mask)
            and self._book.are_named(RECIPIENTS, rule.recipient_mask)
            and self._book.are_named(PURPOSES, rule.purpose_mask)
            and self._book.are_named(PROCESSING, rule.processing_mask)
            and rule.uses_maximum != 0
        )

    def _only_operator(self, sender: str) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
