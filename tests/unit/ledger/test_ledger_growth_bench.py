"""The growth bench makes the chain it speaks of: sound, replayed true, and as large as its rows say."""

import json
import signal

from scripts.bench import growth


def _run(monkeypatch, directory, *words):
    written = directory / "growth.json"
    monkeypatch.setattr("sys.argv", ["growth", *words, "--directory", str(directory), "--json", str(written)])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        growth.main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return json.loads(written.read_text())


def test_a_small_run_has_a_row_at_each_mark_and_ends_sound(tmp_path, monkeypatch, capsys):
    words = ["--events", "12000", "--accounts", "1100", "--genesis-accounts", "30", "--keep-states", "2", "--replay"]
    told = _run(monkeypatch, tmp_path, *words)
    assert [(row["events"], row["accounts"], row["blocks"]) for row in told["rows"]] == [
        (10_000, 1_000, 5),
        (12_000, 1_100, 6),
    ]
    assert all(row["nodes_per_block"] > 1_000 for row in told["rows"])
    assert told["cut_short"] is None
    assert told["replay"]["blocks"] == 6
    assert told["pruned"]["states_from"] == 5
    assert told["pruned"]["bytes_after"] < told["pruned"]["bytes_before"]
    assert "10,000 | 1,000" in capsys.readouterr().out


def test_a_run_that_is_cut_short_says_how_far_it_came_and_why(tmp_path, monkeypatch, capsys):
    told = _run(monkeypatch, tmp_path, "--events", "1000000", "--seconds", "0", "--replay")
    assert [row["events"] for row in told["rows"]] == [2_000]
    assert (told["cut_short"], told["replay"]) == ("0 s were over", None)
    assert "cut short at 2,000 of 1,000,000 events: 0 s were over" in capsys.readouterr().out
