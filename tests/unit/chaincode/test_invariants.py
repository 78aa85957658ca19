"""The verdict: true for what the contracts recorded, and naming the rule for every way of bending it."""

from dataclasses import replace

import pytest

from chaincode.events import (
    Acknowledged,
    Answered,
    Approval,
    ApprovalRevoked,
    Burnt,
    ConsentChanged,
    ConsentUsed,
    Contributed,
    Corrected,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    Delegated,
    Disclosed,
    Dismissed,
    EncryptionKeySet,
    Enrolled,
    EscrowActivated,
    EscrowOpened,
    Granted,
    GuardiansNamed,
    Joined,
    KeyRotated,
    MinterSet,
    Moved,
    PermitUsed,
    Recovered,
    RecoveryBegun,
    RequestClosed,
    RequestConsumed,
    RequestDecided,
    RequestFiled,
    Seated,
    ShareAcknowledged,
    SurveyPublished,
    Suspended,
    Transfer,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.invariants import compare_state, fold
from chaincode.logs import Position
from chaincode.typed_data import (
    REVOCATION_STATEMENT,
    ApprovalRevocation,
    Contribution,
    CouponTransfer,
    Decision,
    EscrowPolicy,
    OpeningRequest,
    ShareReceipt,
)

LATE = 10**10


@pytest.fixture
def story(deployed, make_person):
    """Every event of a bank that did its whole job, a present and an escrow included."""
    owner, giver, _ = deployed.main_job()
    faces, send = deployed.contracts, deployed.transactor
    faces.coupon.buy_batch(send, [deployed.purchase(giver)])
    coffee = (giver.address, text_hash("class"), "Coffee", owner.address, 1)
    faces.coupon.transfer_batch(send, [deployed.signed(CouponTransfer(text_hash("present"), *coffee, LATE), giver)])
    faces.survey.correct_batch(send, [deployed.correction(owner)])
    custodians = [make_person(f"custodian {i}") for i in range(3)]
    ids = text_hash("escrow"), text_hash("opening")
    addresses = tuple(one.address for one in custodians)
    policy = EscrowPolicy(ids[0], owner.address, 2, addresses, EMPTY_ID, EMPTY_ID, 0, NOBODY, EMPTY_ID, LATE)
    faces.escrow.create_batch(send, [deployed.signed(policy, owner)])
    receipts = [deployed.signed(ShareReceipt(ids[0], c.address, EMPTY_ID, LATE), c) for c in custodians]
    faces.escrow.acknowledge_batch(send, receipts)
    opening = OpeningRequest(ids[1], ids[0], owner.address, EMPTY_ID, EMPTY_ID, LATE)
    faces.escrow.request_opening_batch(send, [deployed.signed(opening, owner)])
    parts = [
        deployed.signed(Contribution(ids[1], c.address, opening.struct_hash(), EMPTY_ID, LATE), c)
        for c in custodians[:2]
    ]
    faces.escrow.contribute_batch(send, parts)
    faces.request.close(send, text_hash("request"))
    rued = replace(deployed.request(persons=2).struct, request_id=text_hash("rued"))
    faces.request.file_batch(send, [deployed.signed(rued, make_person("partner"))])
    board, digest = make_person("board"), faces.request.terms(rued.request_id).digest
    yes = Decision(rued.request_id, board.address, digest, True, EMPTY_ID, LATE)
    faces.request.decide_batch(send, [deployed.signed(yes, board)])
    no = ApprovalRevocation(rued.request_id, board.address, digest, REVOCATION_STATEMENT, EMPTY_ID, LATE)
    faces.request.revoke_batch(send, [deployed.signed(no, board)])
    return list(faces.events())


def test_what_the_contracts_recorded_is_true(deployed, story):
    verdict = fold(story)
    assert verdict.violations == ()
    assert verdict.is_true
    assert verdict.events == len(story)
    expected = {
        "members": 3, "partners": 1, "shops": 1, "board": 1, "custodians": 3,
        "coins_granted": 1030, "coins_burnt": 4, "coins_supply": 1026,
        "answers": 3, "corrections": 1, "requests_closed": 1, "requests_revoked": 1,
         "consents_given": 3, "disclosures": 1, "consents_used": 3,
        "coupons_issued": 2, "coupons_redeemed": 1, "escrows": 1, "escrow_openings": 1, "escrows_opened": 1,
    }  # fmt: skip
    assert {name: verdict.counts[name] for name in expected} == expected
    assert compare_state(verdict.state, deployed.deployment, deployed.call) == []


def test_a_contract_that_says_otherwise_is_found(deployed, story):
    state = fold(story).state
    member = next(event for event in story if isinstance(event, Joined)).account
    state.coins.balances[member] += 1
    (difference,) = compare_state(state, deployed.deployment, deployed.call)
    assert (difference.contract, difference.question) == ("coin", f"balanceOf({member})")
    assert difference.expected == difference.found + 1


def first(story, kind):
    return next(index for index, event in enumerate(story) if isinstance(event, kind))


def without(kind):
    return lambda story: [event for index, event in enumerate(story) if index != first(story, kind)]


def without_last(kind):
    def change(story):
        last = max(index for index, event in enumerate(story) if isinstance(event, kind))
        return story[:last] + story[last + 1 :]

    return change


def changed(kind, **changes):
    def change(story):
        at = first(story, kind)
        return [*story[:at], replace(story[at], **changes), *story[at + 1 :]]

    return change


def added(kind, **changes):
    """Once more at the end, in a transaction of its own."""

    def add(story):
        last = story[-1].position
        again = Position(last.block_number + 1, last.timestamp + 1, text_hash("one more"), 0)
        return [*story, replace(story[first(story, kind)], position=again, **changes)]

    return add


def added_event(event):
    def add(story):
        last = story[-1].position
        after = Position(last.block_number + 1, last.timestamp + 1, text_hash("one more"), 0)
        return [*story, replace(event, position=after)]

    return add


STRANGER = "0x" + "99" * 20
BENT = [
    (without(Granted), "came into being without a recorded reason"),
    (without(Burnt), "vanished without a recorded reason"),
    (without(Answered), "neither an answer's reward nor sold to a partner"),
    (without(Transfer), "a grant moved no coins"),
    (changed(Granted, amount=1), "came into being without a recorded reason"),
    (added(Moved), "a move moved no coins"),
    (added(Granted), "coins were granted twice for one reason"),
    (added(Burnt), "coins were burnt for no purchase"),
    (added_event(Transfer(STRANGER, "0x" + "98" * 20, 5)), "coins were spent that were not there"),
    (added_event(MinterSet(STRANGER, 1)), "changed after it was sealed"),
    (added(Answered), "a member answered a survey twice"),
    (changed(Answered, coins=11), "an answer's reward is not the survey's rule"),
    (added(Corrected), "a correction took the place of an answer that did not stand"),
    (changed(Corrected, replaces=EMPTY_ID), "a correction took the place of an answer that did not stand"),
    (changed(Corrected, items=8), "a correction answers items its survey does not have"),
    (changed(Corrected, member=STRANGER), "membership: account not enrolled"),
    (changed(Corrected, correction_id=text_hash("correction 0"), survey_id=EMPTY_ID), "its survey does not have"),
    (added(Corrected, replaces=text_hash("correction")), "a correction took the id of another answer"),
    (changed(SurveyPublished, budget_coins=9), "a survey spent more than its budget"),
    (changed(SurveyPublished, closes_at=1), "survey: closed"),
    (added(SurveyPublished), "a survey was published twice"),
    (changed(RequestFiled, k_minimum=1), "lets a single person stand out"),
    (changed(RequestFiled, persons_maximum=2), "used for more persons than it asked for"),
    (added(RequestFiled), "a request was filed twice"),
    (added(RequestDecided), "a request was decided twice"),
    (without(RequestDecided), "asked before the board approved"),
    (changed(RequestDecided, board=STRANGER), "membership: account not enrolled"),
    (added(ApprovalRevoked), "an approval was taken back that did not stand"),
    (changed(ApprovalRevoked, board=STRANGER), "membership: account not enrolled"),
    (changed(ApprovalRevoked, request_id=text_hash("request")), "taken back that did not stand"),
    (without_last(RequestClosed), "taken back and the request's coins kept"),
    (changed(RequestConsumed, coins=10**6), "paid more than it had locked"),
    (without(RequestConsumed), "did not use up its request"),
    (changed(RequestClosed, unlocked=1), "kept coins, or gave back more"),
    (changed(ConsentChanged, coins=4), "promises another reward"),
    (changed(ConsentChanged, items=8), "items nobody asked for"),
    (changed(ConsentChanged, state=3), "was not live (not in force)"),
    (changed(ConsentChanged, valid_from=9 * 10**9), "was not live (not yet valid)"),
    (changed(ConsentChanged, valid_until=1), "time is empty or outlasts"),
    (changed(ConsentChanged, state=4), "renewed that did not stand"),
    (added(ConsentChanged), "a consent was overwritten"),
    (without(ConsentChanged), "speaks of something unknown"),
    (without(ConsentUsed), "other rows than consents"),
    (changed(ConsentUsed, coins=4), "paid with another sum than promised"),
    (added(ConsentUsed), "a consent was used for no release"),
    (changed(Disclosed, k=1), "a release is below its k"),
    (changed(Disclosed, rows=1), "a release is below its k"),
    (changed(Disclosed, suppressed=1), "other rows than consents"),
    (changed(Disclosed, items=8), "items went out that the request does not name"),
    (changed(Disclosed, partner=STRANGER), "to another partner"),
    (added(Disclosed), "a release was made twice"),
    (added_event(Acknowledged(text_hash("release"), STRANGER)), "the partner did not get"),
    (added(CouponRedeemed), "a coupon was redeemed twice"),
    (changed(CouponRedeemed, shop=STRANGER), "a shop that is not the issuer's"),
    (added(CouponMoved), "handed on twice by the same words"),
    (changed(CouponMoved, owner=STRANGER), "membership: account not enrolled"),
    (changed(CouponMoved, receiver=STRANGER), "handed on to somebody not enrolled"),
    (changed(CouponMoved, count=2), "a transfer moved no coupons"),
    (without(TransferSingle), "a sale moved no coupons"),
    (changed(TransferSingle, amount=2), "a sale moved no coupons"),
    (changed(CouponIssued, count=3), "a coupon class was oversold"),
    (changed(CouponIssued, coins=1), "sold for another price"),
    (added(TransferSingle), "came into being without a sale"),
    (without(ShareAcknowledged), "before every custodian had its share"),
    (without(EscrowActivated), "of an escrow that is not active"),
    (without(Contributed), "opened without enough custodians"),
    (added(Contributed), "a custodian contributed twice"),
    (changed(EscrowOpened, escrow_id=text_hash("x")), "speaks of something unknown"),
    (added(Joined), "a member joined twice"),
    (changed(Joined, terms_hash=EMPTY_ID), "other terms than those set"),
    (changed(Enrolled, role=3), "a role that is none"),
    (changed(Enrolled, parent=STRANGER), "no shop belongs to somebody"),
]


@pytest.mark.parametrize(("bend", "rule"), BENT, ids=[rule for _, rule in BENT])
def test_a_bent_story_is_not_true(story, bend, rule):
    verdict = fold(bend(story))
    assert not verdict.is_true
    assert any(rule in violation.rule for violation in verdict.violations), [str(v) for v in verdict.violations]


def test_acting_while_suspended_or_with_a_key_that_comes_back(story):
    member = story[first(story, Joined)].account
    at = first(story, Answered)
    place = story[at].position
    suspended = replace(Suspended(member, EMPTY_ID), position=place)
    verdict = fold([*story[:at], suspended, *story[at:]])
    assert any(v.rule == "membership: account suspended" for v in verdict.violations)
    returned = replace(KeyRotated(EMPTY_ID, member, member, member, EMPTY_ID, EMPTY_ID), position=story[-1].position)
    assert any(v.rule == "a key came back" for v in fold([*story, returned]).violations)


def test_a_release_of_whom_the_bank_suspended_is_not_true(story):
    member = story[first(story, ConsentUsed)].consent_id
    given = next(e for e in story if isinstance(e, ConsentChanged) and e.consent_id == member)
    at = first(story, RequestConsumed)
    start = next(i for i, e in enumerate(story) if e.position.transaction_hash == story[at].position.transaction_hash)
    suspended = replace(Suspended(given.member, EMPTY_ID), position=story[start - 1].position)
    rules = {v.rule for v in fold([*story[:start], suspended, *story[start:]]).violations}
    assert "a release took in somebody who was suspended or had left" in rules


def in_turn(story, events):
    """Each in a transaction and block of its own, after the story."""
    last, after = story[-1].position, []
    for number, event in enumerate(events, 1):
        here = (last.block_number + number, last.timestamp + number, text_hash(f"in turn {number}"), 0)
        after.append(replace(event, position=Position(*here)))
    return [*story, *after]


SEATED = Seated(text_hash("seat"), STRANGER, 8, True, 2)
WORDS = {
    "an earlier encryption key was taken after a later one": (
        lambda one, others, sequence: EncryptionKeySet(text_hash(f"key {sequence}"), one, EMPTY_ID, sequence)
    ),
    "an earlier word of the board about a seat was taken after a later one": (
        lambda one, others, sequence: replace(SEATED, sequence=sequence)
    ),
    "an earlier word about a delegate was taken after a later one": (
        lambda one, others, sequence: Delegated(
            text_hash(f"appointed {sequence}"), one, others[0], 1, LATE, LATE, EMPTY_ID, sequence
        )
    ),
    "an earlier choice of guardians was taken after a later one": (
        lambda one, others, sequence: GuardiansNamed(
            text_hash(f"named {sequence}"), one, tuple(others), 2, 5, LATE, sequence
        )
    ),
    "an earlier recovery began after a later one": (
        lambda one, others, sequence: RecoveryBegun(
            text_hash(f"begun {sequence}"), one, STRANGER, EMPTY_ID, EMPTY_ID, 1, LATE, False, sequence
        )
    ),
}


@pytest.mark.parametrize("rule", WORDS)
def test_an_earlier_word_after_a_later_one_is_not_true(story, rule):
    one, *others = (event.account for event in story if isinstance(event, Joined))
    for second in (1, 2):
        words = in_turn(story, [WORDS[rule](one, others, sequence) for sequence in (2, second)])
        assert [violation.rule for violation in fold(words).violations].count(rule) == 1
    words = in_turn(story, [WORDS[rule](one, others, sequence) for sequence in (2, 3)])
    assert rule not in {violation.rule for violation in fold(words).violations}


def test_the_operators_key_comes_back_by_no_earlier_recovery(story, deployed):
    operator = deployed.operator.address
    rule = "an earlier recovery of the operator's key came after a later one"

    def told(*sequences):
        events = [Recovered(text_hash(f"recovered {one}"), operator, one) for one in sequences]
        return {violation.rule for violation in fold(in_turn(story, events)).violations}

    assert rule in told(2, 1) & told(2, 2)
    assert rule not in told(1, 2)


def test_a_seat_stands_for_what_it_says_alone(story):
    """A seat that takes somebody in covers no dismissal, and a seat is of the board or the operator."""
    board = next(event.account for event in story if isinstance(event, Enrolled) and event.role == 16)
    past = "the operator changed the board or the operators past the board"
    here = replace(story[-1].position, transaction_hash=text_hash("beside"))
    for seated in (True, False):
        beside = [Seated(text_hash("seat"), board, 16, seated, 1), Dismissed(board, 16, EMPTY_ID)]
        rules = {one.rule for one in fold([*story, *(replace(event, position=here) for event in beside)]).violations}
        assert (past in rules) == seated
    rules = {one.rule for one in fold(in_turn(story, [replace(SEATED, role=1)])).violations}
    assert "the board gave or took a role that is not its own" in rules


def test_a_permit_is_its_holders_taken_once_and_allows_something(story):
    one, other, _ = (event.account for event in story if isinstance(event, Joined))
    here = replace(story[-1].position, transaction_hash=text_hash("permitted"))

    def told(*events):
        return [violation.rule for violation in fold([*story, *(replace(e, position=here) for e in events)]).violations]

    used, allowed = PermitUsed(one, 0), Approval(one, other, 5)
    assert told(used, allowed) == []
    assert told(used, allowed, replace(used, nonce=1), allowed) == []
    assert told(used, allowed, used, allowed) == ["a permit was taken twice, or out of its turn"]
    assert told(replace(used, nonce=1), allowed) == ["a permit was taken twice, or out of its turn"]
    nothing = "a permit was used up and allowed nothing"
    assert told(used) == told(used, replace(allowed, owner=other)) == told(allowed, used) == [nothing]
    stranger = told(PermitUsed(STRANGER, 0), replace(allowed, owner=STRANGER))
    assert stranger == ["membership: account not enrolled"]


def test_a_violation_says_where(story):
    verdict = fold(changed(Disclosed, k=1)(story))
    event = story[first(story, Disclosed)]
    (violation,) = [v for v in verdict.violations if v.event == "Disclosed"]
    assert violation.block_number == event.position.block_number
    assert violation.transaction_hash == event.position.transaction_hash
    assert f"in block {event.position.block_number}" in str(violation)


def test_an_empty_chain_is_true_and_empty():
    verdict = fold([])
    assert verdict.is_true
    assert verdict.events == 0
    assert set(verdict.counts.values()) == {0}
    assert NOBODY not in verdict.state.members.accounts
