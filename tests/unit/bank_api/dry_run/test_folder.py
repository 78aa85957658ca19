"""What a command writes: a file whole or not at all, and into what is no file."""

import os
from pathlib import Path

import pytest

from bank_api.domain.dry_run import DryRunError
from bank_api.domain.dry_run.folder import write_whole


def test_the_file_that_a_link_names_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    file, link = tmp_path / "share" / "o.csv", tmp_path / "link.csv"
    file.parent.mkdir()
    link.symlink_to(file)
    write_whole(link, "first")
    assert (link.is_symlink(), file.read_text()) == (True, "first")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(DryRunError, match="full"):
        write_whole(link, "second")
    assert (link.is_symlink(), file.read_text()) == (True, "first")


def test_a_pipe_is_written_into_though_its_link_names_no_path():
    readable, writable = os.pipe()
    try:
        write_whole(Path(f"/dev/fd/{writable}"), "text")
        assert os.read(readable, 9) == b"text"
        os.close(readable)
        with pytest.raises(DryRunError, match="cannot be written") as refused:
            write_whole(Path(f"/dev/fd/{writable}"), "text")
        assert refused.value.field == f"/dev/fd/{writable}"
    finally:
        os.close(writable)
