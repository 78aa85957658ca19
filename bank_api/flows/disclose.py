"""Disclose: live consents and sealed answers in, one anonymized release out, recorded and paid for on the ledger.

The plan of `release`:
1. read the live consents for the request from the ledger, keep those that cover the items;
2. fetch and open those members' answers, check each against its commitment on the ledger; where the board shares the
   release key, this waits until enough of it have contributed (`answers_opening`);
3. anonymize, as one more of all releases over the survey, and let the independent verifier measure the result; a failed
   policy ends here, nothing sent or recorded; if a consent ended meanwhile, from 1. again without it;
4. seal the payload to the partner and keep it under the release id, with the history that counts it;
5. record release, consents and rewards on the ledger in one transaction, which reverts unless every consent is live.
A release that dies after step 4 is sent again under its id: if its consents still stand the kept payload is recorded,
otherwise it is made anew. Delivery looks at the ledger first: an unrecorded payload is never handed out.
"""

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bank_api.bank import Bank
from bank_api.domain.anonymize import AnonymizedRelease, ReleasePolicy, anonymize
from bank_api.domain.anonymize.errors import AnonymizeError, PolicyUnreachableError, SchemaError, StillReadError
from bank_api.domain.anonymize.seats import History, new_history
from bank_api.domain.anonymize.suppress import TooManyLeftOutError
from bank_api.domain.attacked import release_unread
from bank_api.domain.payload import make_payload
from bank_api.errors import ConflictError, IdAlreadyUsedError, ReleaseNotPossibleError
from bank_api.flows import answers_opening
from bank_api.flows.answers_opening import Keys
from bank_api.flows.cohort import (
    RELEASE_SECONDS_MAX,
    Cohort,
    board_keys,
    check_size,
    cohort_of,
    live_consents,
    standing_of,
)
from bank_api.flows.release_history import answers_hash, columns_of, history_of, keep, method_text, value_of
from bank_api.index.rows import RecordedConsent, position_of
from bank_api.protocol.documents.release import release_context
from bank_api.protocol.documents.request import T_UNBOUNDED, release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt, receipt_of_before
from bank_api.store.tables import OpeningOrderRow, ReleaseRow
from bank_api.views.kept import recorded_release, request_message, request_row, survey_of, told_in_homes
from bank_api.views.requests import request_state
from chaincode.bindings import LegalClass, Outcome, Release, RequestState
from chaincode.errors import ContractRefusedError
from chaincode.events import ConsentUsed, Disclosed
from chaincode.ids import id_from_hex, to_hex
from chaincode.typed_data import DataRequest
from pds_adapter.sealing.envelope import PublicKey, seal

COME_AND_GO = "come_and_go"
"""The field of a policy that holds for a whole series."""
MAKINGS_MAX, MAKING_SECONDS_MAX = 5, 60
"""How often a release is made because consents that it stands on ended while it was made, and until when that begins
again: others wait for it. Then the ledger is asked all the same, and refuses."""


@dataclass(frozen=True, slots=True)
class Made:
    """A release that nobody has seen, and the history that counts it."""

    row: ReleaseRow
    history: History | None

    def stands_on(self, consents: Sequence[RecordedConsent]) -> bool:
        """Whether all that it was made of are among these."""
        return set(json.loads(self.row.consent_ids)) <= {consent.consent_id for consent in consents}


def release(
    bank: Bank,
    release_id: str,
    request_id: str,
    k: int | None,
    suppression_limit: float,
    come_and_go: bool | None = None,
) -> tuple[Receipt, ReleaseRow]:
    """Make and record one release; see the plan above. Raises ReleaseNotPossibleError naming rule and amount.

    `come_and_go`: asks for homes or for seats at the first release of a series; None: as it began, else homes.
    """
    order = OpeningOrderRow(opening_id=release_id, k=k, suppression_limit=suppression_limit, come_and_go=come_and_go)
    with bank.releasing, answers_opening.ordered(bank, order):
        bank.index.catch_up()  # what was decided while another release was made
        row = request_row(bank, request_id)
        asked, survey = request_message(row), survey_of(bank, row.survey_id)
        policy = policy_of(asked, survey, k, suppression_limit, come_and_go)
        kept = bank.catalog.release(release_id)
        if kept is not None and kept.request_id != request_id:
            raise IdAlreadyUsedError
        recorded = recorded_release(bank, release_id)
        if recorded is not None:
            return recorded_before(bank, *recorded, policy.k, come_and_go)
        only_approved(bank, request_id)
        consents = live_consents(bank, request_id, asked.items)  # 1.
        if kept is None or not _still_stands(bank, kept, asked, survey, consents, policy):
            making = 0 if kept is None else kept.making + 1
            enough = bank.clock() + MAKING_SECONDS_MAX
            for left in reversed(range(MAKINGS_MAX)):
                made = _make(bank, release_id, making, row.partner, asked, survey, consents, policy)  # 2. and 3.
                bank.index.catch_up()
                consents = live_consents(bank, request_id, asked.items)
                if left == 0 or bank.clock() > enough or made.stands_on(consents):
                    break
            kept = made.row
            keep(bank, kept, survey.survey_id, made.history)  # 4.
        try:
            recorded_now = record_kept(bank, kept, asked)  # 5.
            answers_opening.finish(bank, release_id)
            return recorded_now, kept
        except ContractRefusedError:
            bank.index.catch_up()
            recorded = recorded_release(bank, release_id)
            if recorded is None:
                raise
            return recorded_before(bank, *recorded, policy.k, come_and_go)  # an earlier making was sealed after all


