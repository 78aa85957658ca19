"""The operator's own acts: surveys and coins for partners."""

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.quota import within_quota
from bank_api.index.rows import position_of
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt, SurveyReceipt
from bank_api.receipts import receipt, receipt_of_before
from bank_api.store.tables import SurveyRow
from chaincode.bindings import SurveyTerms
from chaincode.events import PartnerRewardSet
from chaincode.ids import id_from_hex, text_hash, to_hex


def publish_survey(bank: Bank, survey: Survey) -> SurveyReceipt:
    """Publish a survey: its text here, its hashes, window, rewards and budget on the ledger."""
    survey.check_rules()
    document = survey.text()
    known = bank.catalog.survey(survey.survey_id)
    if (
        known is not None
        and known.document != document
        and bank.contracts.survey.item_count(id_from_hex(survey.survey_id))
    ):
        raise IdAlreadyUsedError
    content_hash = text_hash(document)
    if known is None or known.document != document:
        row = SurveyRow(survey_id=survey.survey_id, document=document, content_hash=to_hex(content_hash))
        bank.catalog.save(row)
    terms = SurveyTerms(
        survey_id=id_from_hex(survey.survey_id),
        title=survey.title,
        content_hash=content_hash,
        item_labels=tuple(question.label for question in survey.questions),
        item_coins=tuple(question.coins for question in survey.questions),
        base_coins=survey.base_coins,
        budget_coins=survey.budget_coins,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
    )
    with within_quota(bank, terms.survey_id, survey.budget_coins):
        outcome = bank.contracts.survey.publish(bank.transactor, terms)
    return SurveyReceipt(**receipt(outcome).model_dump(), content_hash=to_hex(content_hash))


def close_survey(bank: Bank, survey_id: str) -> Receipt:
    if bank.catalog.survey(survey_id) is None:
        raise NotFoundError("survey", survey_id)
    return receipt(bank.contracts.survey.close(bank.transactor, id_from_hex(survey_id)))


def top_up(bank: Bank, survey_id: str, top_up_id: bytes, coins: int) -> Receipt:
    """Add coins to what a published survey may still pay; the same top-up never adds twice."""
    if bank.catalog.survey(survey_id) is None:
        raise NotFoundError("survey", survey_id)
    with within_quota(bank, top_up_id, coins):
        outcome = bank.contracts.survey.top_up(bank.transactor, top_up_id, id_from_hex(survey_id), coins)
    return receipt(outcome)


def sell_coins(bank: Bank, account: str, invoice_id: bytes, coins: int) -> Receipt:
    """Sell coins to a partner against an invoice; the same invoice never sells twice."""
    person = bank.directory.person(account)
    if person is None or not person.has_role("partner"):
        raise InvalidInputError("account", said("rule-no-partner"))
    with within_quota(bank, invoice_id, coins):
        outcome = bank.contracts.coin.sell(bank.transactor, account, coins, invoice_id)
    return receipt(outcome)


def set_partner_reward(bank: Bank, survey_id: str, coins: int, partners_maximum: int) -> Receipt:
    """Promise, once, coins for every partner a member accepts; the same promise again changes nothing."""
    if bank.catalog.survey(survey_id) is None:
        raise NotFoundError("survey", survey_id)
    bank.index.catch_up()
    before = bank.index.has(survey_id, PartnerRewardSet)
    bank.contracts.survey.set_partner_reward(bank.transactor, id_from_hex(survey_id), coins, partners_maximum)
    bank.index.catch_up()
    place = position_of(bank.index.events_about(survey_id, PartnerRewardSet)[0])
    return receipt_of_before(survey_id, place.block_number, place.transaction_hash, repeated=before)
