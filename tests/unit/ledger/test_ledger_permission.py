"""Who may write: the genesis first, the contract as soon as it stands."""

import pytest
from eth_utils import keccak

from ledger import rlp_codec
from ledger.testing import local_chain

NOT_AUTHORISED = {"code": -32007, "message": "Sender account not authorized to send transactions"}


def contract_of(account):
    """The address of the first contract that an account deploys."""
    sender = bytes.fromhex(account.address[2:])
    return keccak(rlp_codec.encode([sender, b""]))[12:]


@pytest.fixture
def guarded(alice):
    with local_chain(writers=[alice.address], permission_contract=contract_of(alice)) as running:
        yield running


@pytest.fixture
def send(guarded):
    def make(raw):
        return guarded.w3.provider.make_request("eth_sendRawTransaction", ["0x" + raw.hex()])

    return make


def test_only_the_writers_of_the_genesis_may_write_at_first(send, sign, alice, bob):
    assert "result" in send(sign(alice, 0, to=b"\x01" * 20))
    assert send(sign(bob, 0))["error"] == NOT_AUTHORISED


def test_the_contract_decides_once_it_stands(send, sign, alice, bob, counter, guarded):
    deploy = sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000)
    assert "result" in send(deploy)
    contract = guarded.w3.eth.contract(guarded.w3.to_checksum_address(contract_of(alice)), abi=counter.abi)
    assert send(sign(alice, 1))["error"] == NOT_AUTHORISED
    assert contract.functions.mayWrite(bob.address).call() is False


def test_a_contract_without_code_and_no_writers_shuts_everybody_out(sign, alice):
    with local_chain(permission_contract=contract_of(alice)) as closed:
        raw = "0x" + sign(alice, 0).hex()
        assert closed.w3.provider.make_request("eth_sendRawTransaction", [raw])["error"] == NOT_AUTHORISED


def test_an_open_chain_lets_everybody_write(rpc, sign, bob):
    assert "result" in rpc("eth_sendRawTransaction", "0x" + sign(bob, 0).hex())


def test_the_answer_follows_the_head(sign, alice, bob, counter):
    with local_chain(writers=[alice.address], permission_contract=contract_of(alice)) as running:
        chain, permission = running.chain, running.node.permission
        assert permission.may_write(bytes.fromhex(alice.address[2:]))
        deploy = chain.decode(sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000))
        contract = running.w3.eth.contract(abi=counter.abi)
        allow = contract.encode_abi("allow", args=[bob.address, True])
        allowing = chain.decode(sign(alice, 1, to=contract_of(alice), data=allow))
        with chain.draft(chain.clock()) as draft:
            draft.apply(deploy)
            draft.apply(allowing)
            draft.seal()
        assert permission.may_write(bytes.fromhex(bob.address[2:]))
        assert not permission.may_write(bytes.fromhex(alice.address[2:]))
        shut_out = contract.encode_abi("allow", args=[bob.address, False])
        running.node.submit(sign(bob, 0, to=contract_of(alice), data=shut_out))
        assert not permission.may_write(bytes.fromhex(bob.address[2:]))
