"""The acts of the demo, in order. Every one goes through the bank's HTTP API with real signatures.

Who refuses, withdraws, buys and redeems is drawn from random.Random(1996), so that two runs tell the same story.
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bank_api.protocol.shapes.coupons import CouponOffer
from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.requests import OpenRequest, RequestView
from bank_api.protocol.shapes.surveys import SurveyView
from chaincode.ids import new_id, to_hex
from scripts.stage import survey as questionnaire
from scripts.stage.cast import Actor, Company
from wallet_cli.bank_client import Invitation, Organization
from wallet_cli.errors import BankProblemError
from wallet_cli.release import OpenedRelease, open_release
from wallet_cli.signing import answer as answering
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking
from wallet_cli.signing.encryption_key import publish_key

SEED = 1996
REFUSE, WITHDRAW, BUY, REDEEM = 0.15, 0.08, 0.60, 0.50
"""Shares: of members who refuse; of consents later withdrawn; of members who buy; of buyers who redeem."""
USES = 3
SUPPRESSION_LIMIT = 0.5
"""When many withdraw and nobody joins, those who would be read by comparing the releases are left out of the second: of
few people a larger share."""
ITEMS = ["age", "educ", "income", "TVnews"]
BROKER_ITEMS = ["age", "popul", "PID", "vote"]
COINS_BASE, COINS_PER_ITEM = 5, 2
COUPON_COINS = 15
K = 5

Progress = Callable[[], None]


@dataclass
class Story:
    """What happened, for the report."""

    survey: SurveyView | None = None
    request_id: str = ""
    refused_request_id: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    releases: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[Actor] = field(default_factory=list)
    consent_ids: dict[str, str] = field(default_factory=dict)
    redemption_shop: str = ""
    killed: list[str] = field(default_factory=list)
    """What died of kill -9 while everybody answered, in its order."""
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  a story, not a secret

    def must_refuse(self, what: str, attempt: Callable[[], object]) -> None:
        """Show that the bank refuses this, in its own words."""
        try:
            attempt()
        except BankProblemError as problem:
            self.refusals.append((what, str(problem)))
            return
        raise AssertionError(f"{what} was not refused")


def enroll(company: Company) -> None:
    """The bank's partners, shops, board and custodians."""
    cast = [
        ("media", "あさひメディア研究所 / Asahi Media Research", "partner", None),
        ("broker", "Rightway Data Brokers", "partner", None),
        ("cafe", "こもれび珈琲 / Komorebi Coffee", "partner", None),
        ("shop", "こもれび珈琲 本店 / Komorebi Coffee, head shop", "shop", "cafe"),
        ("other_shop", "Rightway kiosk", "shop", "broker"),
        ("board", "データ倫理審査会 / Data ethics board", "board", None),
        ("guardian", "保護者 / Guardian", "custodian", None),
        ("lawyer", "弁護士 / Lawyer", "custodian", None),
        ("auditor", "監査人 / Auditor", "auditor", None),
    ]
    company.others |= {tag: company.newcomer(name) for tag, name, _, _ in cast}

    def one(entry: tuple[str, str, str, str | None]) -> None:
        tag, name, role, parent = entry
        actor = company.others[tag]
        company.operator.client.operator.enroll(
            Organization(
                account=actor.account,
                role=role,  # type: ignore[arg-type]  # the literals above
                name=name,
                parent=company.others[parent].account if parent else None,
                encryption_key=actor.signer.encryption.public.to_hex(),
            )
        )

    company.everybody([entry for entry in cast if entry[3] is None], one, lambda: None)
    company.everybody([entry for entry in cast if entry[3] is not None], one, lambda: None)  # shops need their partner
    sealed_to = [company.others[tag] for tag, _, role, _ in cast if role in ("partner", "custodian")]
    company.everybody(sealed_to, lambda actor: actor.client.send(publish_key(actor.signer)), lambda: None)


def join(company: Company, count: int, done: Progress) -> None:
    """Every respondent gets an invitation and a wallet, and joins by signing the terms."""
    people = [company.newcomer(f"会員 {i + 1:03} / Member {i + 1:03}") for i in range(count)]
    codes = _invite(company, [person.name for person in people])

    def one(pair: tuple[Actor, str]) -> None:
        person, code = pair
        person.client.send(signing.join_bank(person.signer, company.bank, code))

    company.everybody(list(zip(people, codes, strict=True)), one, done)
    company.members = people


