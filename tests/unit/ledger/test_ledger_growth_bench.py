"""The growth bench makes the chain it speaks of: sound, replayed true, and as large as its rows say."""

import json

from scripts.bench import growth


def test_a_small_run_has_a_row_at_each_mark_and_ends_sound(tmp_path, monkeypatch, capsys):
    written = tmp_path / "growth.json"
    words = ["--events", "12000", "--accounts", "1100", "--genesis-accounts", "30", "--keep-states", "2", "--replay"]
    monkeypatch.setattr("sys.argv", ["growth", *words, "--directory", str(tmp_path), "--json", str(written)])
    growth.main()
    told = json.loads(written.read_text())
    assert [(row["events"], row["accounts"], row["blocks"]) for row in told["rows"]] == [
        (10_000, 1_000, 5),
        (12_000, 1_100, 6),
    ]
    assert told["replay"]["blocks"] == 6
    assert told["pruned"]["states_from"] == 5
    assert told["pruned"]["bytes_after"] < told["pruned"]["bytes_before"]
    assert "10,000 | 1,000" in capsys.readouterr().out
