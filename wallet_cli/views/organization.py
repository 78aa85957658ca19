"""What partners, shops, the board and the operator see."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.shapes.coupons import CouponOffer, NamedAccount, ShopRedemption
from bank_api.protocol.shapes.releases import ReleaseReceipt, ReleaseView
from bank_api.protocol.shapes.requests import BoardDecision, RequestView
from bank_api.protocol.shapes.rules import Category
from bank_api.protocol.shapes.summaries import OperatorSummary, PartnerSummary
from bank_api.protocol.shapes.surveys import SurveyView
from chaincode.events.request import LegalClass
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.release import OpenedRelease
from wallet_cli.views.legal_class import legal_class_told
from wallet_cli.views.statistics import loss_told, made_up, statistics, told_in

if TYPE_CHECKING:
    from wallet_cli.request_drafts import RequestDraft

ROWS_SHOWN = 10


def requests(say: Messages, rows: Iterable[RequestView]) -> Table:
    columns = say.words(
        "id", "recipient", "purpose", "items", "legal-class", "k", "persons", "coins-each", "until", "state", "consents"
    )
    return table(
        say("word-requests"),
        columns,
        (
            (
                short(request.request_id),
                request.recipient,
                request.purpose,
                ", ".join(request.items),
                legal_class_told(say, request.legal_class),
                request.k_minimum,
                request.persons_maximum,
                request.coins_base + request.coins_per_item * len(request.items),
                say.moment(request.valid_until),
                _state(say, request),
                _counted(say, "state", request.consents or {}),
            )
            for request in rows
        ),
        right=(5, 6, 7),
    )


def request_drafts(say: Messages, found: "Mapping[str, RequestDraft]") -> Table:
    columns = say.words("name", "purpose", "items", "persons", "until")
    rows = (
        (name, one.terms.purpose, ", ".join(one.items), one.terms.persons_maximum, say.moment(one.terms.valid_until))
        for name, one in found.items()
    )
    return table(say("word-request-drafts"), columns, rows, right=(3,))


def request(say: Messages, one: RequestView, signed: Sequence[str] = ()) -> RenderableType:
    """Everything the board weighs; `signed` are the keys under a decision that is still on its way."""
    labels = dict(zip(one.items, one.item_labels, strict=False))
    rows = [
        ("id", one.request_id),
        ("recipient", one.recipient),
        ("purpose", one.purpose),
        ("purpose-code", purpose_told(say, one.purpose_code, one.purpose_name)),
        ("items", "\n".join(one.item_labels)),
        ("legal-class", legal_class_told(say, one.legal_class)),
        ("k-at-least", one.k_minimum),
        ("l-at-least", one.l_minimum),
        ("t-at-most", f"{one.t_percent} %"),
        ("persons-at-most", one.persons_maximum),
        ("coins", say("word-coins-and", base=one.coins_base, each=one.coins_per_item)),
        ("coins-most", one.coins_most),
        ("sensitive", "\n".join(labels.get(item, item) for item in one.sensitive) or say("word-none")),
        ("history", _history(say, one.partner_history or {})),
        ("decided-by", "\n".join(_signers(one.decision, one.decided_by))),
        *_revoked(say, one),
        *([("signed-so-far", "\n".join(signed))] if signed else ()),
        *([("approvals-needed", one.approvals_needed)] if one.state == "filed" and one.approvals_needed else ()),
        ("until", say.moment(one.valid_until)),
        ("kept-for", say("word-days", count=one.retention_days)),
        ("state", _state(say, one)),
        *([] if one.come_and_go is None else [("told-in", told_in(say, one.come_and_go))]),
    ]
    told = facts(say("word-request"), [(say(f"word-{name}"), value) for name, value in rows])
    return Group(told, Panel(escape(one.description), title=say("word-reason-asked")))


def _signers(signed: BoardDecision | None, told: Sequence[str] | None) -> Sequence[str]:
    """Whoever signed, with accounts that can be compared."""
    if signed is None:
        return told or ()
    return [f"{signer.name} {signer.account}" for signer in signed.signers]


def _state(say: Messages, one: RequestView) -> str:
    """An approval is taken back; revoked, in other words, are consents."""
    return say("state-approval-revoked") if one.state == "revoked" else say.named("state", one.state)


def _revoked(say: Messages, one: RequestView) -> list[tuple[str, str]]:
    """Who took the approval back, when, and why."""
    if one.revoked_at is None:
        return []
    by = "\n".join(_signers(one.revocation, one.revoked_by))
    return [("revoked-by", by), ("revoked-at", say.moment(one.revoked_at)), ("revoked-why", one.revocation_note or "")]


def releases(say: Messages, rows: Iterable[ReleaseView]) -> Table:
    columns = say.words(
        "id", "recipient", "purpose", "rows", "suppressed", "k", "loss", "time", "acknowledged", "delete-by"
    )
    return table(
        say("word-releases"),
        columns,
        (
            (
                short(release.release_id),
                release.recipient or release.partner,
                release.purpose,
                release.rows,
                release.suppressed,
                release.k,
                "" if release.legal_class == LegalClass.STATISTICAL else loss_told(release.loss),
                say.moment(release.time),
                _acknowledged(say, release),
                _delete_by(say, release),
            )
            for release in rows
        ),
        right=(3, 4, 5, 6),
    )


def begins(say: Messages, one: RequestView, come_and_go: bool) -> str | None:
    """What the first release of its sensitive items begins for good; None for any other release."""
    if one.legal_class != LegalClass.ANONYMIZED or not one.sensitive or one.come_and_go is not None:
        return None
    return say("ask-begins-homes" if come_and_go else "ask-begins-seats")


def made_release(say: Messages, made: ReleaseReceipt) -> Text:
    """A release that the bank has just made."""
    names = ("release_id", "recipient", "purpose", "rows", "suppressed", "k", "loss", "payload_root")
    told = {name: getattr(made, name) for name in names} | {"loss": loss_told(made.loss)}
    lines = [(say.named("word", name), value) for name, value in told.items()]
    if made.come_and_go:
        lines.append((say("word-told-in"), told_in(say, made.come_and_go)))
    return facts(say("word-release"), lines)


def opened_release(say: Messages, opened: OpenedRelease, said_by: str, written: Iterable[Path] = ()) -> RenderableType:
    """The first rows, and what was checked of all; `said_by` (a message) named the root they were held against."""
    if opened.statistics is not None:
        return statistics(say, opened.statistics)
    rows = ([row[name] for name in opened.columns] for row in opened.rows[:ROWS_SHOWN])
    checked = [
        ("rows", len(opened.rows)),
        ("left-out", opened.suppressed),
        ("k-measured", opened.k),
        ("loss", loss_told(opened.loss)),
        ("payload-root", say("word-root-said", root=f"0x{opened.payload_root.hex()}", who=say(said_by))),
        ("files-written", ", ".join(map(str, written))),
    ]
    title = say("word-first-rows", count=min(ROWS_SHOWN, len(opened.rows)))
    told = [(say(f"word-{name}"), value) for name, value in checked]
    heading = f"{say('word-release')} {short(opened.release_id)}"
    shown = Group(table(title, opened.columns, rows), facts(heading, told))
    return shown if opened.made_up is None else Group(made_up(say, opened.made_up), shown)


def redemptions(say: Messages, rows: Iterable[ShopRedemption]) -> Table:
    return table(
        say("word-redemptions"),
        say.words("id", "coupon", "state", "time", "until"),
        (
            (
                short(one.redemption_id),
                one.title,
                say.named("state", one.state),
                "" if one.time is None else say.moment(one.time),
                say.moment(one.deadline) if one.state == "offered" else "",
            )
            for one in rows
        ),
    )


def totals(say: Messages, day: str, coupons: Mapping[str, int], coins: int) -> Text:
    """What a till took in one day."""
    rows: list[tuple[str, object]] = [*coupons.items(), (say("word-coins-received"), coins)]
    return facts(say("word-totals-of", day=day), rows)


def summary(say: Messages, title: str, counts: PartnerSummary | OperatorSummary) -> Text:
    """Counts under a heading (a message), nested ones on one line."""

    def line(name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return _counted(say, "state" if name == "consents" else "word", value) or "0"
        return str(value)

    return facts(say(title), [(say.named("word", name), line(name, value)) for name, value in counts])


def _history(say: Messages, counts: Mapping[str, int]) -> str:
    """What became of a partner's requests; of nothing nothing is told."""
    told = (
        say("word-counted", name=say.find(f"word-history-{name}") or say.named("state", name), count=str(count))
        for name, count in counts.items()
        if count
    )
    return ", ".join(told)


