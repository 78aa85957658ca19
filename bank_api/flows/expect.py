"""Expect: what a release would be like, told to the partner before it pays (ADR 67).

Of statistics nothing depends on answers: people and exactness are told as they are. Of rows, suppression and loss do. A
partner who asks after each new consent must not read anybody's answer off them:
- they are rounded coarsely, and why a release is not possible is not told but by the number of consents;
- what was told stands until k people, at least, have consented or withdrawn since: asking again tells nothing, and two
  answers that differ do so by k people, but once, where the series began meanwhile, in seats (ADR 87). It is kept,
  so that a bank that starts again does not reckon anew.
"""

import json
import math
from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, ReleaseNotPossibleError
from bank_api.flows import cohort, disclose, statistics
from bank_api.index.rows import RecordedConsent
from bank_api.protocol.documents.release import SUPPRESSION_LIMIT
from bank_api.protocol.messages.said import said
from bank_api.store.tables import ExpectationRow, RequestRow
from bank_api.views.kept import is_told_in_homes, request_message, request_row
from chaincode.bindings import LegalClass
from chaincode.typed_data import DataRequest


def expectation(bank: Bank, account: str, request_id: str, wanted: statistics.Wanted) -> dict[str, Any]:
    """Raises ReleaseNotPossibleError where a release would be refused, ForbiddenError for another partner's request."""
    row = request_row(bank, request_id)
    if row.partner != account:
        raise ForbiddenError(said("refusal-anothers-request"))
    asked = request_message(row)
    if asked.legal_class == LegalClass.STATISTICAL:
        told = statistics.rehearse_statistics(bank, request_id, None, wanted)
        return told | {"loss": None}
    consents = _enough(bank, request_id, asked)
    kept = _standing(bank, row, asked, consents)
    if kept is None:
        with bank.releasing:
            consents = _enough(bank, request_id, asked)  # with what was decided while a release was made
            kept = _standing(bank, row, asked, consents) or _reckoned(bank, row, asked, consents)
    told = json.loads(kept.told)
    if told is None or "rows" not in told:
        raise ReleaseNotPossibleError(said("refusal-not-expected", k=asked.k_minimum), rule="policy")
    return dict(told) | {"as_of": kept.made_at}


def _enough(bank: Bank, request_id: str, asked: DataRequest) -> list[RecordedConsent]:
    """The consents as the ledger has them now. Raises ReleaseNotPossibleError where they are fewer than k."""
    bank.index.catch_up()
    consents = cohort.live_consents(bank, request_id, asked.items)
    if len(consents) < asked.k_minimum:
        missing = asked.k_minimum - len(consents)
        told_of = said("refusal-k-not-reached", k=asked.k_minimum, reached=len(consents), missing=missing)
        raise ReleaseNotPossibleError(told_of, rule="k", missing=missing)
    return consents


def _standing(
    bank: Bank, row: RequestRow, asked: DataRequest, consents: Sequence[RecordedConsent]
) -> ExpectationRow | None:
    """What was told last, unless k people have decided since; who only renewed a consent has not."""
    kept = bank.catalog.expectation(row.request_id)
    if kept is None or _in_homes(kept) != is_told_in_homes(bank, row):
        return None
    now, before = {one.consent_id: one for one in consents}, json.loads(kept.consent_ids)
    found = [now.get(one) or bank.index.consent(one) for one in before]
    people = {one.member for one in found if one is not None}
    return None if len(people ^ {one.member for one in consents}) >= asked.k_minimum else kept


def _reckoned(bank: Bank, row: RequestRow, asked: DataRequest, consents: Sequence[RecordedConsent]) -> ExpectationRow:
    """Anew, and kept before it is told."""
    kept = ExpectationRow(
        request_id=row.request_id,
        consent_ids=json.dumps([one.consent_id for one in consents]),
        told=json.dumps(_rehearsed(bank, row, asked, consents)),
        made_at=bank.clock(),
    )
    bank.catalog.save(kept)
    return kept


def _in_homes(kept: ExpectationRow) -> bool:
    return bool((json.loads(kept.told) or {}).get("come_and_go"))


def _rehearsed(bank: Bank, row: RequestRow, asked: DataRequest, consents: Sequence[RecordedConsent]) -> dict[str, Any]:
    """Where no release is possible, only what the series is told in."""
    in_homes: dict[str, Any] = {"come_and_go": is_told_in_homes(bank, row)}
    try:
        told = disclose.rehearse(bank, row.request_id, None, SUPPRESSION_LIMIT, consents)
    except ReleaseNotPossibleError:
        return in_homes
    if together := told.get("answers_together"):
        in_homes["answers_together"] = math.ceil(together / 10) * 10
    return in_homes | {
        "consents": told["consents"],
        "rows": told["rows"] // 10 * 10,
        "k": asked.k_minimum,
        "loss": math.ceil(told["loss"] * 10) / 10,
        "coins": told["coins"],
    }
