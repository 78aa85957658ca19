"""A genesis with more accounts than memory should hold: made, opened, checked, exported, repaired from its file."""

import json
import shutil
import tracemalloc

import pytest

from ledger import genesis_store
from ledger.block_source import open_source
from ledger.chain import Chain
from ledger.datadir import DataDirectory, initialise_from_file
from ledger.errors import DataDirectoryError, ExportError, GenesisError
from ledger.export import export_chain
from ledger.genesis import load_genesis, new_clique_document
from ledger.integrity import verify_directory
from ledger.repair import RepairError, repair
from ledger.replay import replay

ACCOUNTS = 400
NOW = 2_000


@pytest.fixture
def genesis_file(tmp_path, signer_key, monkeypatch):
    """A genesis of many accounts, some with code and storage, that counts as a large one."""
    monkeypatch.setattr(genesis_store, "LARGE_BYTES", 10_000)
    document = new_clique_document([signer_key.public_key.to_canonical_address()])
    for number in range(1, ACCOUNTS + 1):
        document["alloc"][f"0x{number:040x}"] = {"balance": hex(number)}
    document["alloc"][f"0x{7:040x}"] |= {"code": "0x6001", "storage": {"0x1": "0x2"}, "nonce": "0x1"}
    file = tmp_path / "given.json"
    file.write_text(json.dumps(document, indent=1))
    return file


@pytest.fixture
def place(tmp_path, genesis_file, signer_key, sign, alice, seal):
    """A data directory with two blocks over that genesis."""
    path = tmp_path / "data"
    initialise_from_file(path, genesis_file, lambda: NOW)
    with DataDirectory(path).open_store() as store:
        chain = Chain.open(store, lambda: NOW, signer_key)
        seal(chain, 1_000, [sign(alice, 0)])
        seal(chain, 1_001, [sign(alice, 1)])
    return path


def opened(path):
    return DataDirectory(path).open_chain(lambda: NOW, read_only=True)


def test_it_begins_with_the_block_that_the_whole_document_makes(place, genesis_file, new_chain, seal, sign, alice):
    whole = new_chain("whole", load_genesis(genesis_file.read_text()))
    for number in range(2):
        seal(whole, 1_000 + number, [sign(alice, number)])
    chain = opened(place)
    assert chain.history.header(0).hash == whole.history.header(0).hash
    assert chain.head.header.hash == whole.head.header.hash
    assert chain.vm_at(chain.head.header).state.get_balance(ACCOUNTS.to_bytes(20, "big")) == ACCOUNTS
    assert chain.vm_at(chain.head.header).state.get_storage((7).to_bytes(20, "big"), 1) == 2
    chain.store.close()


def test_beginning_again_changes_nothing_and_another_file_is_refused(place, genesis_file):
    initialise_from_file(place, genesis_file, lambda: NOW)
    genesis_file.write_text(genesis_file.read_text().replace("0x7", "0x8"))
    with pytest.raises(DataDirectoryError, match="another genesis"):
        initialise_from_file(place, genesis_file, lambda: NOW)


def test_what_is_no_genesis_leaves_nothing_behind(tmp_path, genesis_file):
    genesis_file.write_text(genesis_file.read_text()[:-2])
    with pytest.raises(GenesisError):
        initialise_from_file(tmp_path / "none", genesis_file, lambda: NOW)
    assert not (tmp_path / "none").exists()


def test_it_is_exported_as_it_was_given_and_replays(place, tmp_path, genesis_file):
    chain = opened(place)
    export_chain(chain, tmp_path / "export", genesis_file=place / "genesis.json")
    assert (tmp_path / "export" / "genesis.json").read_bytes() == genesis_file.read_bytes()
    assert replay(tmp_path / "export").head_hash == chain.head.header.hash
    with pytest.raises(ExportError, match="none was named"):
        export_chain(chain, tmp_path / "without")
    (place / "genesis.json").write_text(genesis_file.read_text().replace("0x7", "0x8"))
    with pytest.raises(ExportError, match="is not the genesis"):
        export_chain(chain, tmp_path / "other", genesis_file=place / "genesis.json")
    chain.store.close()


def test_a_flipped_bit_in_its_file_is_found_and_the_file_repaired_from_an_export(place, tmp_path, genesis_file):
    assert verify_directory(place).places == ()
    chain = opened(place)
    export_chain(chain, tmp_path / "export", genesis_file=place / "genesis.json")
    chain.store.close()
    raw = bytearray((place / "genesis.json").read_bytes())
    raw[-200] ^= 1
    (place / "genesis.json").write_bytes(raw)
    assert [damage.place for damage in verify_directory(place).places] == ["meta genesis"]
    with pytest.raises(RepairError, match="name an export"):
        repair(place, None, lambda: NOW)
    assert repair(place, open_source(str(tmp_path / "export")), lambda: NOW).blocks == 2
    assert (place / "genesis.json").read_bytes() == genesis_file.read_bytes()
    assert verify_directory(place).places == ()


def test_a_lost_store_is_made_again_from_its_file_and_an_export(place, tmp_path):
    chain = opened(place)
    head = chain.head.header.hash
    export_chain(chain, tmp_path / "export", genesis_file=place / "genesis.json")
    chain.store.close()
    shutil.rmtree(place / "chain")
    repair(place, open_source(str(tmp_path / "export")), lambda: NOW)
    again = opened(place)
    assert again.head.header.hash == head
    again.store.close()


def test_opening_it_takes_memory_for_none_of_its_accounts(place):
    tracemalloc.start()
    try:
        chain = opened(place)
        _, most = tracemalloc.get_traced_memory()
        chain.store.close()
    finally:
        tracemalloc.stop()
    assert most < ACCOUNTS * 1_000
    assert chain.genesis.allocation == {}
    assert len(chain.genesis.canonical_json()) < 2_000
