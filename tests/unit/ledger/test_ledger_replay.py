"""Export and replay: a true chain is found true, and any altered byte is found and located."""

import json
import random
import shutil

import pytest

from ledger.blocks import encode_block
from ledger.clique import Clique
from ledger.errors import ReplayError
from ledger.export import export_chain
from ledger.replay import replay

SEED = 20170714
FLIPS = 120


@pytest.fixture
def exported(local, deployed, alice, sign, rpc, tmp_path):
    for nonce in (1, 2):
        data = deployed.encode_abi("count", args=[b"\x07" * 32, nonce])
        rpc("eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data).hex())
    export_chain(local.chain, tmp_path / "export")
    return tmp_path / "export"


def test_a_true_chain_is_found_true(exported, local):
    heard, progress = [], []
    report = replay(exported, on_block=heard.append, progress=lambda done, total: progress.append((done, total)))
    assert (report.blocks, report.transactions, report.logs) == (3, 3, 2)
    assert report.head_hash == local.chain.head.header.hash
    assert report.state_root == local.chain.head.header.state_root
    assert progress == [(1, 3), (2, 3), (3, 3)]
    assert [block.number for block in heard] == [1, 2, 3]
    report.state.close()


def test_the_caller_hears_every_transaction_and_log(exported, deployed, alice):
    heard = []
    replay(exported, on_block=heard.append).state.close()
    transaction = heard[1].transactions[0]
    assert transaction.sender.hex() == alice.address[2:].lower()
    assert transaction.to == bytes.fromhex(deployed.address[2:])
    assert transaction.succeeded
    assert transaction.logs[0].topics[2] == b"\x07" * 32
    assert heard[0].transactions[0].to is None


def test_the_final_state_can_be_asked(exported, deployed):
    state = replay(exported).state
    data = bytes.fromhex(deployed.encode_abi("totals", args=[b"\x07" * 32])[2:])
    assert int.from_bytes(state.call(deployed.address, data), "big") == 3
    assert state.get_storage(deployed.address, 2) == 0
    assert state.get_code(deployed.address)
    with pytest.raises(Exception, match="failed"):
        state.call(deployed.address, bytes.fromhex("00000000"))
    state.close()


def test_exporting_twice_gives_the_same_bytes(exported, local, tmp_path):
    export_chain(local.chain, tmp_path / "again")
    for name in ("genesis.json", "chain.rlp", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (exported / name).read_bytes()


def test_a_flipped_byte_anywhere_is_refused_with_block_and_field(exported, tmp_path):
    original = (exported / "chain.rlp").read_bytes()
    chooser = random.Random(SEED)
    positions = sorted({*range(0, 40), *chooser.sample(range(len(original)), FLIPS), len(original) - 1})
    shutil.copytree(exported, tmp_path / "altered")
    for position in positions:
        altered = bytearray(original)
        altered[position] ^= 1 << chooser.randrange(8)
        (tmp_path / "altered" / "chain.rlp").write_bytes(altered)
        with pytest.raises(ReplayError) as found:
            replay(tmp_path / "altered").state.close()
        assert found.value.field, position
        assert 1 <= found.value.block_number <= 4, position


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("state_root", "stateRoot"),
        ("receipt_root", "receiptsRoot"),
        ("transaction_root", "transactionsRoot"),
        ("parent_hash", "parentHash"),
    ],
)
def test_an_altered_root_is_named_although_the_seal_no_longer_fits(exported, local, tmp_path, attribute, field):
    block = local.chain.history.block(2)
    altered = block.header.copy(**{attribute: b"\x13" * 32})
    raw = encode_block(altered, block.transactions)
    blocks = [local.chain.history.raw_block(number) for number in (1, 2, 3)]
    (exported / "chain.rlp").write_bytes(blocks[0] + raw + blocks[2])
    with pytest.raises(ReplayError) as found:
        replay(exported)
    assert (found.value.block_number, found.value.field) == (2, field)


def test_a_block_resealed_by_the_signer_itself_no_longer_fits_its_successor(exported, local):
    block, key = local.chain.history.block(2), local.chain._signer
    forged = block.header.copy(extra_data=b"\x01" + block.header.extra_data[1:])
    raw = encode_block(Clique.sign(forged, key), block.transactions)
    blocks = [local.chain.history.raw_block(number) for number in (1, 2, 3)]
    (exported / "chain.rlp").write_bytes(blocks[0] + raw + blocks[2])
    with pytest.raises(ReplayError) as found:
        replay(exported)
    assert (found.value.block_number, found.value.field) == (3, "parentHash")


def test_a_chain_cut_off_between_two_blocks_is_noticed(exported, local):
    blocks = [local.chain.history.raw_block(number) for number in (1, 2)]
    (exported / "chain.rlp").write_bytes(b"".join(blocks))
    with pytest.raises(ReplayError, match="the manifest says 3 blocks"):
        replay(exported)


def test_a_chain_cut_off_within_a_block_is_noticed(exported):
    raw = (exported / "chain.rlp").read_bytes()
    (exported / "chain.rlp").write_bytes(raw[:-1])
    with pytest.raises(ReplayError, match="ends 1 bytes too early"):
        replay(exported)


@pytest.mark.parametrize("change", [{"writers": ["0x" + "99" * 20]}, {"permissionContract": "0x" + "98" * 20}])
def test_an_altered_genesis_is_noticed_even_where_its_hash_does_not_cover_it(exported, change):
    document = json.loads((exported / "genesis.json").read_text())
    document["config"]["azukari"] = change
    (exported / "genesis.json").write_text(json.dumps(document))
    with pytest.raises(ReplayError, match=r"genesis\.json"):
        replay(exported)


def test_another_allocation_makes_block_one_false(exported):
    document = json.loads((exported / "genesis.json").read_text())
    document["alloc"] = {"0x" + "aa" * 20: {"balance": "0x1"}}
    (exported / "genesis.json").write_text(json.dumps(document))
    (exported / "manifest.json").unlink()
    with pytest.raises(ReplayError) as found:
        replay(exported)
    assert (found.value.block_number, found.value.field) == (1, "parentHash")


@pytest.mark.parametrize("name", ["genesis.json", "chain.rlp"])
def test_a_missing_file_is_named(exported, name):
    (exported / name).unlink()
    with pytest.raises(ReplayError, match=name):
        replay(exported)
