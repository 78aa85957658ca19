"""Standing rules: the operator names categories, a member sets and ends rules, the bank consents under them.

What is sensitive (要配慮) is never under a rule: neither in one, nor consented to by one.
"""

from collections.abc import Iterator
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, InvalidInputError
from bank_api.flows.consent_office import LANGUAGE
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.preferences import unwilling
from bank_api.index.agreement import agreeing
from bank_api.index.rows import position_of
from bank_api.protocol.acts import Parts
from bank_api.protocol.documents.open_results import is_open
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.documents.synthetic import wants_made_up
from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.rules import Ruled
from bank_api.receipts import receipt, receipt_of_before
from bank_api.store.tables import CategoryRow, RequestRow
from bank_api.views.kept import notice_of, request_message, request_row, survey_of
from bank_api.views.requests import request_state
from bank_api.views.rules import KINDS, category_of, live_rules, names_of
from chaincode.bindings import ConsentState, RequestState
from chaincode.events import CategoryNamed, PartnerCategorized, RequestDecided, RuleSet
from chaincode.ids import text_hash, to_hex
from chaincode.keccak import keccak
from chaincode.typed_data import (
    CONSENT_GIVEN,
    RULE_END_STATEMENT,
    RULE_STATEMENT,
    Consent,
    DataRequest,
    RuleEnd,
    StandingRule,
)

RULED = "standing_rule.message"
UNDECIDED = (ConsentState.REQUESTED, ConsentState.EXPIRED)
"""A rule speaks only where the member said nothing that still stands."""


# ---- categories ----


def name_category(bank: Bank, kind: KindOfCategory, place: int, name: str) -> Receipt:
    """Name, for good, a category; the same name again changes nothing."""
    known = bank.catalog.category(int(KINDS[kind]), place)
    if known is not None and known.name != name:
        raise IdAlreadyUsedError
    if known is None:
        bank.catalog.save(CategoryRow(kind=int(KINDS[kind]), place=place, name=name))
    bank.contracts.rule.name_category(bank.transactor, KINDS[kind], place, name)
    bank.index.catch_up()
    named = [one for one in bank.index.events(CategoryNamed) if (one.kind, one.place) == (KINDS[kind], place)]
    at = position_of(named[0])
    return receipt_of_before(to_hex(text_hash(name)), at.block_number, at.transaction_hash, repeated=len(named) > 1)


def categorize(bank: Bank, partner: str, place: int) -> Receipt:
    """Say to which category of recipients a partner belongs from now on."""
    person = bank.directory.person(partner)
    if person is None or not person.has_role("partner"):
        raise InvalidInputError("account", said("rule-no-partner"))
    bank.contracts.rule.categorize(bank.transactor, partner, place)
    bank.index.catch_up()
    at = position_of(bank.index.events_of(partner, PartnerCategorized)[-1])
    return receipt_of_before(to_hex(text_hash(partner)), at.block_number, at.transaction_hash, repeated=False)


# ---- a member's rules ----


async def set_rule(bank: Bank, sent: Sent[StandingRule, Parts], submit: Submit) -> Receipt:
    """A member's rule; the contract knows what it covers by hashes, here its words are named."""
    await in_thread(_check, bank, sent.words)
    return receipt(await submit(sent.signed))


async def end_rule(_bank: Bank, sent: Sent[RuleEnd, Parts], submit: Submit) -> Receipt:
    """No more consents under a rule; those given stay until they are withdrawn one by one."""
    if sent.words.statement != RULE_END_STATEMENT:
        raise InvalidInputError("rule_end.message.statement", said("rule-one-of", names=RULE_END_STATEMENT))
    return receipt(await submit(sent.signed))


def _check(bank: Bank, words: StandingRule) -> None:
    if words.statement != RULE_STATEMENT:
        raise InvalidInputError(f"{RULED}.statement", said("rule-one-of", names=RULE_STATEMENT))
    survey = survey_of(bank, to_hex(words.survey_id))
    sensitive = sensitive_keys(survey, words.item_mask)
    if sensitive:
        raise InvalidInputError(f"{RULED}.item_mask", said("rule-never-by-rule", names=", ".join(sensitive)))
    if words.items != survey.labels(words.item_mask):
        raise InvalidInputError(f"{RULED}.items", said("rule-item-labels"))
    for kind in KindOfCategory:
        field, mask = kind.value, getattr(words, MASKS[kind])
        names = names_of(bank, kind, mask)
        if None in names or getattr(words, field) != tuple(names):
            raise InvalidInputError(f"{RULED}.{field}", said("rule-category-names", mask=MASKS[kind]))