def _counted(say: Messages, group: str, counts: Mapping[str, int]) -> str:
    told = (say("word-counted", name=say.named(group, name), count=str(count)) for name, count in counts.items())
    return ", ".join(told)


def _delete_by(say: Messages, release: ReleaseView) -> str:
    if release.deleted_at is not None:
        return say("word-deleted-at", time=say.moment(release.deleted_at))
    if release.deletion_overdue and release.deletion_due is not None:
        return say("inbox-overdue", at=say.moment(release.deletion_due))
    return "" if release.deletion_due is None else say.moment(release.deletion_due)


def _acknowledged(say: Messages, release: ReleaseView) -> str:
    if release.recorded_outside:
        return say("state-outside")
    return say("word-yes") if release.acknowledged else say("word-no")


def series(say: Messages, waves: Sequence[Survey]) -> RenderableType:
    """Every wave that was published, with its window."""
    columns = say.words("id", "title", "opens", "closes", "coins-budget")
    rows = (
        (short(one.survey_id), one.title, say.moment(one.opens_at), say.moment(one.closes_at), one.budget_coins)
        for one in waves
    )
    return table(say("word-waves"), columns, rows, right=(4,))


def filed_series(say: Messages, rows: Sequence[tuple[str, str]]) -> RenderableType:
    """The request for each wave."""
    return table(say("word-requests"), say.words("id", "survey"), [(short(one), title) for one, title in rows])


