"""The face of `survey`: surveys with reward rules, and one answer per member that stands."""

from dataclasses import dataclass

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.events import BudgetAdded, Sign, SurveyClosed, SurveyPublished
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.transactor import Transactor


@dataclass(frozen=True)
class SurveyTerms:
    """What the operator publishes: the texts stay here, the ledger gets their hashes."""

    survey_id: bytes
    title: str
    content_hash: bytes
    item_labels: tuple[str, ...]
    item_coins: tuple[int, ...]
    base_coins: int
    budget_coins: int
    opens_at: int
    closes_at: int


class Survey(Face):
    NAME = "survey"

    def publish(self, transactor: Transactor, terms: SurveyTerms) -> Outcome:
        """Operator: publish a survey."""
        arguments = (
            terms.survey_id,
            text_hash(terms.title),
            terms.content_hash,
            [text_hash(label) for label in terms.item_labels],
            list(terms.item_coins),
            terms.base_coins,
            terms.budget_coins,
            terms.opens_at,
            terms.closes_at,
        )
        return self._single(transactor, "publish", arguments, terms.survey_id, Sign(SurveyPublished))

    def set_partner_reward(self, transactor: Transactor, survey_id: bytes, coins: int, partners_maximum: int) -> None:
        """Operator: promise, once, coins for every partner a member accepts; the same promise again is none."""
        data = self._abi.function("set_partner_reward").encode((survey_id, coins, partners_maximum))
        transactor.send(self.address, data, rehearse=True)

    def close(self, transactor: Transactor, survey_id: bytes) -> Outcome:
        """Operator: take no further answers."""
        return self._single(transactor, "close", (survey_id,), survey_id, Sign(SurveyClosed), "already closed")

    def top_up(self, transactor: Transactor, top_up_id: bytes, survey_id: bytes, coins: int) -> Outcome:
        """Operator: add coins to what a survey may still pay."""
        return self._single(transactor, "top_up", (top_up_id, survey_id, coins), top_up_id, Sign(BudgetAdded))

    answer_batch = relayed(acts.ANSWER)
    answer = direct(acts.ANSWER)
    correct_batch = relayed(acts.CORRECTION)
    correct = direct(acts.CORRECTION)

    def answer_of(self, survey_id: bytes, member: str) -> bytes | None:
        """Return the id of the member's answer that stands, or None."""
        answer_id = bytes(self.read("answerOf", survey_id, member))
        return answer_id if answer_id != EMPTY_ID else None

    def is_open(self, survey_id: bytes) -> bool:
        return bool(self.read("isOpen", survey_id))

    def item_count(self, survey_id: bytes) -> int:
        """Return the number of items, 0 for an unknown survey."""
        return int(self.read("itemCount", survey_id))

    def reward_for(self, survey_id: bytes, items: int) -> int:
        return int(self.read("rewardFor", survey_id, items))

    def budget_left(self, survey_id: bytes) -> int:
        return int(self.read("budgetLeft", survey_id))

    def labels_hash(self, survey_id: bytes, items: int) -> bytes:
        return bytes(self.read("labelsHash", survey_id, items))

    def partner_reward(self, survey_id: bytes) -> int:
        """Return the coins for each accepted partner, 0 if none are promised."""
        return int(self.read("partnerReward", survey_id))

    def partners_accepted(self, survey_id: bytes, member: str) -> int:
        return int(self.read("partnersAccepted", survey_id, member))

    def title_hash(self, survey_id: bytes) -> bytes:
        return bytes(self.read("titleHash", survey_id))
