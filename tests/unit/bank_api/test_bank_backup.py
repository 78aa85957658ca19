"""A bank is copied while it runs and put back into an empty folder; what came later is said."""

import base64
import json
import sqlite3
import stat
import threading

import pytest
from typer.testing import CliRunner

from bank_api import backup as backups
from bank_api.backup import BackupError, back_up, restore
from bank_api.cli import cli
from bank_api.flows.answer import SealedAnswer, store_and_record
from bank_api.flows.restored import what_is_missing
from bank_api.protocol.acts import SUBMISSION_OF
from bank_api.protocol.messages.said import said
from bank_api.protocol.signed import read_signed
from chaincode.typed_data import Answer
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.sealing.envelope import SealedDocument


@pytest.fixture
def running(town):
    """A bank with something in each place; its release key lies where `serve` would have put it."""
    (town.folder / "release.key").write_text("07" * 32)
    people, survey = [town.member() for _ in range(3)], town.survey()
    for number, person in enumerate(people):
        town.answer(person, survey, age=30 + number, vote=number % 2)
    return people, survey


def opened(town, folder, monkeypatch):
    """The bank over a folder's databases, its index read again."""
    with monkeypatch.context() as moved:
        moved.setattr(town, "folder", folder)
        bank = town.open_bank(town.bank.transactor.account)
    bank.index.rebuild()
    return bank


def test_a_restored_bank_has_all_that_was_kept_and_misses_nothing(town, running, tmp_path, monkeypatch):
    people, survey = running
    chunk = SealedChunk(b"a sealed chunk" * 10)
    town.bank.pds.put_chunk(people[0].account, "0a" * 16, 3, chunk)
    manifest = back_up(town.folder, tmp_path / "copy", 1_795_000_000)
    assert manifest["made_at"] == 1_795_000_000
    restore(tmp_path / "copy", tmp_path / "new")
    again = opened(town, tmp_path / "new", monkeypatch)
    assert len(what_is_missing(again)) == 0
    assert again.pds.get_chunk(people[0].account, "0a" * 16, 3) == chunk
    for person in people:
        assert again.directory.person(person.account) == town.bank.directory.person(person.account)
        assert list(again.pds.export(person.account)) == list(town.bank.pds.export(person.account))
    assert again.catalog.survey(survey.survey_id) == town.bank.catalog.survey(survey.survey_id)
    assert again.here.secret == town.bank.here.secret, "sessions and challenges go on"
    assert again.index.answers(survey.survey_id) == town.bank.index.answers(survey.survey_id)
    again.close()


def test_what_came_after_the_copy_is_named_and_kept_again_when_it_is_sent_again(town, running, tmp_path, monkeypatch):
    people, _ = running
    back_up(town.folder, tmp_path / "copy", 1)
    late, later = town.member(), town.survey()
    body = town.answer_body(people[0], later)
    answer = people[0].done(f"/v1/surveys/{later.survey_id}/answers", body)
    restore(tmp_path / "copy", tmp_path / "new")
    again = opened(town, tmp_path / "new", monkeypatch)
    missing = what_is_missing(again)
    assert (missing.members, missing.surveys) == ((late.account,), (later.survey_id,))
    assert (missing.requests, missing.answers) == ((), (answer["id"],))
    again.catalog.save(town.bank.catalog.survey(later.survey_id))
    sent = SUBMISSION_OF[Answer].body.model_validate(body)
    sealed = SealedDocument.from_bytes(base64.b64decode(sent.sealed_base64))
    [outcome] = store_and_record(again, [SealedAnswer(read_signed(Answer, sent.answer, "answer"), sealed)])
    assert outcome.repeated
    assert what_is_missing(again).answers == ()
    again.close()


def test_a_copy_is_of_one_moment_while_people_write(town, running, tmp_path):
    people, _ = running
    stop, written = threading.Event(), []

    def write_once():
        row = town.bank.directory.person(people[0].account)
        row.name = row.email = f"name {len(written)}"
        town.bank.directory.save_person(row)
        written.append(row.name)

    def write():
        while not stop.is_set():
            write_once()

    write_once()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(town.folder, tmp_path / f"copy {number}", number)
    finally:
        stop.set()
        writer.join(30)
    assert len(written) > 5
    for number in range(5):
        with sqlite3.connect(tmp_path / f"copy {number}" / "bank.sqlite3") as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            [(name, email)] = copy.execute("SELECT name, email FROM person WHERE account = ?", (people[0].account,))
            assert name == email


def test_a_copy_is_the_owners_alone_and_holds_nothing_that_was_erased(town, running, tmp_path):
    people, _ = running
    [document] = list(town.bank.pds.export(people[2].account))
    town.bank.pds.erase(people[2].account, 1)
    back_up(town.folder, tmp_path / "copy", 1)
    for file in (tmp_path / "copy").rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file.name
    kept = (tmp_path / "copy" / "pds.sqlite3").read_bytes()
    assert all(wrap.box not in kept for wrap in document.content.wraps)


@pytest.mark.parametrize("name", [*backups.DATABASES, backups.KEY])
def test_a_copy_that_is_not_whole_is_refused_by_name(town, running, tmp_path, name):
    back_up(town.folder, tmp_path / "copy", 1)
    with (tmp_path / "copy" / name).open("r+b") as file:
        byte = file.read(1)
        file.seek(0)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(BackupError, match=name):
        restore(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "copy" / name).unlink()
    with pytest.raises(BackupError, match=name):
        restore(tmp_path / "copy", tmp_path / "new")


def test_nothing_is_overwritten_and_nothing_half_done_looks_done(town, running, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(BackupError, match="not empty"):
        back_up(town.folder, tmp_path / "full", 1)
    back_up(town.folder, tmp_path / "copy", 1)
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "copy", tmp_path / "full")
    with pytest.raises(BackupError, match="holds no bank"):
        back_up(tmp_path / "full", tmp_path / "other", 1)

    def dies(_database, _copy):
        raise BackupError(said("error-backup-not-copied", file="bank.sqlite3", why="the disk is full"))

    with monkeypatch.context() as full:
        full.setattr(backups, "_snapshot", dies)
        with pytest.raises(BackupError, match="disk is full"):
            back_up(town.folder, tmp_path / "again", 1)
    assert not (tmp_path / "again").exists()
    back_up(town.folder, tmp_path / "again", 1)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [("nonsense", "no copy"), ({"format": 2}, "another format"), ({"format": 1, "files": {}}, "other files")],
)
def test_a_manifest_of_something_else_is_refused(tmp_path, manifest, why):
    (tmp_path / backups.MANIFEST).write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    with pytest.raises(BackupError, match=why):
        restore(tmp_path, tmp_path / "new")


def test_the_command_says_in_a_line_what_it_did_and_what_it_could_not(town, running, tmp_path):
    out = tmp_path / "copy"
    done = CliRunner().invoke(cli, ["backup", "--data", str(town.folder), "--out", str(out)])
    assert (done.exit_code, done.stdout.startswith("copied ")) == (0, True), done.output
    again = CliRunner().invoke(cli, ["backup", "--data", str(town.folder), "--out", str(out)])
    assert again.exit_code == 2
    assert "is not empty" in again.output
