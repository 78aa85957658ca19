"""The second day: a draw nobody steers, consents under standing rules, new terms, a guardian who answers for a ward,
gifts, a member who has everything erased.

Whatever would stand in the way of the tour by role afterwards is ended again: the request, the survey, the two seats.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from bank_api.protocol import purposes
from bank_api.protocol.documents import terms
from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.shapes.requests import RequestView
from bank_api.protocol.terms import TermsBody
from chaincode.bindings import Scope
from chaincode.ids import new_id, text_hash, to_hex
from scripts.stage.acts import Story, receive
from scripts.stage.board import seat_two
from scripts.stage.cast import Actor, Company
from scripts.stage.erasing import Gone, erase
from scripts.stage.raffle import DAY, DRAW_COINS, Draws, end_draw, open_draw
from wallet_cli.bank_client import BankClient
from wallet_cli.errors import WalletError
from wallet_cli.signing import answer as answering
from wallet_cli.signing import decision as deciding
from wallet_cli.signing import partner as asking
from wallet_cli.signing import rules as ruling
from wallet_cli.signing import terms as agreeing
from wallet_cli.signing import wards as caring

RULERS, GIFTS = 40, 3
TERMS_SECONDS, SUPPRESSION_LIMIT = 5, 0.95
"""The demo gives people seconds to accept (`AZUKARI_BANK_TERMS_NOTICE_DAYS=0`); others give two weeks or more."""
ITEMS = ["age", "educ"]


@dataclass(frozen=True)
class Day:
    """What came of it, for the report."""

    ruled: int
    undecided: int
    accepted: int
    late: str
    released: int
    """Who was in the release that was made while one had not accepted the new terms."""
    ward: str
    guardian: str
    acts: list[str]
    entries: int
    winner: str
    gifts: int
    gift_for: str
    gone: Gone

    def counts(self) -> dict[str, int]:
        spent = self.entries * DRAW_COINS
        terms = {"accepted": self.accepted, "released": self.released}
        told = {"ruled": self.ruled, "entries": self.entries, "draw_coins": spent, "gifts": self.gifts}
        return terms | told | {"erased_documents": self.gone.documents}


@dataclass(frozen=True)
class Morning:
    """What was begun, for the rest of the day."""

    draw: Draws
    ruled: int
    undecided: int
    request_id: str
    """The request that rules consented to."""
    care: tuple[str, str, list[str]]
    """Ward, guardian, and what the guardian did."""
    gifts: tuple[int, str]


def begin(company: Company, story: Story) -> Morning:
    """A draw opens, rules speak, a guardian answers, gifts are given: each waits for blocks, none for another."""
    drawers = seat_two(company)
    with ThreadPoolExecutor(3) as hands:
        opening = hands.submit(open_draw, company, drawers)
        caring_for, giving = hands.submit(_care, company), hands.submit(_give, company, story)
        ruled, undecided, request_id = _rule(company, story)
        return Morning(opening.result(), ruled, undecided, request_id, caring_for.result(), giving.result())


def end(company: Company, morning: Morning) -> Day:
    """New terms for all, a release without who is late; the draw ends meanwhile, and a member has everything erased:
    as soon as all have accepted, or where that member's data are to be in the release, after it.
    """
    with ThreadPoolExecutor(3) as hands:
        ending = hands.submit(end_draw, company, morning.draw)
        accepted, late = _change_terms(company)
        erasing = hands.submit(erase, company) if company.members[-1] not in _rulers(company) else None
        released = _release_without(company, late, morning.request_id)
        agreeing_late = hands.submit(_agree_at_last, company, late, morning.request_id)
        gone = erasing.result() if erasing is not None else erase(company)
        agreeing_late.result()
        winner = ending.result()
    return Day(
        morning.ruled,
        morning.undecided,
        accepted,
        late.name,
        released,
        *morning.care,
        len(morning.draw.entrants),
        winner,
        *morning.gifts,
        gone,
    )


# ---- standing rules ----


def _decide(story: Story, board: list[Actor], asked: RequestView) -> None:
    """Three sit on the board: one alone approves nothing, two do."""
    first, second = board
    note = "項目は二つ、要配慮なし。"
    try:
        first.client.send(asking.decide_request(first.signer, asked, approved=True, note=note))
    except WalletError as refusal:
        story.refusals.append(("one seat of three approves a request", str(refusal)))
    else:
        raise AssertionError("one seat of three must not decide")
    body = deciding.propose_decision(first.signer, asked, approved=True, note=note)
    body = deciding.approve_decision(second.signer, body, asked)
    second.client.send(deciding.draft_of(body))


def _rulers(company: Company) -> list[Actor]:
    return company.members[5 : 5 + RULERS]


def _rule(company: Company, story: Story) -> tuple[int, int, str]:
    """Some members let the bank consent to harmless items; on the next request it does, and each of them is told."""
    if story.survey is None:
        raise RuntimeError("the survey comes first")
    survey, rules = story.survey, company.operator.client.rules
    media, board = company.others["media"], company.others["board"]
    named = (
        (KindOfCategory.RECIPIENTS, 0, "報道と研究 / Media and research"),
        (KindOfCategory.PURPOSES, 0, purposes.name_of("dpv:ResearchAndDevelopment")),
        (KindOfCategory.PROCESSING, 1, "匿名加工情報 / Anonymized"),
    )
    people = _rulers(company)
    selling = partial(company.operator.client.operator.sell_coins, media.account, to_hex(new_id()), 4 * len(people))
    naming = [partial(rules.name_category, *one) for one in named]
    company.everybody([selling, *naming], lambda act: act(), lambda: None)
    rules.categorize(media.account, 0)
    known, until = rules.categories(), company.bank.time + 30 * DAY
    bounds = ruling.RuleTerms(ITEMS, known, k_minimum=5, coins_minimum=1, uses_maximum=1, valid_until=until)
    company.everybody(people, lambda one: one.client.send(ruling.set_rule(one.signer, survey, bounds)), lambda: None)
    wanted = asking.RequestTerms(
        recipient=media.name,
        purpose="地域版の編集 / Editing of regional pages",
        description="読者の年代と学歴を知り、記事の書き方を決めます。",
        k_minimum=5,
        persons_maximum=len(people),
        coins_base=2,
        coins_per_item=1,
        valid_until=until,
        retention_days=30,
    )
    request_id = media.client.send(asking.file_request(media.signer, survey, ITEMS, wanted)).id
    asked = next(one for one in board.client.board.requests() if one.request_id == request_id)
    _decide(story, [board, company.others["board_2"]], asked)
    told = rules.consent_by_rules(request_id)
    if told.consented != len(people) or not people[0].client.rules.mine()[0].consents:
        raise AssertionError(f"the rules of {len(people)} spoke for {told.consented}")
    return told.consented, len(company.members) - told.consented, request_id


# ---- new terms ----


def _change_terms(company: Company) -> tuple[int, Actor]:
    """All accept the present terms in place of the demo's first ones (`demo_data/terms-2.txt`) but one, whose rule had
    consented: how many, and that one.
    """
    late, office = company.members[5], company.operator.client
    accept_by = office.public.bank().time + TERMS_SECONDS * company.pace
    office.terms.publish(
        TermsBody(statement=terms.STATEMENT, text=terms.TEXT, language=terms.LANGUAGE, accept_by=accept_by)
    )
    others = [one for one in company.members if one is not late]
    company.everybody(others, _accept, lambda: None)
    return len(others), late


def _release_without(company: Company, late: Actor, request_id: str) -> int:
    """The release goes out without who has not accepted when it is too late: how many are in it."""
    office, media = company.operator.client, company.others["media"]
    while late.client.terms.mine().agrees:
        time.sleep(0.2)
    made = office.operator.release(to_hex(new_id()), request_id, suppression_limit=SUPPRESSION_LIMIT)
    receive(media, made.id)
    missing = office.terms.agreements().missing
    if [one.account for one in missing] != [late.account]:
        raise AssertionError(f"{len(missing)} have not accepted the new terms")
    return made.rows + made.suppressed


def _agree_at_last(company: Company, late: Actor, request_id: str) -> None:
    """That one accepts too, and the request is closed."""
    media = company.others["media"]
    _accept(late)
    media.client.send(asking.close_request(media.signer, request_id))


def _accept(person: Actor) -> None:
    """What `azukari member terms accept` does: the ledger's hash is that of the text, or nothing is signed."""
    mine = person.client.terms.mine()
    proven = person.proven.terms(person.account, mine.present, mine.accepted)
    if proven.present_hash != text_hash(terms.TEXT):
        raise AssertionError("the bank shows other terms than the ledger has")
    person.client.send(agreeing.accept_terms(person.signer, proven.present_hash))


