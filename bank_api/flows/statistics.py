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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank_api.bank import Bank
from bank_api.domain.statistics import Plan, StatisticsRelease, Variable, make_statistics, plan_of
from bank_api.domain.statistics.errors import StatisticsError
from bank_api.domain.statistics.payload import make_payload
from bank_api.domain.synthetic import release as made_up
from bank_api.domain.synthetic.errors import SyntheticError
from bank_api.domain.synthetic.making import check_installed
from bank_api.domain.synthetic.release import SyntheticPlan, SyntheticRelease
from bank_api.errors import ConflictError, IdAlreadyUsedError, NotFoundError, ReleaseNotPossibleError
from bank_api.flows import answers_opening
from bank_api.flows.cohort import Cohort, board_keys, check_size, cohort_of, live_consents
from bank_api.flows.disclose import holds_answers, k_of, only_approved, record_kept, recorded_before
from bank_api.flows.privacy_budget import audience_of, delta_of, thousandths, with_budget
from bank_api.flows.release_history import answers_hash
from bank_api.index.rows import RecordedConsent
from bank_api.protocol.documents.open_results import is_open
from bank_api.protocol.documents.release import ReleasePayload, release_context
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.documents.synthetic import wants_made_up
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.store.tables import OpenResultRow, PrivacySpentRow, ReleaseRow
from bank_api.views.kept import recorded_release, request_message, request_row, survey_of
from chaincode.bindings import LegalClass
from chaincode.errors import ContractRefusedError
from chaincode.events import ConsentUsed
from chaincode.ids import to_hex
from chaincode.typed_data import DataRequest
from pds_adapter.sealing.envelope import PublicKey, seal


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a release of statistics is to tell besides each question by itself, and what it may cost."""

    epsilon_thousandths: int = 1000
    crossed: tuple[tuple[str, ...], ...] = ()
    rows: int | None = None
    """Of made-up rows, how many: as many as there are people, unless told."""


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
            _check_installed(plan)
            making = 0 if kept is None else kept.making + 1
            kept = _make(bank, release_id, making, asked, survey, with_budget(bank, asked, consents, plan), plan)
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


def planned(bank: Bank, asked: DataRequest, survey: Survey, k: int | None, wanted: Wanted) -> Plan | SyntheticPlan:
    """Figures, or made-up rows where the request's words say so.

    Raises ReleaseNotPossibleError for what the request or the bank's settings do not allow.
    """
    if asked.legal_class != LegalClass.STATISTICAL:
        raise ConflictError(said("refusal-statistics-only"))
    least = k_of(asked, k)
    most = bank.settings.epsilon_per_partner
    if not 1 <= wanted.epsilon_thousandths <= thousandths(most):
        raise ReleaseNotPossibleError(said("refusal-epsilon", most=str(most)), rule="epsilon")
    variables = variables_of(survey, asked.items)
    if wants_made_up(asked.purpose, asked.legal_class):
        if wanted.crossed:
            raise ReleaseNotPossibleError(said("refusal-synthetic-crossed"), rule="crossed")
        try:
            return made_up.plan_of_rows(variables, least, wanted.epsilon_thousandths, wanted.rows)
        except SyntheticError as error:
            raise ReleaseNotPossibleError(error.words, rule="synthetic") from error
    if wanted.rows is not None:
        raise ReleaseNotPossibleError(said("refusal-synthetic-words"), rule="rows")
    try:
        return plan_of(variables, wanted.crossed, least, wanted.epsilon_thousandths)
    except StatisticsError as error:
        raise ReleaseNotPossibleError(error.words, rule="crossed") from error


def variables_of(survey: Survey, items: int) -> list[Variable]:
    return [
        Variable.choice(one.key, [(choice.value, choice.label) for choice in one.choices or ()])
        if one.kind == "choice"
        else Variable.number(one.key, *one.range)
        for one in survey.chosen(items)
    ]


def rehearse_statistics(bank: Bank, request_id: str, k: int | None, wanted: Wanted) -> dict[str, Any]:
    """How many people a release would be about and how exact it would be. No answer is opened."""
    bank.index.catch_up()
    row = request_row(bank, request_id)
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    plan = planned(bank, asked, survey, k, wanted)
    _check_installed(plan)
    consents = live_consents(bank, request_id, asked.items)
    able = with_budget(bank, asked, consents, plan)
    return {
        "consents": len(consents),
        "rows": len(able),
        "suppressed": 0,
        "k": plan.k,
        "loss": 0.0,
        "coins": len(able) * release_coins(asked.coins_base, asked.coins_per_item, asked.items),
        "count_error": _expected_error(plan, len(able)),
        "told_from": plan.told_from(),
        "delta": delta_of(plan) / 1e9 or None,
    }


def statistics_of(bank: Bank, account: str, release_id: str) -> str:
    """The figures that an answer of this member went into: the same that the partner got. Raises NotFoundError."""
    used = {to_hex(event.release_id) for event in bank.index.events_of(account, ConsentUsed)}
    found = recorded_release(bank, release_id) if release_id in used else None
    document = None if found is None else json.loads(found[0].method).get("statistics")
    if document is None:
        raise NotFoundError("statistics", release_id)
    return str(document)


def _still_stands(
    bank: Bank, kept: ReleaseRow, survey: Survey, consents: list[RecordedConsent], plan: Plan | SyntheticPlan
) -> bool:
    """Whether figures kept from an attempt that died may go out: nothing else is asked, each consent lives, and no
    answer in them was corrected."""
    live, answers = {consent.consent_id: consent.member for consent in consents}, bank.index.answers(survey.survey_id)
    description = json.loads(json.loads(kept.method)["description"])
    same = (
        description["k"],
        description["epsilon_thousandths"],
        description["crossed"],
        description.get("made_up_rows"),
    )
    rows = plan.rows if isinstance(plan, SyntheticPlan) else None
    wanted = (plan.k, plan.epsilon_thousandths, [list(pair) for pair in plan.crossed], rows)
    consent_ids = json.loads(kept.consent_ids)
    if not set(consent_ids) <= set(live) or same != wanted:
        return False
    return holds_answers(kept, [answers[live[consent_id]].answer_id for consent_id in consent_ids])


def _make(
    bank: Bank,
    release_id: str,
    making: int,
    asked: DataRequest,
    survey: Survey,
    consents: list[RecordedConsent],
    plan: Plan | SyntheticPlan,
) -> ReleaseRow:
    keys = board_keys(bank, release_id, asked, survey, consents, is_in_series=False)
    cohort = cohort_of(bank, survey, asked, consents, keys)  # 3.
    check_size(cohort, plan.k)
    sealed_to = bank.directory.person(asked.partner)
    if sealed_to is None or sealed_to.encryption_key is None:
        raise ConflictError(said("refusal-partner-without-key", partner=asked.partner))
    made, payload = _told([answer.values for answer in cohort.answers], plan, asked.partner)
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
    bank.catalog.save(row, *open_to_all, *_spending(bank, row, audience_of(asked), cohort, plan))  # 4.
    return row


def _check_installed(plan: Plan | SyntheticPlan) -> None:
    """Only where rows are to be made: what was made before goes out without the libraries, too."""
    if isinstance(plan, SyntheticPlan):
        try:
            check_installed()
        except SyntheticError as error:
            raise ReleaseNotPossibleError(said("refusal-needs-synthetic"), rule="synthetic") from error


def _expected_error(plan: Plan | SyntheticPlan, people: int) -> int:
    if isinstance(plan, SyntheticPlan):
        return plan.expected_error(max(1, people))
    return plan.expected_error()


def _told(
    answers: Sequence[Mapping[str, int]], plan: Plan | SyntheticPlan, audience: str
) -> tuple[StatisticsRelease | SyntheticRelease, ReleasePayload]:
    if isinstance(plan, SyntheticPlan):
        rows = made_up.make_synthetic(answers, plan, audience)
        return rows, made_up.make_payload(rows, secrets.token_bytes)
    figures = make_statistics(answers, plan, audience)
    return figures, make_payload(figures, secrets.token_bytes)


def _spending(
    bank: Bank, row: ReleaseRow, audience: str, cohort: Cohort, plan: Plan | SyntheticPlan
) -> list[PrivacySpentRow]:
    return [
        PrivacySpentRow(
            release_id=row.release_id,
            making=row.making,
            account=member,
            partner=audience,
            epsilon_thousandths=plan.epsilon_thousandths,
            delta_billionths=delta_of(plan),
            spent_at=bank.clock(),
        )
        for member in cohort.members
    ]


def _method_text(made: StatisticsRelease | SyntheticRelease, cohort: Cohort) -> str:
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
