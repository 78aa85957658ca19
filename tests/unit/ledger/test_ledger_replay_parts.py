"""A chain replayed in several places at once: the same verdict as whole, whatever stands in the state files."""

import json
import random
import shutil

import pytest
from typer.testing import CliRunner

from ledger import replay_parts
from ledger.cli import app
from ledger.comparison import Witnesses, compare
from ledger.datadir import DataDirectory
from ledger.errors import ReplayError
from ledger.export import borders, export_chain
from ledger.exported import exported_chain
from ledger.prune import prune
from ledger.replay import replay
from ledger.replay_parts import replay_in_parts
from scripts.bench.damage_trials import flip_bit, make_directory

SEED = 20170714
BLOCKS = 12


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    make_directory(folder / "d", blocks=BLOCKS, grants=20)
    assert run("export", "--data", folder / "d", "--out", folder / "x", "--parts", "3").exit_code == 0
    return folder / "x"


@pytest.fixture
def export(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "x")
    return tmp_path / "x"


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(replay_parts.os, "cpu_count", lambda: 2)


def test_a_chain_is_divided_where_its_parts_come_closest():
    assert borders([1] * 12, 3) == [4, 8]
    assert borders([1, 1, 1, 9, 1], 2) == [3]  # not behind the large one, which would leave all to the first part
    assert borders([100, 1, 1], 3) == [1]
    assert borders([7], 4) == borders([], 4) == borders([1, 1], 1) == []


def test_the_parts_say_what_the_whole_says(export):
    assert len(list((export / "states").iterdir())) == 2
    parts, whole = replay_in_parts(export), replay(export)
    for name in ("blocks", "transactions", "logs", "head_hash", "state_root", "chain_id"):
        assert getattr(parts, name) == getattr(whole, name), name
    assert parts.parts == 3
    chain = exported_chain(export, parts)
    assert chain.height == whole.state.height
    for number in range(BLOCKS + 1):
        assert chain.block_hash(number) == whole.state.block_hash(number)
        assert chain.block_time(number) == whole.state.block_time(number)
    heard = []
    replay(export, on_block=heard.append).state.close()
    transaction = heard[4].transactions[1]
    assert chain.transaction_place(transaction.hash) == whole.state.transaction_place(transaction.hash) == (5, 1)
    assert chain.transaction_place(b"\x01" * 32) is None
    assert compare(chain, export, Witnesses()).statement() == compare(whole.state, export, Witnesses()).statement()
    whole.state.close()


def test_the_command_uses_them(export):
    facts = json.loads(run("replay", export, "--json").stdout)
    assert (facts["verdict"], facts["parts"], facts["blocks"]) == ("true", 3, BLOCKS)
    shutil.rmtree(export / "states")
    facts = json.loads(run("replay", export, "--json").stdout)
    assert (facts["verdict"], facts["parts"], facts["blocks"]) == ("true", 1, BLOCKS)


@pytest.mark.parametrize("which", [0, 1])
def test_a_wrong_state_file_decides_nothing(export, which):
    sound = replay_in_parts(export)
    state = sorted((export / "states").iterdir(), key=lambda path: int(path.stem))[which]
    flip_bit(state, state.stat().st_size // 2, 3)
    assert replay_in_parts(export) in (None, sound)  # a node that no block of the part touches is not missed
    assert json.loads(run("replay", export, "--json").stdout)["verdict"] == "true"
    state.write_bytes(state.read_bytes()[:-1])
    assert replay_in_parts(export) is None
    state.write_bytes(b"")
    assert replay_in_parts(export) is None


def test_a_false_block_in_any_part_is_named_as_by_the_whole(export):
    original, chooser = (export / "chain.rlp").read_bytes(), random.Random(SEED)
    for position in sorted(chooser.sample(range(len(original)), 4)):
        altered = bytearray(original)
        altered[position] ^= 1 << chooser.randrange(8)
        (export / "chain.rlp").write_bytes(altered)
        with pytest.raises(ReplayError) as found:
            replay(export)
        done = run("replay", export, "--json")
        assert done.exit_code == 3
        told = json.loads(done.stdout)
        expected = (found.value.block_number, found.value.field, found.value.reason)
        assert (told["block"], told["field"], told["reason"]) == expected, position


def test_blocks_behind_the_manifests_end_are_noticed(export, tmp_path):
    manifest = json.loads((export / "manifest.json").read_text())
    manifest["blocks"] = BLOCKS - 1
    (export / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ReplayError, match="the manifest says 11 blocks"):
        replay_in_parts(export)


def test_without_a_manifest_or_with_one_processor_the_chain_is_one_part(export, monkeypatch):
    monkeypatch.setattr(replay_parts.os, "cpu_count", lambda: 1)
    assert replay_in_parts(export) is None
    monkeypatch.setattr(replay_parts.os, "cpu_count", lambda: 2)
    (export / "manifest.json").unlink()
    assert replay_in_parts(export) is None


@pytest.mark.parametrize("blocks", ["12", None, [12], -1, 12.0, True])
def test_a_manifest_that_names_no_number_of_blocks_is_false(export, blocks):
    manifest = json.loads((export / "manifest.json").read_text())
    (export / "manifest.json").write_text(json.dumps({**manifest, "blocks": blocks}))
    told = json.loads(run("replay", export, "--json").stdout)
    assert (told["verdict"], told["field"]) == ("false", "manifest.json")


def test_a_state_file_with_a_strange_name_is_left_alone(export):
    (export / "states" / "\N{SUPERSCRIPT TWO}.state").write_text("")
    assert len(replay_parts._plan(export, BLOCKS)) == 3


def test_only_a_process_of_one_thread_is_forked_and_only_on_linux(monkeypatch):
    """Where the system's own libraries have threads, Python does not see them."""
    monkeypatch.setattr(replay_parts.threading, "active_count", lambda: 1)
    assert replay_parts._context().get_start_method() == "fork"
    monkeypatch.setattr(replay_parts.sys, "platform", "darwin")
    assert replay_parts._context().get_start_method() == "spawn"
    monkeypatch.setattr(replay_parts.sys, "platform", "linux")
    monkeypatch.setattr(replay_parts.threading, "active_count", lambda: 2)
    assert replay_parts._context().get_start_method() == "spawn"


def test_states_that_were_pruned_are_not_written(tmp_path):
    make_directory(tmp_path / "d", blocks=6, grants=5)
    prune(tmp_path / "d", 1)
    chain = DataDirectory(tmp_path / "d").open_chain(lambda: 0, read_only=True)
    export_chain(chain, tmp_path / "x", parts=3)
    chain.store.close()
    assert not (tmp_path / "x" / "states").exists()
