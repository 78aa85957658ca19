"""Statistics: live consents and sealed answers in, figures with noise out, recorded and paid for on the ledger.

The plan of `release_statistics`:
1. what is told is fixed by the request's items, the pairs and the budget it takes, before anything is opened;
2. left out is whose budget for this partner, or for all partners together, is used up (who took part is no secret);
3. fetch, open and check the others' answers, make the figures;
4. in one transaction keep the payload, sealed to the partner, and what it took of everybody's budget;
5. record release, consents and rewards on the ledger, which reverts unless every consent is live.
Budget is spent before an answer can leave. What was kept and never went out has cost budget, never privacy; the same
id sent again hands out the same figures if its consents still stand, and new ones for new budget if not.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from bank_api.bank import Bank
from bank_api.domain.statistics import Plan, StatisticsRelease, Variable, make_statistics, plan_of
from bank_api.domain.statistics.errors import StatisticsError
from bank_api.domain.statistics.payload import make_payload
from bank_api.errors import ConflictError, IdAlreadyUsedError, NotFoundError, ReleaseNotPossibleError
from bank_api.flows import answers_opening
from bank_api.flows.disclose import (
    Cohort,
    board_keys,
    check_size,
    cohort_of,
    holds_answers,
    k_of,
    live_consents,
    only_approved,
    record_kept,
    recorded_before,
)
from bank_api.flows.release_history import answers_hash
from bank_api.index.rows import RecordedConsent, position_of
from bank_api.protocol.documents.open_results import is_open
from bank_api.protocol.documents.release import release_context
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.store.catalog import PrivacySpent
from bank_api.store.tables import OpenResultRow, PrivacySpentRow, ReleaseRow
from bank_api.views.kept import recorded_release, request_message, request_row, survey_of
from chaincode.bindings import LegalClass
from chaincode.errors import ContractRefusedError
from chaincode.events import ConsentUsed, Disclosed
from chaincode.ids import to_hex
from chaincode.typed_data import DataRequest
from pds_adapter.sealing.envelope import PublicKey, seal

DAY_SECONDS = 86_400
EVERYBODY = "everybody"
"""To whom an open result tells what it tells: it counts against what any partner may still learn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a release of statistics is to tell besides each question by itself, and what it may cost."""

    epsilon_thousandths: int = 1000
    crossed: tuple[tuple[str, ...], ...] = ()


def release_statistics(
    bank: Bank, release_id: str, request_id: str, k: int | None, wanted: Wanted
) -> tuple[Receipt, ReleaseRow]:
    """Make and record one release; see the plan above. Raises ReleaseNotPossibleError naming rule and amount."""
    with bank.releasing:
        bank.index.catch_up()
        row = request_row(bank, request_id)
        asked, survey = request_message(row), survey_of(bank, row.survey_id)
        plan = planned(bank, asked, survey, k, wanted)  # 1.
        kept = bank.catalog.release(release_id)
        if kept is not None and kept.request_id != request_id:
            raise IdAlreadyUsedError
        recorded = recorded_release(bank, release_id)
        if recorded is not None:
            return recorded_before(bank, *recorded, plan.k)
        only_approved(bank, request_id)
        consents = live_consents(bank, request_id, asked.items)
        if kept is None or not _still_stands(bank, kept, survey, consents, plan):
            making = 0 if kept is None else kept.making + 1
            kept = _make(bank, release_id, making, asked, survey, _with_budget(bank, asked, consents, plan), plan)
        try:
            made = record_kept(bank, kept, asked)  # 5.
            answers_opening.finish(bank, release_id)
            return made, kept
        except ContractRefusedError:
            bank.index.catch_up()
            recorded = recorded_release(bank, release_id)
            if recorded is None:
                bank.catalog.drop_spending(release_id, kept.making)  # its payload is gone: nobody was told anything
                raise
            return recorded_before(bank, *recorded, plan.k)


def planned(bank: Bank, asked: DataRequest, survey: Survey, k: int | None, wanted: Wanted) -> Plan:
    """Raises ReleaseNotPossibleError for what the request or the bank's settings do not allow."""
    if asked.legal_class != LegalClass.STATISTICAL:
        raise ConflictError(said("refusal-statistics-only"))
    least = k_of(asked, k)
    most = bank.settings.epsilon_per_partner
    if not 1 <= wanted.epsilon_thousandths <= thousandths(most):
        raise ReleaseNotPossibleError(said("refusal-epsilon", most=str(most)), rule="epsilon")
    try:
        return plan_of(variables_of(survey, asked.items), wanted.crossed, least, wanted.epsilon_thousandths)
    except StatisticsError as error:
        raise ReleaseNotPossibleError(error.words, rule="crossed") from error