def rehearse(
    bank: Bank,
    request_id: str,
    k: int | None,
    suppression_limit: float,
    consents: Sequence[RecordedConsent] | None = None,
    come_and_go: bool | None = None,
) -> dict[str, Any]:
    """Steps 1 to 3 of a release, and nothing kept of them, of those who consent now or of `consents`. Raises
    ReleaseNotPossibleError as the release would."""
    bank.index.catch_up()
    row = request_row(bank, request_id)
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    policy = policy_of(asked, survey, k, suppression_limit, come_and_go)
    consents = live_consents(bank, request_id, asked.items) if consents is None else consents  # 1.
    cohort = cohort_of(bank, survey, asked, consents)  # 2.
    check_size(cohort, policy.k)
    made, _history, _attacks = anonymized(bank, survey, asked, cohort, policy)  # 3.
    coins = len(cohort.consent_ids) * release_coins(asked.coins_base, asked.coins_per_item, asked.items)
    left_out = Counter(one.why.value for one in made.suppressions for _ in one.rows)
    told = {"rows": made.rows, "suppressed": made.suppressed, "k": made.k, "loss": made.loss, "left_out": left_out}
    if made.document.come_and_go:
        told["answers_together"] = round(made.measured.answers_together[0])
    return told | {"consents": len(consents), "coins": coins, "come_and_go": made.document.come_and_go}


def recorded_before(
    bank: Bank, row: ReleaseRow, event: Disclosed, k: int, come_and_go: bool | None = None
) -> tuple[Receipt, ReleaseRow]:
    """The receipt of a release that the ledger has already, unless less or something else was asked for than now."""
    answers_opening.finish(bank, row.release_id)
    settle_rest(bank, row)
    if row.k < k or not _told_as(row, come_and_go):
        raise IdAlreadyUsedError
    place = position_of(event)
    return receipt_of_before(row.release_id, place.block_number, place.transaction_hash), row


def only_approved(bank: Bank, request_id: str) -> None:
    """No answer is opened for a request that the contract would refuse. Raises ConflictError."""
    if request_state(bank, request_id) != RequestState.APPROVED:
        raise ConflictError(said("refusal-request-not-approved"))


def _still_stands(
    bank: Bank,
    kept: ReleaseRow,
    asked: DataRequest,
    survey: Survey,
    consents: Sequence[RecordedConsent],
    policy: ReleasePolicy,
) -> bool:
    """Whether a payload kept from an attempt that died may still go out: same consents, none of its answers corrected,
    and as anonymous as asked."""
    standing = standing_of(bank, asked, survey, consents)
    same = json.loads(kept.consent_ids) == [consent.consent_id for consent, _ in standing]
    as_asked = kept.k >= policy.k and _told_as(kept, policy.come_and_go)
    return same and as_asked and holds_answers(kept, [answer.answer_id for _, answer in standing])


def _told_as(kept: ReleaseRow, come_and_go: bool | None) -> bool:
    """In homes or not, as is asked; where nothing is, in either."""
    return come_and_go is None or come_and_go == told_in_homes(kept.method)


def holds_answers(kept: ReleaseRow, answer_ids: Sequence[str]) -> bool:
    """Whether a payload was made of just these answers; of one that an earlier program made nobody can tell."""
    return bool(json.loads(kept.method).get("answers") == answers_hash(answer_ids))


def policy_of(
    asked: DataRequest, survey: Survey, k: int | None, suppression_limit: float, come_and_go: bool | None = None
) -> ReleasePolicy:
    if asked.legal_class != LegalClass.ANONYMIZED:
        raise ConflictError(said("refusal-only-anonymized"))
    wanted = k_of(asked, k)
    released = {question.key: question for question in survey.questions if question.key in survey.keys(asked.items)}
    sensitive = [key for key, question in released.items() if question.role == "sensitive"]
    return ReleasePolicy(
        k=wanted,
        l=dict.fromkeys(sensitive, asked.l_minimum),
        t=dict.fromkeys(sensitive, asked.t_percent / 100) if asked.t_percent < T_UNBOUNDED else {},
        come_and_go=come_and_go,
        suppression_limit=suppression_limit,
        audience=asked.partner,
    )


def k_of(asked: DataRequest, k: int | None) -> int:
    """What a release of this request must reach. Raises ReleaseNotPossibleError for less than the request says."""
    wanted = asked.k_minimum if k is None else k
    if wanted < asked.k_minimum:
        raise ReleaseNotPossibleError(said("refusal-k-below-request", least=asked.k_minimum, wanted=wanted), rule="k")
    return wanted


