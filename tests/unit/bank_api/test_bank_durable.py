"""A small file is the old one or the new one, whoever is killed, and its owner's alone."""

import os

import pytest

from bank_api.durable import write_whole


def test_a_text_takes_the_place_of_another_and_nobody_else_reads_it(tmp_path):
    path = tmp_path / "key"
    for text in ("one", "two"):
        write_whole(path, text)
        assert (path.read_text(), path.stat().st_mode & 0o777) == (text, 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_what_a_death_left_behind_is_written_over(tmp_path):
    (tmp_path / ".key.draft").write_text("half of a longer text")
    (tmp_path / ".key.draft").chmod(0o644)
    write_whole(tmp_path / "key", "new")
    assert (tmp_path / "key").read_text() == "new"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "key"
    write_whole(path, "old")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["key"]
