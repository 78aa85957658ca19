"""Storage rebuilt from what was recorded: every slot of every contract, and every way of bending one is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.abi import ContractAbi
from chaincode.bindings import SignedRotation
from chaincode.calldata import signature_to_calldata
from chaincode.events import Answered
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.storage import CONTRACTS, compare_storage
from chaincode.storage.compare import UNEXPLAINED
from chaincode.typed_data import Contribution, EscrowPolicy, KeyRotation, OpeningRequest, Permit, ShareReceipt, sign
from ledger.storage import root_of_slots

LATE = 10**10


def work(bank, make_person):
    """The main job, and what it leaves out: a correction, an escrow, a new key, a permit."""
    owner, *_ = bank.main_job()
    faces, send = bank.contracts, bank.transactor
    faces.survey.correct_batch(send, [bank.correction(owner)])
    custodians = [make_person(f"custodian {i}") for i in range(3)]
    ids, commitments = (text_hash("escrow"), text_hash("opening")), text_hash("commitments")
    addresses = tuple(one.address for one in custodians)
    policy = EscrowPolicy(ids[0], owner.address, 2, addresses, commitments, EMPTY_ID, 0, NOBODY, EMPTY_ID, LATE)
    faces.escrow.create_batch(send, [bank.signed(policy, owner)])
    receipts = [bank.signed(ShareReceipt(ids[0], c.address, commitments, LATE), c) for c in custodians]
    faces.escrow.acknowledge_batch(send, receipts)
    opening = OpeningRequest(ids[1], ids[0], owner.address, EMPTY_ID, EMPTY_ID, LATE)
    faces.escrow.request_opening_batch(send, [bank.signed(opening, owner)])
    parts = [
        bank.signed(Contribution(ids[1], c.address, opening.struct_hash(), text_hash("part"), LATE), c)
        for c in custodians[:2]
    ]
    faces.escrow.contribute_batch(send, parts)
    fresh = make_person("fresh key")
    rotation = KeyRotation(text_hash("rotation"), owner.address, fresh.address, EMPTY_ID, EMPTY_ID, LATE)
    both = [sign(rotation, bank.deployment, one) for one in (owner, fresh)]
    faces.membership.rotate_batch(send, [SignedRotation(rotation, *both)])
    permit = Permit(owner.address, addresses[0], 7, 0, LATE)
    signature = signature_to_calldata(sign(permit, bank.deployment, fresh))
    coin = bank.deployment.contract("coin")
    arguments = permit.owner, permit.spender, permit.value, permit.deadline, signature[2], *signature[:2]
    send.send(coin.address, ContractAbi(coin).function("permit").encode(arguments))


@pytest.fixture(scope="module")
def evidence(open_bank, make_person, evidence_of):
    with open_bank() as bank:
        work(bank, make_person)
        return evidence_of(bank.chain, bank.contracts)


@pytest.fixture(scope="module")
def expected(evidence):
    return evidence.expected()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_slot_is_rebuilt_to_the_last_bit_and_so_is_the_root(evidence, expected, contract):
    report = compare_storage(expected[contract], evidence.found[contract].items())
    assert report.differences == ()
    assert report.held == report.by_value == len(evidence.found[contract])
    assert (report.in_part, report.by_key) == ({}, {})
    assert root_of_slots(expected[contract].rebuilt({})) == evidence.roots[contract]


def test_the_story_fills_every_contract_it_can(evidence):
    assert all(evidence.found[name] for name in CONTRACTS if name not in ("rule", "draw", "recovery"))


def test_without_calldata_digests_are_known_by_their_place(evidence):
    """And a nonce may be as high as the number of approvals."""
    expected = evidence.expected(sent={})
    reports = {name: compare_storage(expected[name], evidence.found[name].items()) for name in CONTRACTS}
    assert [report.differences for report in reports.values() if report.differences] == []
    told = {name: {path.rpartition(".")[2]: n for path, n in one.by_key.items()} for name, one in reports.items()}
    assert {name: keys for name, keys in told.items() if keys} == {
        "membership": {"digest": 4},
        "survey": {"digest": 4},
        "request": {"decision_digest": 1},
        "coupon": {"digest": 3},
        "escrow": {"digest": 2},
    }
    assert [sum(one.in_part.values()) for one in reports.values() if one.in_part] == [3]  # the consents' bodies
    assert expected["coin"].rebuilt(evidence.found["coin"]) is not None  # one nonce may be 0 or 1
    assert expected["survey"].rebuilt(evidence.found["survey"]) is None


PLACES = st.tuples(
    st.sampled_from([name for name in CONTRACTS if name not in ("rule", "draw", "recovery")]), st.integers(0, 10**6)
)


@given(place=PLACES, bit=st.integers(0, 255))
def test_one_bit_changed_in_any_slot_is_found_with_variable_and_value(evidence, expected, place, bit):
    contract, at = place
    found = dict(evidence.found[contract])
    slot_hash = sorted(found)[at % len(found)]
    told = found[slot_hash]
    found[slot_hash] ^= 1 << bit
    report = compare_storage(expected[contract], ((key, value) for key, value in found.items() if value))
    (difference,) = report.differences
    assert difference.contract == contract
    assert difference.variable == str(expected[contract].slots[slot_hash])
    assert (difference.expected, difference.found) == (hex(told), hex(found[slot_hash]))


@given(place=PLACES)
def test_any_slot_that_is_missing_is_found(evidence, expected, place):
    contract, at = place
    found = dict(evidence.found[contract])
    slot_hash = sorted(found)[at % len(found)]
    told = found.pop(slot_hash)
    (difference,) = compare_storage(expected[contract], found.items()).differences
    assert difference.slot_hash == slot_hash
    assert (difference.expected, difference.found) == (hex(told), "0x0")


@given(contract=st.sampled_from(tuple(CONTRACTS)), slot_hash=st.binary(min_size=32, max_size=32))
def test_a_slot_too_many_is_found_in_every_contract(evidence, expected, contract, slot_hash):
    found = {**evidence.found[contract], slot_hash: 1}
    (difference,) = compare_storage(expected[contract], found.items()).differences
    assert (difference.slot_hash, difference.expected, difference.found) == (slot_hash, UNEXPLAINED, "0x1")


@given(place=PLACES)
def test_without_calldata_too_every_slot_must_be_there(evidence, place):
    contract, at = place
    found, expected = dict(evidence.found[contract]), evidence.expected(sent={})[contract]
    missing = sorted(found)[at % len(found)]
    del found[missing]
    assert compare_storage(expected, found.items()).differences


def test_an_event_left_out_leaves_its_slots_unexplained(evidence):
    *_, answer = (one for one in evidence.events if isinstance(one, Answered))  # nobody corrected it
    events = [one for one in evidence.events if one is not answer]
    differences = compare_storage(evidence.expected(events)["survey"], evidence.found["survey"].items()).differences
    unexplained = [one for one in differences if not one.variable]
    assert hex(int.from_bytes(answer.answer_id, "big")) in {one.found for one in unexplained}
    assert any("budgetLeft" in one.variable for one in differences)
