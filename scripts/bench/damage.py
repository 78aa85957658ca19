"""Who notices a flipped bit: ./scripts/bench/run damage [--each N] [--killed] [--json FILE].

Bits of every kind of record, and of every other file, are flipped one at a time in a copy of a small ledger. Each
flip is met in four ways: a node starts and answers everything it can be asked; a node starts and seals; `verify`
reads the directory; an export is replayed. The table says how many of the flips each way noticed, and how many
did not concern it. A wrong answer or a false block would be shown as such. --killed leaves out the sums of
the pages, as a node does that was killed.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.bench.damage_trials import FOUND, UNTOUCHED, WAYS, FlipTrials, Trial, choose_places, make_directory

SEED = 20170714


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=20, help="flips for each kind")
    parser.add_argument("--killed", action="store_true", help="as after a kill: without sums of the pages")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each flip and what came of it there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="azukari-damage-") as name:
        nonce = make_directory(Path(name) / "sound", blocks=12, grants=40)
        trials = FlipTrials(Path(name) / "sound", nonce, Path(name), with_page_sums=not options.killed)
        chooser = random.Random(SEED)  # noqa: S311 - places to try, not a secret
        places = choose_places(trials.kinds, Path(name) / "sound", options.each, chooser)
        done = [trials.run(*place) for place in places]
    Console().print(table(done))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(trial) for trial in done], indent=2, default=str) + "\n")


def table(trials: list[Trial]) -> Table:
    """Found of tried, by kind and way; anything but found or untouched is spelt out."""
    made = Table(title="flipped bits found (of those tried)")
    made.add_column("part of")
    for way in WAYS:
        made.add_column(way, justify="right")
    for kind in sorted({trial.kind for trial in trials}):
        chosen = [trial for trial in trials if trial.kind == kind]
        made.add_row(kind, *(_cell(Counter(trial.outcomes[way] for trial in chosen)) for way in WAYS))
    return made


def _cell(outcomes: Counter[str]) -> str:
    told = f"{outcomes[FOUND]} of {sum(outcomes.values())}"
    others = [f"{count} {outcome}" for outcome, count in outcomes.items() if outcome not in (FOUND, UNTOUCHED)]
    return ", ".join([told, *others])


if __name__ == "__main__":
    main()