def _make(
    bank: Bank,
    release_id: str,
    making: int,
    partner: str,
    asked: DataRequest,
    survey: Survey,
    consents: Sequence[RecordedConsent],
    policy: ReleasePolicy,
) -> Made:
    """The release, sealed to its partner and to the bank; nothing is kept of it yet."""
    keys = board_keys(bank, release_id, asked, survey, consents, is_in_series=bool(policy.l))
    cohort = cohort_of(bank, survey, asked, consents, keys)  # 2.
    check_size(cohort, policy.k)
    made, history, attacks = anonymized(bank, survey, asked, cohort, policy, keys)  # 3.
    sealed_to = bank.directory.person(partner)
    if sealed_to is None or sealed_to.encryption_key is None:
        raise ConflictError(said("refusal-partner-without-key", partner=partner))
    payload = make_payload(made, secrets.token_bytes)
    readers = [
        PublicKey.from_hex(sealed_to.encryption_key),
        bank.release_key.public,
    ]  # ours, to prove members their rows
    sealed = seal(payload.to_bytes(), readers, release_context(release_id))
    row = ReleaseRow(
        release_id=release_id,
        making=making,
        request_id=to_hex(asked.request_id),
        partner=partner,
        sealed=sealed.to_bytes(),
        payload_root=to_hex(payload.root),
        method_hash=to_hex(made.method_hash),
        method=method_text(made, history, attacks, cohort.answer_ids),
        rows=made.rows,
        suppressed=made.suppressed,
        k=made.k,
        loss=made.loss,
        consent_ids=json.dumps(list(cohort.consent_ids)),
    )
    return Made(row, history)


def anonymized(
    bank: Bank, survey: Survey, asked: DataRequest, cohort: Cohort, policy: ReleasePolicy, keys: Keys | None = None
) -> tuple[AnonymizedRelease, History | None, str]:
    """One more of all releases over this survey to anybody; comparing them tells nothing of sensitive answers.

    With it the history that counts it, and the report of the attacks on all of them.
    """
    columns = columns_of(survey, asked)
    rows = [{one.name: value_of(one, answer.values[one.name]) for one in columns} for answer in cohort.answers]
    chance = secrets.SystemRandom()
    try:
        if not policy.l:
            if policy.come_and_go:
                raise SchemaError(COME_AND_GO, "a series protects sensitive columns, and none is declared")
            return anonymize(rows, columns, policy, chance), None, ""
        history = history_of(bank, survey.survey_id, keys) or new_history(chance)
        made, history, attacked = release_unread(rows, cohort.members, columns, policy, history, chance)
        return made.attacked(attacked.hash), history, attacked.text
    except PolicyUnreachableError as error:
        raise ReleaseNotPossibleError(
            fault(error), rule=error.rule, required=error.required, reached=error.reached, missing=error.missing
        ) from error
    except SchemaError as error:
        if error.field != COME_AND_GO:
            raise ReleaseNotPossibleError(fault(error)) from error
        raise ReleaseNotPossibleError(fault(error), rule=COME_AND_GO, hint=said("hint-come-and-go")) from error
    except AnonymizeError as error:
        raise ReleaseNotPossibleError(fault(error), hint=_hint(error)) from error


def _hint(error: AnonymizeError) -> Said | None:
    if isinstance(error, StillReadError):
        return said("hint-still-read", makings=error.makings)
    return said("hint-suppression") if isinstance(error, TooManyLeftOutError) else None


def record_kept(bank: Bank, row: ReleaseRow, asked: DataRequest) -> Receipt:
    """Record a kept release; one that the contract refuses is kept no longer."""
    consent_ids = [id_from_hex(consent_id) for consent_id in json.loads(row.consent_ids)]
    try:
        outcome = record(bank, row, asked.items, consent_ids)
    except ContractRefusedError:
        bank.catalog.drop_release(row.release_id, row.payload_root)
        raise
    return receipt(outcome)


def record(bank: Bank, row: ReleaseRow, items: int, consent_ids: Sequence[bytes]) -> Outcome:
    """Record a release and pay its rewards; the contract refuses unless every consent is live now."""
    made = Release(
        release_id=id_from_hex(row.release_id),
        request_id=id_from_hex(row.request_id),
        items=items,
        payload_root=id_from_hex(row.payload_root),
        method_hash=id_from_hex(row.method_hash),
        rows=row.rows,
        suppressed=row.suppressed,
        k=row.k,
    )
    closes_by = bank.ledger_time() + RELEASE_SECONDS_MAX
    return bank.contracts.disclosure.disclose(bank.transactor, made, list(consent_ids), closes_by)


def settle_rest(bank: Bank, kept: ReleaseRow) -> None:
    """Pay whom a large release, recorded before a crash, still owes; a release in one transaction owes nobody."""
    paid = {to_hex(event.consent_id) for event in bank.index.events_about(kept.release_id, ConsentUsed)}
    owed = [id_from_hex(consent_id) for consent_id in json.loads(kept.consent_ids) if consent_id not in paid]
    if owed:
        bank.contracts.disclosure.settle(bank.transactor, id_from_hex(kept.release_id), owed)
