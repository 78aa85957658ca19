"""Fixtures for the ledger's tests: accounts, signed transactions, a small contract, chains."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from vyper import compile_code

from ledger.chain import Chain
from ledger.genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from ledger.store import Store
from ledger.testing import TEST_MAP_SIZE_BYTES, local_chain

COUNTER_SOURCE = """
# pragma version 0.4.3
# pragma evm-version london

event Counted:
    who: indexed(address)
    label: indexed(bytes32)
    total: uint256

totals: public(HashMap[bytes32, uint256])
allowed: public(HashMap[address, bool])
guarded: public(bool)

@external
def count(label: bytes32, amount: uint256):
    assert amount < 1000, "counter: amount too large"
    self.totals[label] += amount
    log Counted(who=msg.sender, label=label, total=self.totals[label])

@external
def allow(account: address, yes: bool):
    self.allowed[account] = yes

@external
@view
def mayWrite(account: address) -> bool:
    return self.allowed[account]
"""


@pytest.fixture(scope="session")
def counter():
    """A contract that counts, logs, reverts with a reason, and answers mayWrite."""
    made = compile_code(COUNTER_SOURCE, output_formats=["abi", "bytecode"])
    return SimpleNamespace(abi=made["abi"], bytecode=made["bytecode"])


@pytest.fixture(scope="session")
def alice():
    return Account.from_key(b"\x0a" * 32)


@pytest.fixture(scope="session")
def bob():
    return Account.from_key(b"\x0b" * 32)


@pytest.fixture(scope="session")
def signer_key():
    return PrivateKey(b"\x01" * 32)


@pytest.fixture(scope="session")
def sign():
    """sign(account, nonce, **fields) -> raw transaction bytes, free of charge."""

    def make(account, nonce, *, to=b"\xab" * 20, data=b"", gas=100_000, chain_id=DEFAULT_CHAIN_ID, **fields):
        body = {"nonce": nonce, "to": to, "data": data, "gas": gas, "value": 0, "chainId": chain_id}
        if "maxFeePerGas" not in fields:
            body["gasPrice"] = 0
        return bytes(account.sign_transaction({**body, **fields}).raw_transaction)

    return make


@pytest.fixture
def genesis(signer_key):
    return parse_genesis(new_clique_document([signer_key.public_key.to_canonical_address()]))


@pytest.fixture
def new_chain(tmp_path, signer_key):
    """new_chain(name, genesis, signer=…) -> Chain; every store is closed at the end."""
    stores = []

    def make(name, genesis, signer=signer_key):
        store = Store(tmp_path / name, map_size_bytes=TEST_MAP_SIZE_BYTES)
        stores.append(store)
        return Chain.create(store, genesis, lambda: 1_000, signer)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def chain(new_chain, genesis):
    return new_chain("chain", genesis)


@pytest.fixture
def seal():
    """seal(chain, timestamp, raws) -> Sealed."""

    def make(chain, timestamp, raws=()):
        with chain.draft(timestamp) as draft:
            for raw in raws:
                draft.apply(chain.decode(raw))
            return draft.seal()

    return make


@pytest.fixture
def local(tmp_path):
    with local_chain(tmp_path / "local") as running:
        yield running


@pytest.fixture
def rpc(local):
    """rpc(method, *params) -> the whole JSON-RPC answer."""
    provider = local.w3.provider
    return lambda method, *params: provider.make_request(method, list(params))


@pytest.fixture
def deployed(local, rpc, alice, sign, counter):
    """The counter contract on the local chain; alice's next nonce is 1."""
    raw = sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000)
    receipt = rpc("eth_sendRawTransactionSync", "0x" + raw.hex())["result"]
    return local.w3.eth.contract(local.w3.to_checksum_address(receipt["contractAddress"]), abi=counter.abi)