def invite(company: Company, count: int) -> list[str]:
    """Codes of invitations for whoever comes to look."""
    return _invite(company, [f"お客様 {i + 1} / Guest {i + 1}" for i in range(count)])


def _invite(company: Company, names: Sequence[str]) -> list[str]:
    codes = [to_hex(new_id())[2:34] for _ in names]
    invitations = [Invitation(code=code, name=name) for code, name in zip(codes, names, strict=True)]
    company.operator.client.operator.invite(invitations)
    return codes


def publish_survey(company: Company, story: Story) -> None:
    survey_id = to_hex(new_id())
    draft = questionnaire.draft(survey_id, len(company.members), company.bank.time)
    company.operator.client.operator.publish_survey(draft)
    story.survey = company.operator.client.public.survey(survey_id)


def answer(company: Company, story: Story, rows: list[dict[str, int]], done: Progress) -> None:
    """Every member seals and signs their real answers."""
    survey = _survey(story)

    def one(pair: tuple[Actor, dict[str, int]]) -> None:
        person, values = pair
        sealed = answering.answer_survey(person.signer, survey, values, company.release_key)
        person.client.send(sealed)

    company.everybody(list(zip(company.members, rows, strict=True)), one, done)
    story.counts["answers"] = len(rows)
    story.must_refuse("a second answer", lambda: one((company.members[0], rows[0])))


def ask(company: Company, story: Story) -> None:
    """Two partners ask; the board approves one and refuses the other."""
    survey = _survey(story)
    people = len(company.members)
    media, broker, board = company.others["media"], company.others["broker"], company.others["board"]
    terms = asking.RequestTerms(
        recipient=media.name,
        purpose="ニュース番組の編成 / Planning of news programmes",
        description="どの年代・学歴・収入の人が何日ニュースを見るかを知り、放送時間を決めます。",
        k_minimum=K,
        persons_maximum=4 * people,
        coins_base=COINS_BASE,
        coins_per_item=COINS_PER_ITEM,
        valid_until=company.bank.time + 20 * 86400,
        retention_days=90,
    )
    bad = asking.RequestTerms(
        recipient=broker.name,
        purpose="投票者名簿の販売 / Selling voter profiles",
        description="We sell profiles of voters to campaigns.",
        k_minimum=K,
        persons_maximum=people,
        coins_base=1,
        coins_per_item=0,
        valid_until=company.bank.time + 20 * 86400,
        retention_days=3650,
    )

    def file(wanted: tuple[Actor, list[str], asking.RequestTerms]) -> None:
        partner, items, one = wanted
        coins = (one.coins_base + one.coins_per_item * len(items)) * one.persons_maximum
        company.operator.client.operator.sell_coins(partner.account, to_hex(new_id()), coins)
        partner.client.send(asking.file_request(partner.signer, survey, items, one))

    def judge(request: RequestView) -> None:
        approved = request.partner == media.account
        note = "目的が明確で、項目は必要最小限。" if approved else "政治的意見の販売であり、会員の利益にならない。"
        decision = asking.decide_request(board.signer, request, approved=approved, note=note)
        board.client.send(decision)
        if approved:
            story.request_id = request.request_id
        else:
            story.refused_request_id = request.request_id

    company.everybody([(media, ITEMS, terms), (broker, BROKER_ITEMS, bad)], file, lambda: None)
    company.everybody(board.client.board.requests(), judge, lambda: None)


def decide(company: Company, story: Story, done: Progress) -> None:
    """Every member consents or refuses, by their own signature."""
    refusing = {person.account for person in company.members if story.chance.random() < REFUSE}
    lock = threading.Lock()

    def one(person: Actor) -> None:
        request = _open_request(person, story.request_id)
        given = person.account not in refusing
        signed = signing.decide_consent(person.signer, request, given=given, uses_maximum=USES)
        receipt = person.client.send(signed)
        with lock:
            if given:
                story.consent_ids[person.account] = receipt.id

    company.everybody(company.members, one, done)
    story.counts["consents_given"] = len(company.members) - len(refusing)
    story.counts["consents_refused"] = len(refusing)


