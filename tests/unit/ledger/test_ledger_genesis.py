"""Genesis files: what is read from them, what they hash to, and what is refused."""

import json

import pytest

from ledger.errors import GenesisError
from ledger.genesis import load_genesis, new_clique_document, parse_genesis
from ledger.genesis_block import genesis_block, genesis_state
from ledger.state import NodeCache

SIGNER = b"\x11" * 20
EMPTY_TRIE = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"


def state_of(genesis):
    return genesis_state(genesis, NodeCache(None))


def test_a_clique_genesis_names_its_signers_and_writers():
    document = new_clique_document([SIGNER], writers=[b"\x22" * 20], permission_contract=b"\x33" * 20, period=5)
    genesis = parse_genesis(document)
    assert genesis.clique.period == 5
    assert genesis.writers == (b"\x22" * 20,)
    assert genesis.permission_contract == b"\x33" * 20
    assert genesis.header(b"\x00" * 32).extra_data == b"\x00" * 32 + SIGNER + b"\x00" * 65


def test_signers_are_listed_in_ascending_order():
    document = new_clique_document([b"\x22" * 20, SIGNER])
    assert document["extraData"][66:146] == (SIGNER + b"\x22" * 20).hex()


def test_the_text_form_is_read_back_as_the_same_genesis():
    genesis = parse_genesis(new_clique_document([SIGNER]))
    assert load_genesis(genesis.canonical_json()).canonical_json() == genesis.canonical_json()


def test_an_empty_allocation_is_the_empty_trie():
    assert state_of(parse_genesis(new_clique_document([SIGNER])))[0].hex() == EMPTY_TRIE


def test_balances_code_nonce_and_storage_are_in_the_state():
    document = new_clique_document([SIGNER])
    document["alloc"] = {"aa" * 20: {"balance": "0x10", "nonce": "1", "code": "0x6001", "storage": {"0x01": "0x02"}}}
    root, nodes = state_of(parse_genesis(document))
    assert root.hex() != EMPTY_TRIE
    assert bytes.fromhex("6001") in nodes.values()


def test_the_mainnet_state_rule_holds_for_one_known_account():
    """An account with a balance of one wei; the root was computed by py-evm's own chain class."""
    from eth.chains.mainnet import MainnetHomesteadVM
    from eth.db.atomic import AtomicDB
    from eth.rlp.headers import BlockHeader
    from eth.vm.chain_context import ChainContext

    before = BlockHeader(difficulty=0, block_number=0, gas_limit=0, timestamp=0)
    state = MainnetHomesteadVM.build_state(AtomicDB(), before, ChainContext(1))
    state.set_balance(b"\xaa" * 20, 1)
    state.persist()
    document = new_clique_document([SIGNER])
    document["alloc"] = {"0x" + "aa" * 20: {"balance": "1"}}
    assert state_of(parse_genesis(document))[0] == state.state_root


@pytest.mark.parametrize(
    ("config", "timestamp", "fields"),
    [
        ({}, 0, 15),
        ({"londonBlock": 0}, 0, 16),
        ({"londonBlock": 0, "shanghaiTime": 0}, 0, 17),
        ({"londonBlock": 0, "shanghaiTime": 0, "cancunTime": 0}, 0, 20),
        ({"londonBlock": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0}, 0, 21),
        ({"londonBlock": 0, "shanghaiTime": 10}, 9, 16),
    ],
)
def test_the_header_has_the_fields_of_its_fork(config, timestamp, fields):
    document = {
        "config": {"chainId": 1, "terminalTotalDifficulty": 0, **config},
        "gasLimit": "0x1c9c380",
        "difficulty": "0x1",
        "timestamp": hex(timestamp),
        "alloc": {},
    }
    header = genesis_block(parse_genesis(document), b"\x00" * 32).header
    assert len(header._meta.field_names) == fields


def with_config(**changes):
    document = new_clique_document([SIGNER])
    document["config"].update(changes)
    return document


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "file"),
        ({}, "config"),
        (with_config(chainId="one"), "config.chainId"),
        (with_config(chainId=0), "config.chainId"),
        (with_config(clique={"period": -1, "epoch": 1}), "config.clique.period"),
        (with_config(clique={"period": 1, "epoch": 0}), "config.clique.epoch"),
        (with_config(berlinBlock="soon"), "config.berlinBlock"),
        (with_config(homesteadBlock=5), "config"),
        (with_config(shanghaiTime=1), "config"),
        (with_config(azukari={"writers": ["0x12"]}), "config.azukari.writers"),
        (with_config(azukari={"permissionContract": "nobody"}), "config.azukari.permissionContract"),
        ({**new_clique_document([SIGNER]), "extraData": "0x00"}, "extraData"),
        ({**new_clique_document([]), "gasLimit": "0x1"}, "extraData"),
        ({**new_clique_document([SIGNER]), "alloc": []}, "alloc"),
        ({**new_clique_document([SIGNER]), "alloc": {"0x12": {}}}, "alloc"),
        ({**new_clique_document([SIGNER]), "alloc": {"aa" * 20: {"balance": "-5"}}}, "balance"),
        ({**new_clique_document([SIGNER]), "difficulty": "much"}, "difficulty"),
    ],
)
def test_a_bad_genesis_is_refused_with_its_field(document, field):
    with pytest.raises(GenesisError) as refused:
        parse_genesis(document)
    assert refused.value.field == field


def test_text_that_is_not_json_is_refused():
    with pytest.raises(GenesisError, match="is not JSON"):
        load_genesis("{")


def test_a_missing_gas_limit_is_refused_when_the_header_is_built():
    document = new_clique_document([SIGNER])
    del document["gasLimit"]
    with pytest.raises(GenesisError, match="gasLimit"):
        parse_genesis(document).header(b"\x00" * 32)


def test_geths_own_fields_and_unknown_ones_are_left_alone():
    document = json.loads(json.dumps(with_config(arrowGlacierBlock=None, futureFork="kept")))
    assert parse_genesis(document).document["config"]["futureFork"] == "kept"
