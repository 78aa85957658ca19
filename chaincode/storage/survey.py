"""What `survey` must hold: surveys, their reward rules and budgets, who answered, who was paid for which partner."""

from chaincode.events import PartnerRewarded
from chaincode.model.surveys import SurveyRecord
from chaincode.storage.digests import abi_digest, words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import Answer, Correction

COINS_IN_A_SLOT, COIN_BITS = 16, 16
PUBLISHED = ("bytes32", "bytes32", "bytes32[]", "uint16[]", "uint32", "uint64", "uint64", "uint64")


def lay_out(story: Story, into: Expected) -> None:
    """partner_reward: coins | partners << 32."""
    book = story.state.surveys
    into.put("consent", (), story.wired("consent"))
    for survey_id, record in book.surveys.items():
        _lay_out_survey(into, survey_id, record)
    for survey_id, promise in book.partner_rewards.items():
        into.put("partner_reward", (survey_id,), promise.coins | promise.partners_maximum << 32)
    for (survey_id, member), answer_id in book.answer_of.items():
        into.put("answerOf", (survey_id, member), answer_id)
    for (survey_id, member), consents in book.accepted.items():
        into.put("partnersAccepted", (survey_id, member), len(consents))
    for answer_id, answered in book.answers.items():
        into.put_digest("digest", (answer_id,), story.digests.of(Answer, answer_id, answered))
    for correction_id, corrected in book.corrections.items():
        into.put_digest("digest", (correction_id,), story.digests.of(Correction, correction_id, corrected))
    for top_up_id, added in book.top_ups.items():
        into.put_digest("digest", (top_up_id,), [words_digest(added.survey_id, added.coins)])
    for rewarded in story.history.all(PartnerRewarded):
        request_id = story.state.consents.consents[rewarded.consent_id].terms.request_id
        into.put("accepted", (request_id, rewarded.member), True)


def _lay_out_survey(into: Expected, survey_id: bytes, record: SurveyRecord) -> None:
    """head: opensAt | closesAt << 64 | baseCoins << 128 | items << 160 | closed << 168; 16 item rewards a slot."""
    terms = record.terms
    head = terms.opens_at | terms.closes_at << 64 | terms.base_coins << 128
    into.put("head", (survey_id,), head | len(terms.item_coins) << 160 | record.is_closed << 168)
    into.put("titleHash", (survey_id,), terms.title_hash)
    into.put("budgetLeft", (survey_id,), record.budget_left)
    for place, label in enumerate(terms.item_label_hashes):
        into.put("label_hashes", (survey_id,), label, place)
    for place in range(0, len(terms.item_coins), COINS_IN_A_SLOT):
        coins = terms.item_coins[place : place + COINS_IN_A_SLOT]
        packed = sum(one << COIN_BITS * at for at, one in enumerate(coins))
        into.put("item_coins", (survey_id,), packed, place // COINS_IN_A_SLOT)
    numbers = terms.base_coins, terms.budget_coins, terms.opens_at, terms.closes_at
    lists = terms.item_label_hashes, terms.item_coins
    digest = abi_digest(PUBLISHED, terms.title_hash, terms.content_hash, *lists, *numbers)
    into.put_digest("digest", (survey_id,), [digest])
