"""Files that a wallet keeps: whole, their owner's alone, and on the disk before an earlier one gives way."""

import os

from wallet_cli.private_file import replace_private


def test_what_takes_an_earlier_files_place_is_on_the_disk_before_and_nobody_elses_to_read(tmp_path, monkeypatch):
    path, synced = tmp_path / "kept" / "draft.sealed", []
    flush = os.fsync

    def watched(handle):
        flush(handle)
        synced.append((os.fstat(handle).st_size, path.exists() and path.read_bytes()))

    monkeypatch.setattr(os, "fsync", watched)
    replace_private(path, b"first")
    replace_private(path, b"the second")
    assert synced == [(5, False), (10, b"first")]
    assert path.read_bytes() == b"the second"
    assert path.stat().st_mode & 0o077 == 0
    assert os.listdir(path.parent) == ["draft.sealed"]
