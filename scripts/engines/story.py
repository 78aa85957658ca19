"""The bank's story, the same on every engine: every act once as it should be and once as it must be refused.

    told = tell(Web3(HTTPProvider("http://127.0.0.1:8545")))

Ids, keys, amounts and deadlines follow from the seed; nothing depends on the engine's clock, its blocks or its pace.
`midway` is called once in the middle, with members enrolled and a disclosure still to come: there something may go
wrong with the engine, and the story must not notice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chaincode.bindings import LegalClass, Role, SurveyTerms
from chaincode.build import Artifact
from chaincode.ids import EMPTY_ID, to_hex
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    CORRECTION_STATEMENT,
    REVOCATION_STATEMENT,
    Answer,
    ApprovalRevocation,
    CoinIssue,
    Consent,
    Correction,
    DataRequest,
    Decision,
    Join,
    Quota,
    Withdrawal,
)

from . import after, agreement, delegation, draws, gifts, node_refusals
from .teller import LATE, PAST, SEED, Teller
from .transcript import Figures, Transcript, recorded

if TYPE_CHECKING:
    from web3 import Web3

MEMBERS = ("aoi", "ren", "yui", "sota", "mei")
LABELS = ("Age group", "Commute", "Shopping")
TITLE, STATEMENT = "How do you live?", "I join this bank"
RECIPIENT, PURPOSE = "Kita Stores", "Plan shop hours"


@dataclass(frozen=True)
class Told:
    """A story that came to its end."""

    transcript: Transcript
    figures: Figures


def tell(
    w3: Web3,
    seed: str = SEED,
    midway: Callable[[], None] = lambda: None,
    artifacts: dict[str, Artifact] | None = None,
) -> Told:
    """Deploy the bank through a node and live its life."""
    start = time.monotonic()
    teller = Teller(w3, seed, artifacts)
    enroll(teller)
    answer(teller)
    ask(teller)
    consent(teller)
    delegation.prepare(teller)
    delegation.let_a_guardian_act(teller)
    delegation.let_the_bank_consent(teller)
    draws.run_draws(teller)
    midway()
    after.disclose(teller)
    after.shop(teller)
    gifts.thank(teller)
    gifts.bind(teller)
    agreement.set_new_terms(teller)
    after.entrust(teller)
    after.change_keys(teller)
    node_refusals.go_wrong(teller)
    blocks, transactions = node_refusals.sealed(teller)
    return Told(
        Transcript(
            {
                name: {"address": contract.address, "code": to_hex(contract.code_hash)}
                for name, contract in teller.deployment.contracts.items()
            },
            teller.notes,
            recorded(teller.bank),
            after.reads(teller, MEMBERS)
            | agreement.reads(teller)
            | delegation.reads(teller)
            | draws.reads(teller)
            | gifts.reads(teller),
            [(one.nonce, one.succeeded) for one in transactions],
        ),
        Figures(blocks, len(transactions), tuple(one.gas_used for one in transactions), time.monotonic() - start),
    )


def enroll(teller: Teller) -> None:
    """Terms, members, partner, shop, board, custodians, and coins for the partner."""
    face, terms = teller.bank.membership, teller.id("terms")
    teller.note("set terms", face.set_terms(teller.send, terms, teller.text(STATEMENT), LATE))

    def join(name: str, deadline: int = LATE) -> Join:
        return Join(teller.id(f"join {name}"), teller.address(name), STATEMENT, terms, EMPTY_ID, deadline)

    joins = [teller.signed(join(name), name) for name in MEMBERS]
    joins.append(teller.signed(join("late"), "aoi"))
    joins.append(teller.signed(join("late", PAST), "late"))
    joins.append(joins[0])
    teller.note("join", face.join_batch(teller.send, joins))
    partner = teller.address("partner")
    roles = [("partner", Role.PARTNER), ("board", Role.BOARD)]
    roles += [(f"custodian {number}", Role.CUSTODIAN) for number in range(2)]
    for name, role in roles:
        teller.note(f"enroll {name}", face.enroll(teller.send, teller.address(name), role))
    teller.note("enroll shop", face.enroll(teller.send, teller.address("shop"), Role.SHOP, partner))
    teller.note("sell", teller.bank.coin.sell(teller.send, partner, 1_000, teller.id("invoice")))
    teller.refused("sell to a member", lambda: teller.bank.coin.sell(teller.send, teller.address("aoi"), 1, terms))
    mint(teller)


def mint(teller: Teller) -> None:
    """A sale above the quota: refused, approved by the board, made; a quota that the board sets, and an earlier one."""
    coin, partner, large = teller.bank.coin, teller.address("large partner"), teller.id("large invoice")
    teller.note("enroll large partner", teller.bank.membership.enroll(teller.send, partner, Role.PARTNER))
    teller.refused("sell above the quota", lambda: coin.sell(teller.send, partner, 10_000_001, large))
    issue = CoinIssue(large, partner, 10_000_001, LATE)
    teller.refused("approve nobody's sale", lambda: coin.approve_issue(teller.send, issue, []))
    for again in ("", " again"):
        approved = coin.approve_issue(teller.send, issue, [teller.signature(issue, "board")])
        teller.note(f"approve a large sale{again}", approved)
    teller.note("sell above the quota by the board's word", coin.sell(teller.send, partner, 10_000_001, large))
    quota = Quota(teller.id("quota"), 20_000, 3600, 2, LATE)
    teller.note("set quota", coin.set_quota(teller.send, quota, [teller.signature(quota, "board")]))
    held_back = replace(quota, quota_id=teller.id("held back quota"), sequence=1)
    teller.refused(
        "set a quota held back",
        lambda: coin.set_quota(teller.send, held_back, [teller.signature(held_back, "board")]),
    )


def answer(teller: Teller) -> None:
    """A survey, good answers, and answers of every bad kind."""
    face, survey = teller.bank.survey, teller.id("survey")
    terms = SurveyTerms(survey, TITLE, EMPTY_ID, LABELS, (1, 2, 3), 4, 1_000, 0, LATE)
    teller.note("publish survey", face.publish(teller.send, terms))

    def one(name: str, words: str = "answer", items: int = 7, coins: int = 10, deadline: int = LATE) -> Answer:
        member, commitment = teller.address(name), teller.id(f"commitment {words} {name}")
        what = (member, survey, TITLE, commitment, teller.id("recipients"))
        return Answer(teller.id(f"answer {name}"), *what, items, coins, deadline)

    first = [teller.signed(one(name), name) for name in MEMBERS[:3]]
    bad = [
        teller.signed(one("sota"), "mei"),
        teller.signed(one("sota", deadline=PAST), "sota"),
        teller.signed(one("sota", coins=11), "sota"),
        teller.signed(one("sota", items=8, coins=4), "sota"),
        teller.signed(one("stranger"), "stranger"),
    ]
    teller.note("answer", face.answer_batch(teller.send, [*first, *bad, teller.signed(one("sota"), "sota")]))
    correct(teller, survey)
    other = [teller.signed(one("aoi", "another answer"), "aoi"), teller.signed(one("mei", items=5, coins=8), "mei")]
    teller.note("answer again", face.answer_batch(teller.send, [first[1], *other]))


def correct(teller: Teller, survey: bytes) -> None:
    """An answer in place of another, twice; not of one that does not stand, nor for somebody else."""

    def one(name: str, words: str, replaces: str, deadline: int = LATE) -> Correction:
        what = (survey, TITLE, teller.id(replaces), teller.id(f"commitment {words}"), teller.id("recipients"))
        return Correction(teller.id(words), teller.address(name), CORRECTION_STATEMENT, *what, 7, deadline)

    first, then = one("aoi", "correction", "answer aoi"), one("aoi", "second correction", "correction")
    bad = [
        teller.signed(one("aoi", "rival correction", "answer aoi"), "aoi"),
        teller.signed(one("ren", "stolen correction", "answer ren"), "aoi"),
        teller.signed(one("ren", "late correction", "answer ren", PAST), "ren"),
        teller.signed(one("mei", "correction of nothing", "answer mei"), "mei"),
    ]
    signed = [teller.signed(first, "aoi"), teller.signed(then, "aoi")]
    teller.note("correct", teller.bank.survey.correct_batch(teller.send, [*signed, *bad, signed[0]]))


def ask(teller: Teller) -> None:
    """Three requests: the board approves one and refuses the others; nobody else decides."""
    face = teller.bank.request

    def decision(name: str, approved: bool) -> Decision:
        words = teller.id(name), teller.address("board"), teller.asked(name)
        return Decision(*words, approved, teller.id(f"minutes {name}"), LATE)

    persons = {"request": 10, "nosy request": 5, "dear request": 1_000}
    filed = [teller.signed(_request(teller, name, count), "partner") for name, count in persons.items()]
    filed.append(teller.signed(_request(teller, "stolen"), "aoi"))
    filed.append(teller.signed(_request(teller, "weighed request", 1), "partner"))
    teller.note("file", face.file_batch(teller.send, [*filed, filed[0]]))
    decisions = [teller.signed(decision("request", True), "partner"), teller.signed(decision("request", True), "board")]
    decisions += [teller.signed(decision(name, False), "board") for name in ("nosy request", "request")]
    teller.note("decide", face.decide_batch(teller.send, decisions))
    weighed = teller.signed(decision("weighed request", False), "board")
    teller.refused("decide together, signed by nobody", lambda: face.decide_together(teller.send, weighed, []))
    for again in ("", " again"):
        teller.note(f"decide together{again}", face.decide_together(teller.send, weighed, [weighed.signature]))
    take_back(teller, decision)


def _request(teller: Teller, name: str, persons: int = 10) -> DataRequest:
    what = (teller.id(name), teller.address("partner"), teller.id("survey"), RECIPIENT, PURPOSE)
    return DataRequest(*what, 7, 1, int(LegalClass.ANONYMIZED), 2, 2, 100, persons, 2, 1, LATE, 30, EMPTY_ID, LATE)


def take_back(teller: Teller, decision: Callable[[str, bool], Decision]) -> None:
    """The board approves two more and takes its approvals back: alone and together; nobody else can."""
    face = teller.bank.request

    def revocation(name: str) -> ApprovalRevocation:
        words = teller.id(name), teller.address("board"), teller.asked(name)
        return ApprovalRevocation(*words, REVOCATION_STATEMENT, teller.id("sold on"), LATE)

    names = ("regretted request", "rued request")
    filed = [teller.signed(_request(teller, name, 2), "partner") for name in names]
    teller.note("file more", face.file_batch(teller.send, filed))
    approvals = [teller.signed(decision(name, True), "board") for name in names]
    teller.note("approve more", face.decide_batch(teller.send, approvals))
    first, second = names
    tried = [teller.signed(revocation(first), "partner"), teller.signed(revocation("nosy request"), "board")]
    signed = teller.signed(revocation(first), "board")
    teller.note("revoke", face.revoke_batch(teller.send, [*tried, signed, signed]))
    rued = teller.signed(revocation(second), "board")
    teller.refused("revoke together, signed by nobody", lambda: face.revoke_together(teller.send, rued, []))
    for again in ("", " again"):
        teller.note(f"revoke together{again}", face.revoke_together(teller.send, rued, [rued.signature]))


def words_of_consent(teller: Teller, name: str, *, given: bool = True, request: str = "request") -> Consent:
    """What a member signs about a request."""
    return Consent(
        consent_id=teller.id(f"consent {name} {request}"),
        member=teller.address(name),
        request_id=teller.id(request),
        request_digest=teller.asked(request),
        decision=CONSENT_GIVEN if given else CONSENT_REFUSED,
        recipient=RECIPIENT,
        purpose=PURPOSE,
        items=LABELS,
        item_mask=7,
        valid_from=0,
        valid_until=LATE,
        uses_maximum=2,
        coins=5,
        notice_hash=teller.id("notice"),
        sequence=1,
        deadline=LATE,
    )


def consent(teller: Teller) -> None:
    """Given, refused, given under a false name, given to a refused request, withdrawn by batch and by oneself."""
    face = teller.bank.consent
    said = [teller.signed(words_of_consent(teller, name), name) for name in MEMBERS[:4]]
    said.append(teller.signed(words_of_consent(teller, "mei", given=False), "mei"))
    said.append(teller.signed(words_of_consent(teller, "late"), "aoi"))
    said.append(teller.signed(words_of_consent(teller, "aoi", request="nosy request"), "aoi"))
    teller.note("consent", face.record_batch(teller.send, [*said, said[0]]))

    def withdrawal(name: str) -> Withdrawal:
        consent_id = teller.id(f"consent {name} request")
        return Withdrawal(consent_id, teller.address(name), CONSENT_WITHDRAWN, teller.id("my reason"), 2, LATE)

    taken_back = [teller.signed(withdrawal("yui"), "yui"), teller.signed(withdrawal("aoi"), "yui")]
    teller.note("withdraw", face.withdraw_batch(teller.send, [*taken_back, taken_back[0]]))
    teller.note("withdraw by oneself", face.withdraw(teller.as_oneself("sota"), withdrawal("sota")))
