"""Documents that the ledger knows only by hash: surveys, requests, releases, coupon classes, redemption offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    ApprovalRevocationRow,
    CancelledOfferRow,
    CategoryRow,
    CouponClassRow,
    DelegatedActRow,
    DrawerRow,
    DrawRow,
    ExpectationRow,
    OpenResultRow,
    PolicyRow,
    PrivacySpentRow,
    ReasonRow,
    RedemptionRow,
    ReleaseHistoryRow,
    ReleaseReadingRow,
    ReleaseRow,
    RequestRow,
    SurveyRow,
)

_HISTORY = statements.columns(ReleaseHistoryRow)
_WITH_HISTORY = select(_HISTORY["survey_id"]).order_by(_HISTORY["survey_id"])
_SPENT = statements.columns(PrivacySpentRow)
_SPENT_SINCE = (
    select(
        _SPENT["account"],
        _SPENT["partner"],
        func.sum(_SPENT["epsilon_thousandths"]),
        func.sum(_SPENT["delta_billionths"]),
    )
    .where(_SPENT["spent_at"] > bindparam("since"))
    .group_by(_SPENT["account"], _SPENT["partner"])
)
_RELEASE = statements.columns(ReleaseRow)
_TOLD = select(_RELEASE["loss"], _RELEASE["method"]).where(
    _RELEASE["release_id"] == bindparam("release_id"), _RELEASE["payload_root"] == bindparam("payload_root")
)
_REQUEST = statements.columns(RequestRow)
_METHODS = select(_RELEASE["method"]).where(
    _RELEASE["request_id"] == _REQUEST["request_id"], _REQUEST["survey_id"] == bindparam("survey_id")
)
_SPENT_FOR = select(_SPENT["release_id"]).distinct()

Kept = (
    SurveyRow
    | RequestRow
    | ApprovalRevocationRow
    | ExpectationRow
    | OpenResultRow
    | ReleaseRow
    | ReleaseHistoryRow
    | PrivacySpentRow
    | CouponClassRow
    | RedemptionRow
    | DrawRow
    | DrawerRow
    | ReasonRow
    | PolicyRow
    | CancelledOfferRow
    | CategoryRow
    | DelegatedActRow
)


@dataclass(frozen=True, slots=True)
class PrivacySpent:
    """What statistics have told of people, in thousandths of epsilon."""

    of_pair: Mapping[tuple[str, str], int]
    """By (account, partner)."""
    of_person: Mapping[str, int]
    releases: frozenset[str]
    """Ids of those whose spending is known, whenever it was."""
    deltas: Mapping[str, int] = field(default_factory=dict)
    """Of a person, in billionths: made-up rows have some."""


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, *rows: Kept) -> None:
        """Add, or overwrite the rows of the same ids: all of them, or none."""
        self._database.save(*rows)

    def survey(self, survey_id: str) -> SurveyRow | None:
        return self._database.get(SurveyRow, survey_id=survey_id)

    def surveys(self) -> Sequence[SurveyRow]:
        return self._database.all(SurveyRow)

    def request(self, request_id: str) -> RequestRow | None:
        return self._database.get(RequestRow, request_id=request_id)

    def requests(self, partner: str | None = None) -> Sequence[RequestRow]:
        return self._database.all(RequestRow, **({} if partner is None else {"partner": partner}))

    def revocation(self, request_id: str) -> ApprovalRevocationRow | None:
        """Why an approval was taken back."""
        return self._database.get(ApprovalRevocationRow, request_id=request_id)

    def open_result(self, release_id: str, payload_root: str) -> OpenResultRow | None:
        return self._database.get(OpenResultRow, release_id=release_id, payload_root=payload_root)

    def all_releases(self) -> Sequence[ReleaseRow]:
        """Every making of every release."""
        return self._database.all(ReleaseRow)

    def release(self, release_id: str, payload_root: str | None = None) -> ReleaseRow | None:
        """The making with this root, or the last one made."""
        root = {} if payload_root is None else {"payload_root": payload_root}
        makings = self._database.all(ReleaseRow, release_id=release_id, **root)
        return max(makings, key=lambda row: row.making, default=None)

    def release_told(self, release_id: str, payload_root: str) -> tuple[float, str] | None:
        """Loss and method of the making with this root, without its payload; None where there is no such making."""
        with self._database.reading() as moment:
            found = moment.execute(_TOLD, {"release_id": release_id, "payload_root": payload_root}).all()
        return (found[0][0], found[0][1]) if found else None

    def methods_over(self, survey_id: str) -> list[str]:
        """Of every making of every release over a survey."""
        with self._database.reading() as moment:
            return moment.scalars(_METHODS, {"survey_id": survey_id})

    def expectation(self, request_id: str) -> ExpectationRow | None:
        """What was told last."""
        return self._database.get(ExpectationRow, request_id=request_id)

    def note_reading(self, row: ReleaseReadingRow) -> None:
        values = row.model_dump(exclude={"id"})
        self._database.write(lambda moment: statements.add(moment, ReleaseReadingRow, [values]))

    def readings_of(self, partner: str) -> Sequence[ReleaseReadingRow]:
        """Every handing over to a partner, in order."""
        return sorted(self._database.all(ReleaseReadingRow, partner=partner), key=lambda row: row.id or 0)

    def release_history(self, survey_id: str) -> ReleaseHistoryRow | None:
        return self._database.get(ReleaseHistoryRow, survey_id=survey_id)

    def surveys_with_history(self) -> list[str]:
        """Ids of surveys over which a release of sensitive answers was made."""
        with self._database.reading() as moment:
            return moment.scalars(_WITH_HISTORY)

    def privacy_spent(self, since: int) -> PrivacySpent:
        """What was spent after this moment (unix seconds)."""
        with self._database.reading() as moment:
            found = moment.execute(_SPENT_SINCE, {"since": since}).all()
            releases = frozenset(moment.scalars(_SPENT_FOR))
        pairs = {(account, partner): int(spent) for account, partner, spent, _ in found}
        people, deltas = dict[str, int](), dict[str, int]()
        for account, _, spent, delta in found:
            people[account] = people.get(account, 0) + int(spent)
            deltas[account] = deltas.get(account, 0) + int(delta)
        return PrivacySpent(pairs, people, releases, deltas)

    def drop_release(self, release_id: str, payload_root: str) -> None:
        def work(moment: Moment) -> None:
            for kind in (ReleaseRow, OpenResultRow):
                statements.drop(moment, kind, [{"release_id": release_id, "payload_root": payload_root}])

        self._database.write(work)

    def drop_spending(self, release_id: str, making: int) -> None:
        """Of a making that the ledger refused and nobody can have seen."""

        def work(moment: Moment) -> None:
            statements.drop(moment, PrivacySpentRow, [{"release_id": release_id, "making": making}])

        self._database.write(work)

    def coupon_class(self, class_id: str) -> CouponClassRow | None:
        return self._database.get(CouponClassRow, class_id=class_id)

    def coupon_classes(self) -> Sequence[CouponClassRow]:
        return self._database.all(CouponClassRow)

    def redemption(self, redemption_id: str) -> RedemptionRow | None:
        return self._database.get(RedemptionRow, redemption_id=redemption_id)

    def redemptions_of(self, shop: str) -> Sequence[RedemptionRow]:
        return self._database.all(RedemptionRow, shop=shop)

    def draw(self, draw_id: str) -> DrawRow | None:
        return self._database.get(DrawRow, draw_id=draw_id)

    def draws(self) -> dict[str, DrawRow]:
        """Every draw's words, by its id."""
        return {row.draw_id: row for row in self._database.all(DrawRow)}

    def drawers(self, draw_id: str) -> dict[str, str]:
        """The keys of a draw's drawers, by account."""
        return {row.account: row.encryption_key for row in self._database.all(DrawerRow, draw_id=draw_id)}

    def reason(self, reason_hash: str) -> ReasonRow | None:
        return self._database.get(ReasonRow, reason_hash=reason_hash)

    def policy(self, policy_id: str) -> PolicyRow | None:
        return self._database.get(PolicyRow, policy_id=policy_id)

    def is_cancelled(self, redemption_id: str) -> bool:
        return self._database.get(CancelledOfferRow, redemption_id=redemption_id) is not None

    def category(self, kind: int, place: int) -> CategoryRow | None:
        return self._database.get(CategoryRow, kind=kind, place=place)

    def categories(self) -> Sequence[CategoryRow]:
        return self._database.all(CategoryRow)

    def delegated_acts(self, account: str) -> Sequence[DelegatedActRow]:
        """What others sent in an account's name."""
        return self._database.all(DelegatedActRow, account=account)
