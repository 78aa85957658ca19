"""What other anonymizers make of a table, run by the Python of an environment of their own (requirements/peers.txt).

    .build/peers/bin/python scripts/bench/anonymize_peers.py TABLE.json

Imports nothing of ours. TABLE.json: {rows, numbers: {column: [low, high]}, trees: {column: [[leaf, …, root], …]},
ranges: {column: [[leaf, …, root], …]} (a tree over numbers for whoever needs one), k, suppression_percent}. Writes one
JSON line: for each peer seconds, rows, k as measured here, and loss as we measure it (0 exact, 1 lost), or why not.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = {}
    for name, run in (("anjana", anjana), ("anonypyx", anonypyx)):
        try:
            found[name] = run(task)
        except Exception as error:  # noqa: BLE001  whatever a peer stumbles over is its result
            found[name] = {"why": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(found))


def anjana(task: dict[str, Any]) -> dict[str, Any]:
    """Global recoding along hierarchies, with suppression."""
    import numpy
    import pandas
    from anjana.anonymity import k_anonymity

    frame = pandas.DataFrame(task["rows"])
    trees = task["trees"] | task["ranges"]
    for column in task["ranges"]:
        frame[column] = frame[column].astype(str)
    hierarchies = {
        column: {level: numpy.array([path[level] for path in paths]) for level in range(len(paths[0]))}
        for column, paths in trees.items()
    }
    quasi = list(trees)
    started, said = time.perf_counter(), io.StringIO()
    with contextlib.redirect_stdout(said):
        made = k_anonymity(frame, [], quasi, task["k"], task["suppression_percent"], hierarchies)
    seconds = time.perf_counter() - started
    under = {column: _leaves_under(paths) for column, paths in trees.items()}
    rows = [[row[column] for column in quasi] for row in made.to_dict("records")]
    lost = [
        sum((under[column][value] - 1) / (len(trees[column]) - 1) for column, value in zip(quasi, row, strict=True))
        / len(quasi)
        for row in rows
    ]
    return _figures(seconds, rows, lost, len(frame))


def anonypyx(task: dict[str, Any]) -> dict[str, Any]:
    """Mondrian, one class after the other."""
    import pandas
    from anonypyx import Anonymiser

    frame = pandas.DataFrame(task["rows"])
    quasi = [*task["numbers"], *task["trees"]]
    for column in task["trees"]:
        frame[column] = frame[column].astype("category")
    started = time.perf_counter()
    maker = Anonymiser(frame, k=task["k"], algorithm="Mondrian", feature_columns=quasi,
                       generalisation_strategy="machine-readable")  # fmt: skip
    made = maker.anonymise()
    seconds = time.perf_counter() - started
    rows, lost = [], []
    for row in made if isinstance(made, list) else made.to_dict("records"):
        described, parts = [], []
        for column, (low, high) in task["numbers"].items():
            least, most = row[f"{column}_min"], row[f"{column}_max"]
            described += [least, most]
            parts.append((most - least) / (high - low))
        for column, paths in task["trees"].items():
            inside = [path[0] for path in paths if row.get(f"{column}_{path[0]}")]
            described.append(tuple(inside))
            parts.append((len(inside) - 1) / (len(paths) - 1))
        count = int(row.get("count", 1))
        rows += [described] * count
        lost += [sum(parts) / len(parts)] * count
    return _figures(seconds, rows, lost, len(frame))


def _leaves_under(paths: list[list[str]]) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for path in paths:
        for name in path:
            found.setdefault(name, set()).add(path[0])
    return {name: len(leaves) for name, leaves in found.items()}


def _figures(seconds: float, rows: list[list[Any]], lost: list[float], everybody: int) -> dict[str, Any]:
    alike = Counter(json.dumps(row, default=str) for row in rows)
    loss = (sum(lost) + everybody - len(rows)) / everybody
    return {"seconds": seconds, "rows": len(rows), "k": min(alike.values(), default=0), "loss": loss}


if __name__ == "__main__":
    main()