# ---- a guardian ----


def _care(company: Company) -> tuple[str, str, list[str]]:
    """A member lets another answer for it; the answer is sealed to the ward, who sees all that was done."""
    ward, guardian = company.members[3], company.members[4]
    now = company.operator.client.public.bank().time
    survey_id = to_hex(new_id())
    question = Question(
        key="sleep", label="よく眠れますか(0-10)/ Do you sleep well, 0 to 10", kind="number", role="harmless",
        required=True, coins=2, minimum=0, maximum=10,
    )  # fmt: skip
    company.operator.client.operator.publish_survey(
        Survey(
            survey_id=survey_id, title="暮らしのアンケート / A survey of daily life", description="One question",
            questions=[question], base_coins=1, budget_coins=30, opens_at=now - 60, closes_at=now + DAY,
        )
    )  # fmt: skip
    ward.client.send(caring.delegate(ward.signer, guardian.account, Scope.SURVEY, now + DAY))
    acting = BankClient(company.connection, guardian.key, ward.account)
    signer, key = replace(guardian.signer, account=ward.account), acting.member.me().encryption_key or ""
    survey = company.operator.client.public.survey(survey_id)
    own = company.ledger_of(acting).encryption_key(ward.account, key)
    acting.send(answering.answer_survey(signer, survey, {"sleep": 7}, company.release_key, own))
    ward.client.send(caring.end_delegation(ward.signer, guardian.account))
    company.operator.client.operator.close_survey(survey_id)
    acts = [one.act for one in ward.client.wards.delegations().acts]
    return ward.name, guardian.name, sorted(acts)


# ---- gifts ----


def _give(company: Company, story: Story) -> tuple[int, str]:
    """The partner thanks some of those whose data it received; it never learns whom."""
    media, now = company.others["media"], company.operator.client.public.bank().time
    offered = asking.CouponTerms(
        title="お礼の番組観覧券 / Thank you: a seat in the studio",
        description="提供へのお礼です。A thank you.",
        price_coins=1000,
        stock=GIFTS,
        opens_at=now - 60,
        closes_at=now + DAY,
        redeem_until=now + 30 * DAY,
        premium_request=story.request_id,
    )
    class_id = media.client.send(asking.publish_coupon(media.signer, offered)).id
    offer = next(one for one in media.client.public.coupon_classes() if one.class_id == class_id)
    order = media.client.send(asking.order_gifts(media.signer, offer, 1, GIFTS))
    told = company.operator.client.office.give_gifts(order.id)
    if told.given != GIFTS:
        raise AssertionError(f"{told.given} gifts of {GIFTS} were given: {told.refused}")
    return told.given, offer.title
