"""Messages read back from calldata: with their digests, and without a guess where there is nothing to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.abi import ContractAbi
from chaincode.bindings import Contracts
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import EscrowCreated, SurveyPublished
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.logs import Position
from chaincode.model import State
from chaincode.storage.calldata import Calls, Sent
from chaincode.storage.digests import Digests
from chaincode.typed_data import Answer, EscrowPolicy

ONE, TWO, HASH = text_hash("one"), text_hash("two"), text_hash("transaction")
WHO = "0x" + "11" * 20
SIGNATURE = signature_to_calldata(bytes(65))


@pytest.fixture(scope="module")
def deployment(open_bank):
    with open_bank() as bank:
        return Contracts(bank.chain.w3, bank.deployment).deployment


def answer(item=ONE, deadline=5):
    return Answer(item, WHO, TWO, "Survey", text_hash("answer"), text_hash("recipients"), 1, 2, deadline)


def digests(deployment, contract, function, *arguments, to=None):
    data = ContractAbi(deployment.contract(contract)).function(function).encode(arguments)
    sent = {HASH: Sent(deployment.address(to or contract), data)}
    state = State()
    state.apply(SurveyPublished(TWO, text_hash("Survey"), EMPTY_ID, (ONE,), (1,), 1, 1, 0, 1))
    return Digests(state, Calls(deployment, sent))


def event(transaction=HASH):
    return EscrowCreated(ONE, WHO, 1, (), ONE, ONE, 1, NOBODY, EMPTY_ID, position=Position(1, 1, transaction, 0))


def test_a_message_in_a_batch_has_the_digest_that_was_signed(deployment):
    batch = [(to_calldata(one), SIGNATURE) for one in (answer(), answer(TWO), answer(ONE, 6))]
    found = digests(deployment, "survey", "answer_batch", batch)
    assert found.of(Answer, ONE, event()) == [answer().struct_hash(), answer(ONE, 6).struct_hash()]
    assert found.of(Answer, TWO, event()) == [answer(TWO).struct_hash()]
    assert found.of(Answer, text_hash("three"), event()) == []


def test_a_message_sent_directly_and_one_with_a_list(deployment):
    assert digests(deployment, "survey", "answer", to_calldata(answer())).of(Answer, ONE, event()) == [
        answer().struct_hash()
    ]
    policy = EscrowPolicy(ONE, WHO, 2, (WHO, "0x" + "22" * 20), ONE, TWO, 3, NOBODY, EMPTY_ID, 4)
    found = digests(deployment, "escrow", "create_batch", [(to_calldata(policy), SIGNATURE)])
    assert found.of(EscrowPolicy, ONE, event()) == [policy.struct_hash()]


def test_a_message_about_something_unknown_has_no_digest(deployment):
    unknown = Answer(ONE, WHO, ONE, "Survey", text_hash("answer"), text_hash("recipients"), 1, 2, 5)
    assert digests(deployment, "survey", "answer", to_calldata(unknown)).of(Answer, ONE, event()) == []


def test_what_went_elsewhere_is_not_read(deployment):
    found = digests(deployment, "survey", "answer", to_calldata(answer()), to="coin")
    assert found.call("survey", event()) is None
    assert found.of(Answer, ONE, event()) == []
    assert digests(deployment, "survey", "answer", to_calldata(answer())).of(Answer, ONE, event(TWO)) == []


@given(data=st.binary(max_size=200))
def test_calldata_that_cannot_be_read_is_nothing(deployment, data):
    selector = ContractAbi(deployment.contract("survey")).function("answer_batch").selector
    for raw in (data, selector + data):
        calls = Calls(deployment, {HASH: Sent(deployment.address("survey"), raw)})
        call = calls.made("survey", HASH)
        assert call is None or not any(call.structs.values())