def variables_of(survey: Survey, items: int) -> list[Variable]:
    return [
        Variable.choice(one.key, [(choice.value, choice.label) for choice in one.choices or ()])
        if one.kind == "choice"
        else Variable.number(one.key, *one.range)
        for one in survey.chosen(items)
    ]


def thousandths(epsilon: float) -> int:
    return round(epsilon * 1000)


def budget_left(bank: Bank, account: str, partner: str | None = None) -> float:
    """What a person still gives to this partner (or to all together) in the days that count."""
    settings, spent = bank.settings, spent_lately(bank)
    everybody = thousandths(settings.epsilon_per_person) - spent.of_person.get(account, 0)
    if partner is None:
        return max(0, everybody) / 1000
    own = thousandths(settings.epsilon_per_partner) - _told_to(spent, account, partner)
    return max(0, min(own, everybody)) / 1000


def spent_lately(bank: Bank) -> PrivacySpent:
    """What was spent within the days that count.

    Of a release that is on the ledger and not here (the bank was put back from an older copy) nobody knows any more
    what it took, so it counts as all that one partner may have; as open to everybody where its request is gone, too.
    """
    since = bank.clock() - bank.settings.epsilon_days * DAY_SECONDS
    spent = bank.catalog.privacy_spent(since)
    pairs, people = dict(spent.of_pair), dict(spent.of_person)
    whole = thousandths(bank.settings.epsilon_per_partner)
    for event in bank.index.events(Disclosed):
        release_id = to_hex(event.release_id)
        unknown = event.legal_class == LegalClass.STATISTICAL and release_id not in spent.releases
        if unknown and position_of(event).timestamp > since:
            row = bank.catalog.request(to_hex(event.request_id))
            audience = EVERYBODY if row is None else _audience(request_message(row))
            for used in bank.index.events_about(release_id, ConsentUsed):
                consent = bank.index.consent(to_hex(used.consent_id))
                if consent is not None:
                    pair = consent.member, audience
                    pairs[pair] = pairs.get(pair, 0) + whole
                    people[consent.member] = people.get(consent.member, 0) + whole
    return PrivacySpent(pairs, people, spent.releases)


def rehearse_statistics(bank: Bank, request_id: str, k: int | None, wanted: Wanted) -> dict[str, Any]:
    """How many people a release would be about and how exact it would be. No answer is opened."""
    bank.index.catch_up()
    row = request_row(bank, request_id)
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    plan = planned(bank, asked, survey, k, wanted)
    consents = live_consents(bank, request_id, asked.items)
    able = _with_budget(bank, asked, consents, plan)
    return {
        "consents": len(consents),
        "rows": len(able),
        "suppressed": 0,
        "k": plan.k,
        "loss": 0.0,
        "coins": len(able) * release_coins(asked.coins_base, asked.coins_per_item, asked.items),
        "count_error": plan.expected_error(),
        "told_from": plan.told_from(),
    }


def statistics_of(bank: Bank, account: str, release_id: str) -> str:
    """The figures that an answer of this member went into: the same that the partner got. Raises NotFoundError."""
    used = {to_hex(event.release_id) for event in bank.index.events_of(account, ConsentUsed)}
    found = recorded_release(bank, release_id) if release_id in used else None
    document = None if found is None else json.loads(found[0].method).get("statistics")
    if document is None:
        raise NotFoundError("statistics", release_id)
    return str(document)


def _still_stands(bank: Bank, kept: ReleaseRow, survey: Survey, consents: list[RecordedConsent], plan: Plan) -> bool:
    """Whether figures kept from an attempt that died may go out: nothing else is asked, each consent lives, and no
    answer in them was corrected."""
    live, answers = {consent.consent_id: consent.member for consent in consents}, bank.index.answers(survey.survey_id)
    description = json.loads(json.loads(kept.method)["description"])
    same = (description["k"], description["epsilon_thousandths"], description["crossed"])
    wanted = (plan.k, plan.epsilon_thousandths, [list(pair) for pair in plan.crossed])
    consent_ids = json.loads(kept.consent_ids)
    if not set(consent_ids) <= set(live) or same != wanted:
        return False
    return holds_answers(kept, [answers[live[consent_id]].answer_id for consent_id in consent_ids])


