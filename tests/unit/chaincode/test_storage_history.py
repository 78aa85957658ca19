"""What events leave to be told apart: sales from rewards, transfers from the bank's own moves, which id a key took."""

from dataclasses import replace

import pytest

from chaincode.bindings import SignedRotation
from chaincode.events import (
    Answered,
    ConsentUsed,
    DrawEntered,
    EntryRefunded,
    Granted,
    Joined,
    Moved,
    PartnerRewarded,
    RequestClosed,
    TermsSet,
)
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.logs import Position
from chaincode.storage import compare_storage
from chaincode.storage.history import History
from chaincode.typed_data import KeyRotation, sign

ONE, TWO = text_hash("one"), text_hash("two")
WHO, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
LATE = 10**10


def in_one_transaction(*events, transaction=ONE):
    return [replace(event, position=Position(1, 1, transaction, at)) for at, event in enumerate(events)]


def test_a_grant_without_a_reward_beside_it_is_a_sale():
    answered = Answered(ONE, TWO, WHO, EMPTY_ID, 1, 5)
    rewarded = PartnerRewarded(TWO, ONE, WHO, 3)
    grants = [Granted(WHO, 5, ONE), Granted(WHO, 3, TWO), Granted(OTHER, 5, ONE), Granted(WHO, 5, ONE)]
    history = History(in_one_transaction(answered, rewarded, *grants))
    assert list(history.sales()) == grants[2:]
    elsewhere = History([*in_one_transaction(answered), *in_one_transaction(grants[0], transaction=TWO)])
    assert list(elsewhere.sales()) == grants[:1]


@pytest.mark.parametrize(
    "event",
    [
        RequestClosed(ONE, 4),
        ConsentUsed(TWO, ONE, 4),
        DrawEntered(ONE, TWO, WHO, EMPTY_ID, 4),
        EntryRefunded(ONE, TWO, WHO, 4),
    ],
)
def test_a_move_that_a_contract_made_is_no_transfer(event):
    moved = Moved(WHO, OTHER, 4, ONE)
    assert list(History(in_one_transaction(event, moved)).transfers()) == []
    assert list(History(in_one_transaction(event, moved, moved)).transfers()) == [moved]
    assert list(History([*in_one_transaction(event), *in_one_transaction(moved, transaction=TWO)]).transfers()) == [
        moved
    ]


def test_a_transfer_of_nothing_is_not_taken_for_a_request_that_unlocked_nothing():
    moved = Moved(WHO, OTHER, 0, ONE)
    assert list(History(in_one_transaction(RequestClosed(ONE, 0), moved)).transfers()) == [moved]
    assert list(History(in_one_transaction(ConsentUsed(TWO, ONE, 0), moved)).transfers()) == []


def test_a_member_joined_with_the_sentence_of_its_time():
    joins = [Joined(one, WHO, ONE, EMPTY_ID) for one in (ONE, TWO)]
    history = History([TermsSet(ONE, text_hash("old"), 0), joins[0], TermsSet(ONE, text_hash("new"), 0), joins[1]])
    assert [history.statement(one) for one in (ONE, TWO)] == [text_hash("old"), text_hash("new")]


def test_a_rotation_offered_under_two_ids_is_known_by_the_one_that_counted(open_bank, make_person, evidence_of):
    fresh = make_person("fresh key")
    with open_bank() as bank:
        owner = bank.people()[0]
        refused, taken = (
            KeyRotation(text_hash(i), owner.address, fresh.address, EMPTY_ID, EMPTY_ID, LATE) for i in "ab"
        )
        mine, new = sign(taken, bank.deployment, owner), sign(taken, bank.deployment, fresh)
        wrong = SignedRotation(refused, sign(refused, bank.deployment, owner), new)
        outcomes = bank.contracts.membership.rotate_batch(bank.transactor, [wrong, SignedRotation(taken, mine, new)])
        assert [one.accepted for one in outcomes] == [False, True]
        evidence = evidence_of(bank.chain, bank.contracts)
    expected = evidence.expected()["membership"]
    report = compare_storage(expected, evidence.found["membership"].items())
    assert report.differences == ()
    assert report.by_key == {}
    assert expected.rebuilt(evidence.found["membership"]) is not None
    one_more = {**evidence.found["membership"], bytes(32): 1}
    assert len(compare_storage(expected, one_more.items()).differences) == 1