def taken_coupons(say: Messages, rows: Sequence[CouponOffer]) -> RenderableType:
    """What a shop takes."""
    if not rows:
        return Text(say("word-no-coupons-taken"))
    columns = say.words("id", "title", "by", "sold", "left", "redeem-until")
    listed = (
        (short(one.class_id), one.title, one.issuer_name, one.issued, one.stock - one.issued, _until(say, one))
        for one in rows
    )
    return table(say("word-coupons-taken"), columns, listed, right=(3, 4))


def _until(say: Messages, one: CouponOffer) -> str:
    return say.moment(one.redeem_until)


def purpose_told(say: Messages, code: int, name: str | None) -> str:
    """A purpose by its name and DPV term; a code alone where the operator named none."""
    return say("word-purpose-unnamed", code=code) if name is None else say("word-purpose-named", code=code, name=name)


def catalogue(
    say: Messages,
    surveys: Sequence[SurveyView],
    categories: Sequence[Category],
    uncategorized: Sequence[NamedAccount],
) -> RenderableType:
    """What may be asked, for which purposes, and who asks."""
    questions = [
        (short(survey.survey_id), survey.title, one.key, one.label, say.named("word-role-of", one.role))
        for survey in surveys
        for one in survey.questions
    ]
    purposes = [(purpose_told(say, one.place, one.name),) for one in categories if one.kind == KindOfCategory.PURPOSES]
    groups = [one for one in categories if one.kind == KindOfCategory.RECIPIENTS]
    partners = [(partner.name, one.name) for one in groups for partner in one.partners]
    partners += [(one.name, say("word-no-category")) for one in uncategorized]
    shown = (
        ("word-questions", ("survey", "title", "question-key", "question", "role"), questions),
        ("word-purposes", ("purpose",), purposes),
        ("word-partners", ("recipient", "category"), partners),
    )
    found = [table(say(title), say.words(*columns), rows) for title, columns, rows in shown if rows]
    return Group(*found) if found else Text(say("word-catalogue-empty"))