def release(company: Company, story: Story) -> OpenedRelease:
    """The bank makes a release; the partner opens it, checks each row against the ledger's root, acknowledges it."""
    made = company.operator.client.operator.release(
        to_hex(new_id()), story.request_id, suppression_limit=SUPPRESSION_LIMIT
    )
    view, opened = receive(company.others["media"], made.id)
    story.releases.append(
        {
            "release_id": view.release_id,
            "request": view.request_id,
            "rows": view.rows,
            "suppressed": view.suppressed,
            "k": view.k,
            "loss": view.loss,
        }
    )
    return opened


def receive(partner: Actor, release_id: str) -> tuple[ReleaseView, OpenedRelease]:
    """The partner opens its release and acknowledges, by the rows' root, that it has it."""
    view = next(one for one in partner.client.partner.releases() if one.release_id == release_id)
    opened = open_release(partner.signer.encryption, partner.client.partner.payload(release_id), view)
    partner.client.send(asking.acknowledge_release(partner.signer, release_id, opened.payload_root))
    return view, opened


def withdraw(company: Company, story: Story, done: Progress) -> None:
    """Some members change their minds."""
    givers = [person for person in company.members if person.account in story.consent_ids]
    story.withdrawn = [person for person in givers if story.chance.random() < WITHDRAW] or givers[:1]

    def one(person: Actor) -> None:
        consent_id = story.consent_ids[person.account]
        person.client.send(signing.withdraw_consent(person.signer, consent_id))

    company.everybody(story.withdrawn, one, done)
    story.counts["consents_withdrawn"] = len(story.withdrawn)


def trade(company: Company, story: Story, done: Progress) -> None:
    """Members buy coupons with their coins, and some use them at the shop, once. The first has lost her key."""
    cafe, shop = company.others["cafe"], company.others["shop"]
    now = company.bank.time
    terms = asking.CouponTerms(
        title="珈琲一杯 / One cup of coffee",
        description="本店で使えます。 / Good at the head shop.",
        price_coins=COUPON_COINS,
        stock=len(company.members),
        opens_at=now - 60,
        closes_at=now + 10 * 86400,
        redeem_until=now + 30 * 86400,
    )
    cafe.client.send(asking.publish_coupon(cafe.signer, terms))
    offer = next(o for o in shop.client.public.coupon_classes() if o.issuer == cafe.account)
    buyers = [person for person in company.members[1:] if story.chance.random() < BUY]
    company.everybody(buyers, lambda p: p.client.send(signing.buy_coupons(p.signer, offer, 1)), done)
    story.counts["coupons_issued"] = len(buyers)
    drinkers = [person for person in buyers if story.chance.random() < REDEEM] or buyers[:1]
    company.everybody(drinkers, lambda p: redeem(p, shop, offer), done)
    story.counts["coupons_redeemed"] = len(drinkers)
    story.must_refuse("a coupon used twice", lambda: redeem(drinkers[0], shop, offer))
    kiosk = company.others["other_shop"]
    story.must_refuse("a coupon at another company's shop", lambda: redeem(buyers[-1], kiosk, offer))


def redeem(person: Actor, shop: Actor, offer: CouponOffer) -> None:
    """The till offers, the member confirms what it says."""
    offered = shop.client.shop.offer_redemption(asking.offer_redemption(shop.signer, offer))
    view = person.client.member.redemption(offered.redemption_id)
    person.client.send(signing.confirm_redemption(person.signer, view))


def try_too_few(company: Company, story: Story) -> None:
    """A release for more people than have consented is not made."""
    operator = company.operator.client.operator
    too_many = len(company.members) + 1
    story.must_refuse(
        f"a release with k = {too_many}", lambda: operator.release(to_hex(new_id()), story.request_id, k=too_many)
    )


def _survey(story: Story) -> SurveyView:
    if story.survey is None:
        raise RuntimeError("the survey comes first")
    return story.survey


def _open_request(person: Actor, request_id: str) -> OpenRequest:
    return next(request for request in person.client.member.requests() if request.request_id == request_id)


def check_withdrawn_are_out(company: Company, story: Story) -> None:
    """Whoever withdrew sees the first release in their list and not the second."""
    first, last = (release["release_id"] for release in story.releases)

    def one(person: Actor) -> None:
        seen = [release.release_id for release in person.client.member.releases()]
        if seen != [first] or last in seen:
            raise AssertionError(f"{person.name} withdrew and stands in {seen}")

    company.everybody(story.withdrawn, one, lambda: None)
