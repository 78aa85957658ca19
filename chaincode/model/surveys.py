"""Surveys and answers: coins for what was answered, once (contract `survey`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chaincode.calldata import to_calldata
from chaincode.events import (
    Answered,
    BudgetAdded,
    Corrected,
    Event,
    PartnerRewarded,
    PartnerRewardSet,
    Refused,
    SurveyClosed,
    SurveyPublished,
)
from chaincode.ids import NOBODY
from chaincode.model.authority import check_agrees, check_signed
from chaincode.model.coins import Coin
from chaincode.model.ground import MEMBER, OPERATOR, Digests, Emit, Refusal, Said, is_repeated, require
from chaincode.model.membership.roster import MemberBook
from chaincode.model.quota import QuotaRules
from chaincode.typed_data import Answer, Correction

NAME = "survey"
BUDGET_MAXIMUM = 2**64 - 1


@dataclass(frozen=True)
class SurveyRecord:
    """A survey, its reward rule and what is left of its budget."""

    terms: SurveyPublished
    budget_left: int
    is_closed: bool = False

    def reward(self, items: int) -> int:
        chosen = (coins for bit, coins in enumerate(self.terms.item_coins) if items >> bit & 1)
        return self.terms.base_coins + sum(chosen)

    def has_items(self, items: int) -> bool:
        return 0 < items < 1 << len(self.terms.item_coins)

    def window_refusal(self, now: int) -> Refusal | None:
        if self.is_closed or now > self.terms.closes_at:
            return Refusal(NAME, "closed")
        return Refusal(NAME, "not open yet") if now < self.terms.opens_at else None


class SurveyBook:
    """Surveys and who answered them, from events alone."""

    def __init__(self) -> None:
        self.surveys: dict[bytes, SurveyRecord] = {}
        self.answer_of: dict[tuple[bytes, str], bytes] = {}
        """The answer that stands, by survey and member."""
        self.answers: dict[bytes, Answered] = {}
        self.corrections: dict[bytes, Corrected] = {}
        self.top_ups: dict[bytes, BudgetAdded] = {}
        self.partner_rewards: dict[bytes, PartnerRewardSet] = {}
        self.accepted: dict[tuple[bytes, str], tuple[bytes, ...]] = {}
        """Consents that a member was paid for, by survey and member."""

    def apply(self, event: Event) -> None:
        match event:
            case SurveyPublished():
                self.surveys[event.survey_id] = SurveyRecord(event, event.budget_coins)
            case SurveyClosed():
                self.surveys[event.survey_id] = replace(self.surveys[event.survey_id], is_closed=True)
            case BudgetAdded():
                self._spend(event.survey_id, -event.coins)
                self.top_ups[event.top_up_id] = event
            case Answered():
                self._spend(event.survey_id, event.coins)
                self.answer_of[event.survey_id, event.member] = event.answer_id
                self.answers[event.answer_id] = event
            case Corrected():
                self.answer_of[event.survey_id, event.member] = event.correction_id
                self.corrections[event.correction_id] = event
            case PartnerRewardSet():
                self.partner_rewards[event.survey_id] = event
            case PartnerRewarded():
                self._spend(event.survey_id, event.coins)
                key = event.survey_id, event.member
                self.accepted[key] = (*self.accepted.get(key, ()), event.consent_id)

    def acceptance_reward(self, survey_id: bytes, member: str) -> int:
        """Return what one more accepted partner earns a member."""
        promise = self.partner_rewards.get(survey_id)
        if promise is None or (survey_id, member) not in self.answer_of:
            return 0
        has_room = len(self.accepted.get((survey_id, member), ())) < promise.partners_maximum
        return promise.coins if has_room and self.surveys[survey_id].budget_left >= promise.coins else 0

    def _spend(self, survey_id: bytes, coins: int) -> None:
        survey = self.surveys[survey_id]
        self.surveys[survey_id] = replace(survey, budget_left=survey.budget_left - coins)


class Survey:
    """The rules of `survey`."""

    def __init__(
        self, book: SurveyBook, members: MemberBook, coin: Coin, quota: QuotaRules, digests: Digests, emit: Emit
    ) -> None:
        self._book, self._members, self._coin, self._quota = book, members, coin, quota
        self._digests, self._emit = digests, emit

    def publish(self, sender: str, now: int, terms: SurveyPublished) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        if self._is_repeated(terms.survey_id, terms):
            return
        require(len(terms.item_label_hashes) != 0, NAME, "no items")
        same_number = len(terms.item_label_hashes) == len(terms.item_coins)
        require(same_number, NAME, "items and coins differ in number")
        require(terms.opens_at <= terms.closes_at and now <= terms.closes_at, NAME, "window is empty")
        self._quota.check(terms.survey_id, NOBODY, terms.budget_coins, now)
        self._digests.take(NAME, terms.survey_id, terms)
        self._emit(terms)
        if terms.budget_coins != 0:
            self._quota.take(terms.survey_id, terms.budget_coins, now)

    def close(self, sender: str, survey_id: bytes) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        require(survey_id in self._book.surveys, NAME, "unknown survey")
        require(not self._book.surveys[survey_id].is_closed, NAME, "already closed")
        self._emit(SurveyClosed(survey_id))

    def top_up(self, sender: str, now: int, added: BudgetAdded) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        if self._is_repeated(added.top_up_id, (added.survey_id, added.coins)):
            return
        require(added.survey_id in self._book.surveys, NAME, "unknown survey")
        require(added.coins > 0, NAME, "amount is zero")
        left = self._book.surveys[added.survey_id].budget_left
        require(left + added.coins <= BUDGET_MAXIMUM, NAME, "budget too large")
        self._quota.check(added.top_up_id, NOBODY, added.coins, now)
        self._digests.take(NAME, added.top_up_id, (added.survey_id, added.coins))
        self._emit(added)
        self._quota.take(added.top_up_id, added.coins, now)

    def set_partner_reward(self, sender: str, survey_id: bytes, coins: int, partners_maximum: int) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        require(survey_id in self._book.surveys, NAME, "unknown survey")
        require(coins != 0 and partners_maximum != 0, NAME, "wrong reward")
        promise = PartnerRewardSet(survey_id, coins, partners_maximum)
        known = self._book.partner_rewards.get(survey_id)
        require(known is None or known == promise, NAME, "id already used")
        if known is None:
            self._emit(promise)

    def accepted(self, survey_id: bytes, member: str) -> tuple[bytes, ...]:
        """Return the consents a member was paid for."""
        return self._book.accepted.get((survey_id, member), ())

    def accept(self, survey_id: bytes, member: str, consent_id: bytes) -> None:
        """Pay for an accepted partner whose request was not paid for yet."""
        coins = self._book.acceptance_reward(survey_id, member)
        if coins:
            self._emit(PartnerRewarded(consent_id, survey_id, member, coins))
            self._coin.grant(member, coins, consent_id)

    def answer(self, sender: str, now: int, answer: Answer) -> None:
        if self._take(answer, sender, now):
            self._coin.grant(answer.member, answer.coins, answer.answer_id)

    def answer_batch(self, now: int, items: Sequence[Said[Answer]]) -> None:
        taken = []
        for item in items:
            try:
                if self._take(item.struct, item.key, now):
                    taken.append(item.struct)
            except Refusal as refusal:
                self._emit(Refused(item.struct.answer_id, str(refusal), contract=NAME))
        for answer in taken:
            self._coin.grant(answer.member, answer.coins, answer.answer_id)

    def correct(self, sender: str, now: int, correction: Correction) -> None:
        self._correct(correction, sender, now)

    def correct_batch(self, now: int, items: Sequence[Said[Correction]]) -> None:
        for item in items:
            try:
                self._correct(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.correction_id, str(refusal), contract=NAME))

    def _correct(self, correction: Correction, key: str | None, now: int) -> None:
        """Put an answer in the place of the one that stands, whatever the window and the budget."""
        if self._is_repeated(correction.correction_id, to_calldata(correction)):
            return
        survey = self._book.surveys.get(correction.survey_id)
        if survey is None:
            raise Refusal(NAME, "unknown survey")
        check_signed(self._members, NAME, key, correction.member, MEMBER, correction.deadline, now)
        require(survey.has_items(correction.items), NAME, "items outside the survey")
        standing = self._book.answer_of.get((correction.survey_id, correction.member))
        require(standing is not None and standing == correction.replaces, NAME, "not the standing answer")
        self._digests.take(NAME, correction.correction_id, to_calldata(correction))
        what = correction.replaces, correction.commitment, correction.items
        self._emit(Corrected(correction.correction_id, correction.survey_id, correction.member, *what))

    def _take(self, answer: Answer, key: str | None, now: int) -> bool:
        """Record an answer; False if it is recorded already."""
        if self._is_repeated(answer.answer_id, to_calldata(answer)):
            return False
        survey = self._book.surveys.get(answer.survey_id)
        if survey is None:
            raise Refusal(NAME, "unknown survey")
        check_signed(self._members, NAME, key, answer.member, MEMBER, answer.deadline, now)
        check_agrees(self._members, answer.member, now)
        if refusal := survey.window_refusal(now):
            raise refusal
        require(survey.has_items(answer.items), NAME, "items outside the survey")
        require(answer.coins == survey.reward(answer.items), NAME, "wrong reward")
        has_answered = (answer.survey_id, answer.member) in self._book.answer_of
        require(not has_answered, NAME, "already answered")
        require(survey.budget_left >= answer.coins, NAME, "budget exhausted")
        self._digests.take(NAME, answer.answer_id, to_calldata(answer))
        self._emit(
            Answered(answer.answer_id, answer.survey_id, answer.member, answer.commitment, answer.items, answer.coins)
        )
        return True

    def _is_repeated(self, item: bytes, content: object) -> bool:
        """One space of ids for surveys, top-ups, answers and corrections."""
        return is_repeated(self._digests, self._emit, NAME, item, content)