MASKS = {
    KindOfCategory.RECIPIENTS: "recipient_mask",
    KindOfCategory.PURPOSES: "purpose_mask",
    KindOfCategory.PROCESSING: "processing_mask",
}


def sensitive_keys(survey: Survey, mask: int) -> list[str]:
    """The questions of a mask that no rule may cover."""
    return [question.key for question in survey.chosen(mask) if question.role == "sensitive"]


# ---- consenting under them ----


class _Wish(NamedTuple):
    """What the bank may do for one member."""

    rule: RuleSet
    words: Consent


def consent_by_rules(bank: Bank, request_id: str) -> Ruled:
    """Consent for all whose rule covers an approved request and who said nothing themselves.

    Words and ids follow from rule and request alone: a run that died is taken up by the next one, and nothing happens
    twice.
    """
    row = request_row(bank, request_id)
    bank.index.catch_up()
    if request_state(bank, request_id) != RequestState.APPROVED:
        raise ConflictError(said("refusal-request-not-approved"))
    survey, asked = survey_of(bank, row.survey_id), request_message(row)
    if is_open(asked.purpose, asked.legal_class):
        raise ConflictError(said("refusal-open-by-rule"))
    if wants_made_up(asked.purpose, asked.legal_class):
        raise ConflictError(said("refusal-made-up-by-rule"))
    sensitive = sensitive_keys(survey, asked.items)
    if sensitive:
        raise ConflictError(said("refusal-never-by-rule", names=", ".join(sensitive)))
    rules = [one for one in live_rules(bank) if one.survey_id == asked.survey_id]
    wishes = list(_wishes(bank, row, survey, asked, rules))
    pairs = [(wish.words, wish.rule.rule_id) for wish in wishes]
    outcomes = bank.contracts.consent.record_by_rule_batch(bank.transactor, pairs) if pairs else []
    return Ruled(
        consented=sum(one.accepted for one in outcomes),
        uncovered=len({one.member for one in rules}) - len(wishes),
        refused=sorted({one.reason for one in outcomes if one.reason is not None}),
    )


def _wishes(bank: Bank, row: RequestRow, survey: Survey, asked: DataRequest, rules: list[RuleSet]) -> Iterator[_Wish]:
    """One for each active member with an answer, no decision, and a rule that covers all of the request; none for whose
    preference about this company it goes too far."""
    states = [one for one in ConsentState if one not in UNDECIDED]
    decided = {one.member for one in bank.index.consents_for(row.request_id, *states)}
    active, answers = agreeing(bank.index, bank.ledger_time()), bank.index.answers(row.survey_id)
    place, notice = category_of(bank, row.partner), text_hash(notice_of(bank, row, survey).text(LANGUAGE))
    since = position_of(bank.index.events_about(row.request_id, RequestDecided)[0]).timestamp
    not_wanted = unwilling(bank, survey, asked)
    done: set[str] = set()
    for rule in rules:
        answer = answers.get(rule.member)
        if rule.member in decided | done | not_wanted or rule.member not in active:
            continue
        if answer is None or answer.items & asked.items != asked.items or not _covers(rule, asked, place):
            continue
        done.add(rule.member)
        yield _Wish(rule, _consent(rule, asked, survey, since, notice))


def _covers(rule: RuleSet, asked: DataRequest, place: int | None) -> bool:
    """Whether all of a request is in a rule; the contract asks the same, and decides."""
    coins = release_coins(asked.coins_base, asked.coins_per_item, asked.items)
    return (
        place is not None
        and bool(rule.recipient_mask >> place & 1)
        and bool(rule.purpose_mask >> asked.purpose_code & 1)
        and bool(rule.processing_mask >> asked.legal_class & 1)
        and asked.items & ~rule.item_mask == 0
        and asked.k_minimum >= rule.k_minimum
        and coins >= rule.coins_minimum
    )


def _consent(rule: RuleSet, asked: DataRequest, survey: Survey, since: int, notice: bytes) -> Consent:
    until = min(rule.valid_until, asked.valid_until)
    return Consent(
        consent_id=keccak(b"azukari ruled consent 1" + rule.rule_id + asked.request_id),
        member=rule.member,
        request_id=asked.request_id,
        request_digest=asked.struct_hash(),
        decision=CONSENT_GIVEN,
        recipient=asked.recipient,
        purpose=asked.purpose,
        items=survey.labels(asked.items),
        item_mask=asked.items,
        valid_from=since,
        valid_until=until,
        uses_maximum=rule.uses_maximum,
        coins=release_coins(asked.coins_base, asked.coins_per_item, asked.items),
        notice_hash=notice,
        sequence=0,
        deadline=until,
    )
