"""Two engines that are not ours judge a chain that is: geth v1.13.15 imports it, EELS executes it.

The chain holds what a Clique chain can hold: contracts, logs, reverts, typed transactions, a vote that adds a
second signer, blocks sealed in turn and out of turn.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak
from vyper import compile_code

from ledger.chain import Chain
from ledger.errors import ReplayError
from ledger.export import export_chain
from ledger.genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from ledger.referee import RefereeError, run_referee
from ledger.rlp_codec import encode
from ledger.store import Store
from scripts.engines.geth import build_geth
from scripts.engines.nodes import EngineMissingError

BUILD = Path(__file__).parents[2] / ".build"
START = 1_700_000_000
KEYS = [PrivateKey(bytes([n]) * 32) for n in (1, 2)]
SENDER = Account.from_key(b"\x0a" * 32)
CONTRACT = """
# pragma version 0.4.3
# pragma evm-version london
event Counted:
    label: indexed(bytes32)
totals: public(HashMap[bytes32, uint256])
@external
def count(label: bytes32, amount: uint256):
    assert amount < 1000, "too large"
    self.totals[label] += amount
    log Counted(label=label)
"""


def sign(nonce, to, data=b"", gas=200_000, **fields):
    body = {"nonce": nonce, "to": to, "data": data, "gas": gas, "value": 0, "gasPrice": 0, "chainId": DEFAULT_CHAIN_ID}
    return bytes(SENDER.sign_transaction({**body, **fields}).raw_transaction)


def seal(chain, timestamp, raws):
    with chain.draft(timestamp) as draft:
        for raw in raws:
            draft.apply(chain.decode(raw))
        return draft.seal()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    place = tmp_path_factory.mktemp("referees")
    addresses = [key.public_key.to_canonical_address() for key in KEYS]
    document = new_clique_document(addresses[:1])
    account = {"balance": "0x5", "nonce": "0x2", "code": "0x60016001", "storage": {"0x01": "0x02"}}
    document["alloc"] = {"0x" + "aa" * 20: account}
    genesis = parse_genesis(document)
    made = compile_code(CONTRACT, output_formats=["bytecode", "method_identifiers"])
    count = bytes.fromhex(made["method_identifiers"]["count(bytes32,uint256)"][2:].zfill(8))

    def call(label, amount):
        return count + bytes([label]) * 32 + amount.to_bytes(32, "big")

    with Store(place / "a") as store_a, Store(place / "b") as store_b:
        first, second = (
            Chain.create(store, genesis, lambda: START, key)
            for store, key in zip((store_a, store_b), KEYS, strict=True)
        )
        deployed = seal(first, START, [sign(0, b"", bytes.fromhex(made["bytecode"][2:]), 2_000_000)])
        second.import_block(deployed.block.raw)
        contract = keccak(encode([bytes.fromhex(SENDER.address[2:]), b""]))[12:]
        first.votes[addresses[1]] = True
        batches = [
            [sign(1, contract, call(1, 5)), sign(2, contract, call(2, 7)), sign(3, contract, call(1, 5000))],
            [sign(4, contract, call(1, 1), accessList=[{"address": contract, "storageKeys": ["0x" + "00" * 32]}])],
            [sign(5, contract, call(3, 0)), sign(6, b"\x99" * 20)],
            [],
        ]
        for number, batch in enumerate(batches):
            sealer, other = (first, second) if number % 2 == 0 else (second, first)
            other.import_block(seal(sealer, START + 10 * (number + 1), batch).block.raw)
        assert len(first.head.snapshot.signers) == 2
        export_chain(first, place / "export")
        head = first.head.header.hash
    return place / "export", "0x" + head.hex()


@pytest.fixture(scope="module")
def geth():
    """The path of a geth v1.13.15, built once into .build."""
    try:
        return build_geth()
    except EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.mark.go
@pytest.mark.timeout(900)
def test_geth_imports_our_chain_to_the_same_head(exported, geth, tmp_path):
    directory, head = exported
    data = ["--datadir", str(tmp_path / "geth")]
    for words in (["init", str(directory / "genesis.json")], ["import", str(directory / "chain.rlp")]):
        done = subprocess.run([str(geth), *data, *words], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    quiet = ["--nodiscover", "--maxpeers", "0", "--ipcdisable", "--verbosity", "0", "--authrpc.port", "0"]
    asking = [str(geth), *data, *quiet, "--port", "0", "--exec", 'eth.getBlock("latest").hash', "console"]
    answer = subprocess.run(asking, capture_output=True, text=True, timeout=120)
    assert answer.stdout.strip().strip('"') == head


@pytest.fixture(scope="module")
def eels():
    """The Python of an environment with EELS; `python -m venv .build/eels` and pip make one."""
    python = Path(os.environ.get("AZUKARI_EELS_PYTHON", BUILD / "eels" / "bin" / "python"))
    if not python.exists():
        pytest.skip(
            "no EELS here: python -m venv .build/eels && .build/eels/bin/pip install -r requirements/referee.txt"
        )
    return python


def test_eels_reaches_the_same_state_roots(exported, eels):
    verdict = run_referee(exported[0], eels)
    assert (verdict["blocks"], verdict["transactions"]) == (5, 7)


def test_eels_finds_a_false_state_root(exported, eels, tmp_path):
    shutil.copytree(exported[0], tmp_path / "altered")
    raw = bytearray((tmp_path / "altered" / "chain.rlp").read_bytes())
    raw[100] ^= 1
    (tmp_path / "altered" / "chain.rlp").write_bytes(raw)
    with pytest.raises(ReplayError) as found:
        run_referee(tmp_path / "altered", eels)
    assert (found.value.block_number, found.value.field) == (1, "stateRoot")


def test_a_python_without_eels_is_told(exported):
    with pytest.raises(RefereeError, match="No such file"):
        run_referee(exported[0], Path("/nowhere/python"))
