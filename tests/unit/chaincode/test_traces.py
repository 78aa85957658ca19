"""Where wallets look for what an act leaves on the ledger, and what they take for its trace.

That each act does leave it is seen in every flow of the bank (`look_for_traces` in tests/unit/bank_api/town.py).
"""

import pytest

from bank_api.protocol.acts import SUBMISSIONS
from chaincode.approvals import JOINT
from chaincode.build import compile_contract
from chaincode.ids import checksummed
from chaincode.keccak import keccak
from chaincode.places import slot_in
from chaincode.storage.layout import StorageLayout, slot_of
from chaincode.traces import (
    CONTRIBUTION,
    DIGESTS,
    ESCROW_PLACE,
    SPECIAL,
    TOGETHER,
    TRACE_PLACES,
    account_trace,
    trace_of,
)
from chaincode.typed_data import structs

ID, OTHER, WHO = b"\7" * 32, b"\x08" * 32, checksummed("0x" + "1f" * 20)


def layout_of(contract):
    return StorageLayout(contract, compile_contract(contract).storage_layout["storage_layout"])


@pytest.mark.parametrize(("contract", "variable", "slot"), TRACE_PLACES)
def test_variables_are_where_the_compiler_puts_them(contract, variable, slot):
    assert layout_of(contract).find(variable).slot == slot


@pytest.mark.parametrize("place", [ESCROW_PLACE, CONTRIBUTION])
def test_a_value_within_a_value_is_where_the_storage_rules_put_it(place):
    assert slot_in(place, ID, WHO) == slot_of(layout_of(place[0]).find(place[1]), (ID, WHO))


def test_every_act_that_a_bank_relays_has_a_trace_in_its_own_contract():
    relayed = {submission.act.struct for submission in SUBMISSIONS}
    together = {joint.words for joint in JOINT} - relayed
    assert set(DIGESTS) | set(SPECIAL) | set(TOGETHER) == relayed | together
    assert sum(map(len, (DIGESTS, SPECIAL, TOGETHER))) == len(relayed | together), "each once"
    places = [*DIGESTS.items(), *TOGETHER.items()]
    assert all(place[0] == struct.CONTRACT for struct, place in places)


def test_an_issue_is_known_by_its_account_and_coins():
    words = structs.CoinIssue(ID, WHO, 5, 9)
    trace, terms = trace_of(words, nobody), keccak(bytes.fromhex(WHO[2:]).rjust(32, b"\0") + (5).to_bytes(32, "big"))
    assert trace.is_left([number(terms)])
    assert not trace.is_left([0])
    assert not trace_of(structs.CoinIssue(ID, WHO, 6, 9), nobody).is_left([number(terms)])


def test_an_order_is_seen_in_the_accounts_word():
    suspended = account_trace(WHO, lambda word: word.is_suspended)
    assert suspended.is_left([1 << 176])
    assert not suspended.is_left([1 << 177])


def nobody():
    raise AssertionError("the words name who acts")


def number(word):
    return int.from_bytes(word, "big")


def test_other_words_under_the_same_id_are_no_trace():
    said, other = (structs.Withdrawal(ID, WHO, "I withdraw", OTHER, 1, until) for until in (5, 6))
    trace = trace_of(said, nobody)
    assert trace.is_left([number(said.struct_hash())])
    assert not trace.is_left([number(other.struct_hash())])
    assert not trace.is_left([0])


WORDS = {
    "a veto": (structs.Veto(ID, WHO, 9), [2 | 77 << 8], [[0], [1 | 77 << 8], [3]]),
    "a closing": (structs.Closing(ID, WHO, 9), [4 << 168 | 5], [[0], [2 << 168], [3 << 168]]),
    "an acknowledgement": (
        structs.Acknowledgement(ID, WHO, OTHER, 9),
        [1 << 208, number(OTHER)],
        [[0, number(OTHER)], [1 << 209, number(OTHER)], [1 << 208, number(ID)]],
    ),
    "a deletion": (structs.Deletion(ID, WHO, "I deleted it", OTHER, 9), [1 << 209], [[0], [1 << 208]]),
    "a share's receipt": (
        structs.ShareReceipt(ID, WHO, OTHER, 9), [1 << 218, 3], [[1 << 218, 0], [1 << 217, 3], [1 << 219, 3], [0, 3]],
    ),
    "a contribution": (structs.Contribution(ID, WHO, ID, OTHER, 9), [number(OTHER)], [[0], [number(ID)]]),
    "a rule's end": (
        structs.RuleEnd(ID, WHO, "I end it", 5, 9), [2 << 160 | 1, 0], [[1 << 160 | 1, 5], [0, 0]],
    ),
    "the end of a rule that never came": (structs.RuleEnd(ID, WHO, "I end it", 5, 9), [0, 5], [[0, 0]]),
    "a recovery's veto": (structs.RecoveryVeto(ID, WHO, 9), [0], [[number(ID)]]),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_what_a_contract_keeps_of_an_act_is_told_from_what_it_is_not(name):
    words, left, absent = WORDS[name]
    trace = trace_of(words, nobody)
    assert trace.contract == words.CONTRACT
    assert len(trace.slots) == len(left)
    assert trace.is_left(left)
    assert not any(trace.is_left(found) for found in absent)


def test_a_redemption_is_its_members():
    words = structs.Redemption(ID, OTHER, "Tea", WHO, OTHER, 9)
    trace = trace_of(words, lambda: WHO)
    bound = keccak(words.struct_hash() + bytes(12) + bytes.fromhex(WHO[2:]))
    assert trace.is_left([number(bound)])
    assert not trace.is_left([number(words.struct_hash())])


def test_what_no_bank_carries_has_none():
    with pytest.raises(KeyError):
        trace_of(structs.Permit(WHO, WHO, 5, 0, 9), nobody)