def _with_budget(
    bank: Bank, asked: DataRequest, consents: list[RecordedConsent], plan: Plan
) -> list[RecordedConsent]:  # 2.
    settings, spent = bank.settings, spent_lately(bank)
    mine, all_partners = thousandths(settings.epsilon_per_partner), thousandths(settings.epsilon_per_person)
    told = _most_told(spent) if is_open(asked.purpose, asked.legal_class) else None
    able = [
        one
        for one in consents
        if (_told_to(spent, one.member, asked.partner) if told is None else told.get(one.member, 0))
        + plan.epsilon_thousandths
        <= mine
        and spent.of_person.get(one.member, 0) + plan.epsilon_thousandths <= all_partners
    ]
    if len(able) < plan.k <= len(consents):
        raise ReleaseNotPossibleError(
            said(
                "refusal-budget-spent",
                reached=len(able),
                people=len(consents),
                least=plan.k,
                epsilon=f"{plan.epsilon_thousandths / 1000:g}",
                partner=f"{settings.epsilon_per_partner:g}",
                everybody=f"{settings.epsilon_per_person:g}",
                days=settings.epsilon_days,
            ),
            rule="budget",
            required=plan.k,
            reached=len(able),
            missing=plan.k - len(able),
        )
    return able


def _audience(asked: DataRequest) -> str:
    """Against whose share of a person's budget a release counts."""
    return EVERYBODY if is_open(asked.purpose, asked.legal_class) else asked.partner


def _told_to(spent: PrivacySpent, account: str, partner: str) -> int:
    """What this partner learned of a person: by itself, and with everybody."""
    return spent.of_pair.get((account, partner), 0) + spent.of_pair.get((account, EVERYBODY), 0)


def _most_told(spent: PrivacySpent) -> dict[str, int]:
    """What the partner who learned most of a person learned: everybody learns an open result, that one too."""
    alone: dict[str, int] = {}
    for (account, partner), thousandths_spent in spent.of_pair.items():
        if partner != EVERYBODY:
            alone[account] = max(alone.get(account, 0), thousandths_spent)
    open_to_all = {account: value for (account, partner), value in spent.of_pair.items() if partner == EVERYBODY}
    return {account: alone.get(account, 0) + open_to_all.get(account, 0) for account in {*alone, *open_to_all}}


def _make(
    bank: Bank,
    release_id: str,
    making: int,
    asked: DataRequest,
    survey: Survey,
    consents: list[RecordedConsent],
    plan: Plan,
) -> ReleaseRow:
    keys = board_keys(bank, release_id, asked, survey, consents, is_in_series=False)
    cohort = cohort_of(bank, survey, asked, consents, keys)  # 3.
    check_size(cohort, plan.k)
    sealed_to = bank.directory.person(asked.partner)
    if sealed_to is None or sealed_to.encryption_key is None:
        raise ConflictError(said("refusal-partner-without-key", partner=asked.partner))
    made = make_statistics([answer.values for answer in cohort.answers], plan, asked.partner)
    payload = make_payload(made, secrets.token_bytes)
    sealed = seal(payload.to_bytes(), [PublicKey.from_hex(sealed_to.encryption_key)], release_context(release_id))
    row = ReleaseRow(
        release_id=release_id,
        making=making,
        request_id=to_hex(asked.request_id),
        partner=asked.partner,
        sealed=sealed.to_bytes(),
        payload_root=to_hex(payload.root),
        method_hash=to_hex(made.method_hash),
        method=_method_text(made, cohort),
        rows=len(cohort.answers),
        suppressed=0,
        k=plan.k,
        loss=0.0,
        consent_ids=json.dumps(list(cohort.consent_ids)),
    )
    open_to_all = []
    if is_open(asked.purpose, asked.legal_class):
        text = payload.to_bytes().decode()
        open_to_all.append(OpenResultRow(release_id=release_id, payload_root=row.payload_root, payload=text))
    bank.catalog.save(row, *open_to_all, *_spending(bank, row, _audience(asked), cohort, plan))  # 4.
    return row


def _spending(bank: Bank, row: ReleaseRow, audience: str, cohort: Cohort, plan: Plan) -> list[PrivacySpentRow]:
    return [
        PrivacySpentRow(
            release_id=row.release_id,
            making=row.making,
            account=member,
            partner=audience,
            epsilon_thousandths=plan.epsilon_thousandths,
            spent_at=bank.clock(),
        )
        for member in cohort.members
    ]


def _method_text(made: StatisticsRelease, cohort: Cohort) -> str:
    """As of an anonymized release (`release_history.method_text`); from members the figures are no secret."""
    return json.dumps(
        {
            "salt": made.salt.hex(),
            "description": made.description,
            "attacks": "",
            "releases": 0,
            "answers": answers_hash(cohort.answer_ids),
            "statistics": made.document.to_json(),
        }
    )
