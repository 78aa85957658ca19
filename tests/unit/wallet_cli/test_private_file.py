"""Files that a wallet keeps: whole, their owner's alone, and on the disk before an earlier one gives way."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

from wallet_cli.private_file import replace_private


def test_what_takes_an_earlier_files_place_is_on_the_disk_before_and_nobody_elses_to_read(tmp_path, monkeypatch):
    path, synced = tmp_path / "kept" / "draft.sealed", []
    flush = os.fsync

    def watched(handle):
        flush(handle)
        kept = os.fstat(handle)
        synced.append(("folder" if stat.S_ISDIR(kept.st_mode) else kept.st_size, path.exists() and path.read_bytes()))

    monkeypatch.setattr(os, "fsync", watched)
    replace_private(path, b"first")
    replace_private(path, b"the second")
    assert synced == [(5, False), ("folder", b"first"), (10, b"first"), ("folder", b"the second")]
    assert path.read_bytes() == b"the second"
    assert path.stat().st_mode & 0o077 == 0
    assert os.listdir(path.parent) == ["draft.sealed"]


def test_two_who_keep_at_once_leave_the_one_or_the_other_whole(tmp_path):
    path, texts = tmp_path / "kept" / "draft.sealed", [bytes([65 + n]) * (40_000 + n) for n in range(8)]
    with ThreadPoolExecutor(8) as writers:
        for _ in range(10):
            list(writers.map(lambda text: replace_private(path, text), texts))
            assert path.read_bytes() in texts
    assert os.listdir(path.parent) == ["draft.sealed"]
