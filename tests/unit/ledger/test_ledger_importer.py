"""Third-party chains: one with every fork from Frontier to Prague, built by py-evm's own chain class."""

import json

import pytest
import rlp
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.db.atomic import AtomicDB
from eth.vm.forks import (
    ArrowGlacierVM,
    BerlinVM,
    ByzantiumVM,
    CancunVM,
    ConstantinopleVM,
    FrontierVM,
    GrayGlacierVM,
    HomesteadVM,
    IstanbulVM,
    LondonVM,
    MuirGlacierVM,
    ParisVM,
    PetersburgVM,
    PragueVM,
    ShanghaiVM,
    SpuriousDragonVM,
    TangerineWhistleVM,
)
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak

from ledger.chain import Chain
from ledger.errors import BlockError, GenesisError, ImportChainError
from ledger.genesis import parse_genesis
from ledger.importer import import_chain_file
from ledger.store import Store

SENDER = PrivateKey(b"\x31" * 32)
BALANCE = 10**24
DIFFICULTY = 0x20000
GAS_LIMIT = 10_000_000
BLOCK_SECONDS = 10
FORKS = (
    (None, FrontierVM),
    ("homesteadBlock", HomesteadVM),
    ("eip150Block", TangerineWhistleVM),
    ("eip158Block", SpuriousDragonVM),
    ("byzantiumBlock", ByzantiumVM),
    ("constantinopleBlock", ConstantinopleVM),
    ("petersburgBlock", PetersburgVM),
    ("istanbulBlock", IstanbulVM),
    ("muirGlacierBlock", MuirGlacierVM),
    ("berlinBlock", BerlinVM),
    ("londonBlock", LondonVM),
    ("arrowGlacierBlock", ArrowGlacierVM),
    ("grayGlacierBlock", GrayGlacierVM),
    ("mergeNetsplitBlock", ParisVM),
    ("shanghaiTime", ShanghaiVM),
    ("cancunTime", CancunVM),
    ("pragueTime", PragueVM),
)
BLOCKS_PER_FORK = 2
HEIGHT = len(FORKS) * BLOCKS_PER_FORK - 1
# stores calldata under itself and logs it: PUSH1 0 CALLDATALOAD DUP1 SSTORE PUSH1 0 PUSH1 0 LOG0 STOP
RUNTIME = bytes.fromhex("600035" + "80" + "80" + "55" + "60006000a0" + "00")
CODE_ADDRESS = b"\x55" * 20


@pytest.fixture(scope="module")
def third_party():
    """(genesis document, block RLPs) of a chain that this project did not build."""
    config = {"chainId": 1337, "terminalTotalDifficulty": DIFFICULTY * 2, "ethash": {}}
    configuration = []
    for index, (name, vm) in enumerate(FORKS):
        start = index * BLOCKS_PER_FORK
        changes = {"consensus_class": NoProofConsensus}
        if vm is HomesteadVM:
            changes["support_dao_fork"] = False
        configuration.append((start, vm.configure(**changes)))
        if name is not None:
            config[name] = start * BLOCK_SECONDS if name.endswith("Time") else start
    config["eip155Block"] = config["eip158Block"]
    chain_class = MiningChain.configure(vm_configuration=tuple(configuration), chain_id=1337)
    sender = SENDER.public_key.to_canonical_address()
    state = {
        sender: {"balance": BALANCE, "nonce": 0, "code": b"", "storage": {}},
        CODE_ADDRESS: {"balance": 0, "nonce": 1, "code": RUNTIME, "storage": {}},
    }
    chain = chain_class.from_genesis(
        AtomicDB(), {"difficulty": DIFFICULTY, "gas_limit": GAS_LIMIT, "timestamp": 0}, state
    )
    raws = [rlp.encode(_mine(chain, number)) for number in range(1, HEIGHT + 1)]
    document = {
        "config": config,
        "nonce": "0x42",
        "timestamp": "0x0",
        "gasLimit": hex(GAS_LIMIT),
        "difficulty": hex(DIFFICULTY),
        "alloc": {
            "0x" + sender.hex(): {"balance": hex(BALANCE)},
            "0x" + CODE_ADDRESS.hex(): {"balance": "0x0", "nonce": "0x1", "code": "0x" + RUNTIME.hex()},
        },
    }
    header = chain.get_canonical_block_header_by_number(0)
    document["nonce"] = hex(int.from_bytes(header.nonce, "big"))
    document["mixHash"] = "0x" + header.mix_hash.hex()
    return document, raws


