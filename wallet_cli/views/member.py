"""A member's screens, in the member's language."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bank_api.protocol.documents.sourced import Told
from bank_api.protocol.documents.survey import Question
from bank_api.protocol.shapes.bank import BankInfo
from bank_api.protocol.shapes.coupons import Coupon, CouponOffer
from bank_api.protocol.shapes.member import Me, Passbook
from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.requests import ConsentView, OpenRequest, OwnConsent
from bank_api.protocol.shapes.surveys import SurveyView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.views.legal_class import legal_class_told

WAITING = "requested"
"""The state of a consent that was asked for and not decided."""


def terms(say: Messages, bank: BankInfo) -> Panel:
    """The very words whose hash is signed."""
    return Panel(escape(bank.terms.text), title=escape(f"{bank.name} - {say('word-terms')}"))


def surveys(say: Messages, rows: Iterable[SurveyView]) -> Table:
    columns = say.words("id", "title", "questions", "coins", "coins-left", "closes", "state")
    return table(
        say("word-surveys"),
        columns,
        (
            (
                short(survey.survey_id),
                _titled(say, survey),
                len(survey.questions),
                f"{survey.coins_minimum}-{survey.coins_maximum}",
                survey.budget_left,
                say.moment(survey.closes_at),
                say.named("state", survey.state),
            )
            for survey in rows
        ),
        right=(2, 3, 4),
    )


def _titled(say: Messages, survey: SurveyView) -> str:
    """Of a wave, which it is and when the next one opens."""
    if survey.wave is None:
        return survey.title
    number, waves, following = survey.wave.number, survey.wave.waves, survey.wave.next_opens_at
    if following is None:
        return f"{survey.title}\n" + say("line-wave-last", number=number, waves=waves)
    return f"{survey.title}\n" + say("line-wave", number=number, waves=waves, next=say.moment(following))


def of_now(found: Sequence[SurveyView]) -> list[SurveyView]:
    """The surveys without those waves that come later than the next one of their series."""
    upcoming: dict[str, int] = {}
    for one in found:
        if one.wave is not None and one.state == "upcoming":
            upcoming[one.wave.series_id] = min(one.wave.number, upcoming.get(one.wave.series_id, one.wave.number))
    return [
        one
        for one in found
        if one.wave is None or one.state != "upcoming" or one.wave.number == upcoming[one.wave.series_id]
    ]


def drafts(say: Messages, rows: Iterable[tuple[SurveyView, int]]) -> RenderableType:
    listed = [
        (short(one.survey_id), one.title, f"{count}/{len(one.questions)}", say.moment(one.closes_at))
        for one, count in rows
    ]
    columns = say.words("id", "title", "answered-so-far", "closes")
    return table(say("word-drafts"), columns, listed, right=(2,)) if listed else Text(say("word-no-drafts"))


def own_answers(
    say: Messages, found: Sequence[tuple[SurveyView, Mapping[str, int] | None, Mapping[str, Told]]]
) -> RenderableType:
    """A table for each answer; beside each value who signed it, where it was not typed."""
    if not found:
        return Text(say("word-no-answers"))
    columns = say.words("question", "answer", "source")
    return Group(*(table(one.title, columns, _answered(say, one, values, told)) for one, values, told in found))


def _answered(
    say: Messages, survey: SurveyView, values: Mapping[str, int] | None, told: Mapping[str, Told]
) -> list[tuple[object, ...]]:
    if values is None:
        return [(say("word-closed-to-this-key"), "", "")]
    rows: list[tuple[object, ...]] = []
    for question in survey.questions:
        if question.key not in values:
            continue
        value, who = values[question.key], told.get(question.key)
        label = next((choice.label for choice in question.choices or () if choice.value == value), str(value))
        parts = None if who is None else {"kind": who.kind, "issuer": who.issuer, "when": say.moment(who.issued_at)}
        rows.append((question.label, label, say("word-typed") if parts is None else say("line-signed-by", **parts)))
    return rows


def survey(say: Messages, one: SurveyView) -> RenderableType:
    questions = table(
        say("word-questions"),
        ["", say("word-title"), say("word-kind"), say("word-coins")],
        ((question.key, question.label, allowed(say, question), question.coins) for question in one.questions),
        right=(3,),
    )
    return Group(facts(one.title, [(say("word-id"), one.survey_id), ("", one.description)]), questions)


def allowed(say: Messages, question: Question) -> str:
    """The rule of a question in a line."""
    if question.kind == "choice":
        return " / ".join(f"{choice.value}={choice.label}" for choice in question.choices or [])
    return say("word-range", low=str(question.minimum), high=str(question.maximum))


def requests(say: Messages, rows: Iterable[OpenRequest]) -> Table:
    return table(
        say("word-requests-mine"),
        say.words("id", "recipient", "purpose", "items", "legal-class", "k", "coins", "until", "state", "uses"),
        (
            (
                short(request.request_id),
                request.recipient,
                request.purpose,
                len(request.items),
                legal_class_told(say, request.legal_class),
                request.k_minimum,
                request.coins_offered,
                say.moment(chosen.valid_until if (chosen := decided(request)) else request.valid_until),
                say.named("state", chosen.state if chosen else "asked" if request.answered else "unanswered"),
                f"{chosen.uses}/{chosen.uses_maximum}" if chosen else "",
            )
            for request in rows
        ),
        right=(3, 5, 6),
    )


def decided(request: OpenRequest) -> OwnConsent | None:
    """What the member chose. A question that the bank put on the ledger is no choice yet: it has no end and no uses."""
    return None if request.consent is None or request.consent.state == WAITING else request.consent


def request_notice(say: Messages, request: OpenRequest) -> RenderableType:
    """The very words whose hash is signed; and what the member chose, if the member has decided."""
    notice = Panel(
        escape(request.notice.text),
        title=escape(say("word-reward-title", recipient=request.recipient, coins=request.coins_offered)),
    )
    chosen = decided(request)
    if chosen is None:
        return notice
    rows = [
        (say("word-id"), chosen.consent_id),
        (say("word-state"), say.named("state", chosen.state)),
        (say("word-until"), say.moment(chosen.valid_until)),
        (say("word-uses"), f"{chosen.uses}/{chosen.uses_maximum}"),
    ]
    return Group(notice, facts(say("word-consent-mine"), rows))


def choice(say: Messages, request: OpenRequest, until: int, uses: int) -> RenderableType:
    """What a consent that is about to be signed would allow."""
    rows = [
        (say("word-items"), ", ".join(request.item_labels)),
        (say("word-until"), say.moment(until)),
        (say("word-releases-at-most"), uses),
        (say("word-coins-per-release"), request.coins_offered),
    ]
    return facts(say("word-consent-about-to-sign"), rows)


def consents(say: Messages, rows: Iterable[ConsentView]) -> Table:
    return table(
        say("word-consents-mine"),
        say.words("id", "recipient", "purpose", "items", "state", "uses", "coins", "until"),
        (
            (
                short(consent.consent_id),
                consent.recipient,
                consent.purpose,
                ", ".join(consent.items),
                _consent_state(say, consent),
                "" if consent.state == WAITING else f"{consent.uses}/{consent.uses_maximum}",
                "" if consent.state == WAITING else consent.coins,
                "" if consent.state == WAITING else say.moment(consent.valid_until),
            )
            for consent in rows
        ),
        right=(5, 6),
    )


def _consent_state(say: Messages, consent: ConsentView) -> str:
    """As it stands; of a request whose approval was taken back, that too: it gives nothing any more."""
    state = say.named("state", consent.state)
    return say("word-of-revoked-request", state=state) if consent.request_state == "revoked" else state


def passbook(say: Messages, book: Passbook) -> Table:
    """Every line of the account; disclosures say to whom, what for, and among how many."""
    made = table(
        say("word-balance-title", coins=str(book.coins)),
        say.words("time", "kind", "entry", "coins", "balance"),
        (
            (
                say.moment(entry.time),
                say.named("kind", entry.kind),
                "\n".join(
                    part
                    for part in (
                        say.passbook_line(entry),
                        entry.purpose,
                        entry.reason,
                        say("page-hidden-among", k=entry.k) if entry.k and entry.state == "class-anonymized" else None,
                    )
                    if part
                ),
                f"{entry.coins:+d}" if entry.coins else "",
                entry.balance,
            )
            for entry in book.entries
        ),
        right=(3, 4),
    )
    made.show_lines = True
    return made


def coins(say: Messages, me: Me) -> Text:
    """The balance, and which of it can be spent with some issuers only."""
    free = me.coins - sum(one.coins for one in me.bound)
    rows: list[tuple[str, object]] = [(say("word-coins-free"), free)]
    for one in me.bound:
        where = ", ".join(issuer.name for issuer in one.issuers)
        rows.append((one.name or short(one.policy_id), say("word-coins-only-with", coins=one.coins, where=where)))
    return facts(say("word-coins-of", coins=me.coins), rows)


def coupons(say: Messages, held: Sequence[Coupon], offered: Sequence[CouponOffer]) -> RenderableType:
    mine = table(
        say("word-coupons-mine"),
        say.words("id", "title", "by", "left", "redeem-until", "shops"),
        (
            (
                short(coupon.class_id),
                coupon.title,
                coupon.issuer_name,
                coupon.count,
                say.moment(coupon.redeem_until),
                ", ".join(shop.name for shop in coupon.shops),
            )
            for coupon in held
        ),
        right=(3,),
    )
    return Group(mine, coupon_catalogue(say, offered))


def coupon_catalogue(say: Messages, offered: Iterable[CouponOffer]) -> Table:
    return table(
        say("word-coupon-catalogue"),
        say.words("id", "title", "by", "price", "left", "closes", "shops", "for-whom"),
        (
            (
                short(offer.class_id),
                offer.title + (" ★" if offer.premium_request else ""),
                offer.issuer_name,
                offer.price_coins,
                offer.stock - offer.issued,
                say.moment(offer.closes_at),
                ", ".join(shop.name for shop in offer.shops),
                say("word-premium-for", purpose=offer.premium_purpose or "") if offer.premium_request else "",
            )
            for offer in offered
        ),
        right=(3, 4),
    )


def _noted(say: Messages, one: ReleaseView) -> str:
    """What sets a release apart: made past the bank, or of an answer that the member corrected since."""
    if one.recorded_outside:
        return say("state-outside")
    told = [say("word-corrected-since")] if one.corrected_since else []
    if one.come_and_go:
        told.append(f"{say('word-told-in')}: {say('word-homes')}")
    if one.deleted_at is not None:
        told.append(say("word-deleted-at", time=say.moment(one.deleted_at)))
    elif one.deletion_overdue and one.deletion_due is not None:
        told.append(say("word-not-deleted", time=say.moment(one.deletion_due)))
    return "\n".join(told)


def releases(say: Messages, rows: Iterable[ReleaseView]) -> Table:
    return table(
        say("word-releases-mine"),
        [say("word-id"), say("word-recipient"), say("word-purpose"), say("word-time"), "k", say("word-remark")],
        (
            (
                short(one.release_id),
                one.recipient or one.partner,
                one.purpose,
                say.moment(one.time),
                one.k,
                _noted(say, one),
            )
            for one in rows
        ),
        right=(4,),
    )