def _mine(chain, number):
    gas_price = 2 * 10**9
    unsigned = chain.create_unsigned_transaction(
        nonce=number - 1, gas_price=gas_price, gas=100_000, to=CODE_ADDRESS, value=0, data=number.to_bytes(32, "big")
    )
    protected = 1337 if number >= 3 * BLOCKS_PER_FORK else None
    transaction = unsigned.as_signed_transaction(SENDER, chain_id=protected)
    timestamp, fields = number * BLOCK_SECONDS, {}
    rules = chain.get_vm_class_for_block_number(number)
    if not issubclass(rules, ParisVM):
        fields["difficulty"] = rules.compute_difficulty(chain.get_canonical_head(), timestamp)
    return chain.mine_all([transaction], timestamp=timestamp, **fields)[0].imported_block


@pytest.fixture
def empty(tmp_path, third_party):
    with Store(tmp_path / "s", map_size_bytes=16 << 20) as store:
        yield Chain.create(store, parse_genesis(third_party[0]), lambda: 0)


@pytest.fixture
def chain_file(tmp_path, third_party):
    path = tmp_path / "chain.rlp"
    path.write_bytes(b"".join(third_party[1]))
    return path


def test_every_fork_imports_to_the_same_head(empty, chain_file, third_party):
    assert import_chain_file(empty, chain_file) == HEIGHT
    assert empty.head.header.hash == _hash_of(third_party[1][-1])
    forks = {empty.rules_for(empty.history.header(number)).fork for number in range(HEIGHT + 1)}
    assert len(forks) == len(FORKS)


def _hash_of(raw):
    return keccak(rlp.encode(rlp.decode(raw)[0]))


def test_importing_again_adds_nothing_and_continues_where_it_stopped(empty, tmp_path, third_party, chain_file):
    part = tmp_path / "part.rlp"
    part.write_bytes(b"".join(third_party[1][:5]))
    assert import_chain_file(empty, part) == 5
    assert import_chain_file(empty, part) == 0
    assert import_chain_file(empty, chain_file) == HEIGHT - 5


def test_a_false_block_is_named_and_the_blocks_before_it_stay(empty, tmp_path, third_party):
    raws = list(third_party[1])
    altered = bytearray(raws[6])
    altered[100] ^= 1
    raws[6] = bytes(altered)
    path = tmp_path / "false.rlp"
    path.write_bytes(b"".join(raws))
    with pytest.raises(BlockError) as refused:
        import_chain_file(empty, path)
    assert (refused.value.block_number, refused.value.field) == (7, "stateRoot")
    assert empty.head.number == 6


def test_another_chain_over_the_same_genesis_is_refused(empty, tmp_path, third_party, chain_file):
    import_chain_file(empty, chain_file)
    items = rlp.decode(third_party[1][0])
    items[0][12] = b"another"
    path = tmp_path / "other.rlp"
    path.write_bytes(rlp.encode(items))
    with pytest.raises(BlockError, match="already holds"):
        import_chain_file(empty, path)


def test_proof_of_work_is_checked_when_asked_for(empty, tmp_path, third_party):
    asked = []

    def refuse(header):
        asked.append(header.block_number)
        raise BlockError(header.block_number, "mixHash", "this is no work")

    path = tmp_path / "one.rlp"
    path.write_bytes(third_party[1][0])
    with pytest.raises(BlockError, match="this is no work"):
        import_chain_file(empty, path, check_work=refuse)
    assert asked == [1]


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (b"\x00", "an RLP list was expected"),
        (b"\xf9", "not canonical"),
        (b"\xf8\x01\x00", "not canonical"),
        (b"\xf9\xff\xff", "too early"),
        (b"\xc1\x00", "does not decode"),
    ],
)
def test_a_file_that_is_not_blocks_is_refused(empty, tmp_path, tail, words):
    path = tmp_path / "junk.rlp"
    path.write_bytes(tail)
    with pytest.raises(BlockError, match=words):
        import_chain_file(empty, path)


def test_a_missing_file_is_refused(empty, tmp_path):
    with pytest.raises(ImportChainError, match="No such file"):
        import_chain_file(empty, tmp_path / "absent.rlp")


def test_a_fork_past_prague_is_refused_at_its_block(tmp_path, third_party):
    document = json.loads(json.dumps(third_party[0]))
    document["config"]["osakaTime"] = 20 * BLOCK_SECONDS
    path = tmp_path / "chain.rlp"
    path.write_bytes(b"".join(third_party[1]))
    with Store(tmp_path / "s", map_size_bytes=16 << 20) as store:
        chain = Chain.create(store, parse_genesis(document), lambda: 0)
        with pytest.raises(BlockError, match="past Prague") as refused:
            import_chain_file(chain, path)
    assert refused.value.block_number == 20


def test_forks_out_of_order_are_refused(third_party):
    document = json.loads(json.dumps(third_party[0]))
    document["config"]["londonBlock"] = 0
    with pytest.raises(GenesisError, match="historical order"):
        parse_genesis(document)
