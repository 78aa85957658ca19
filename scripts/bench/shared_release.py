"""What it costs that k of n together open the answers of a release, and nobody alone, on all processors.

./scripts/bench/run shared_release --answers 10000
"""

import argparse
import os
import time

from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.releases import WrappedAnswer, contribute_to_release, open_committed, open_release
from pds_adapter.escrow.threshold import wrap_key
from pds_adapter.escrow.vss import split


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--threshold", type=int, default=3)
    parser.add_argument("--keepers", type=int, default=5)
    given = parser.parse_args()
    shares, commitments = split(Scalar.random(os.urandom), given.threshold, given.keepers, os.urandom)
    keys = [os.urandom(32) for _ in range(given.answers)]
    began = _began()
    labels = [b"answer %d" % at for at in range(given.answers)]
    answers = [
        WrappedAnswer(label, wrap_key(key, commitments.public_key, label))
        for label, key in zip(labels, keys, strict=True)
    ]
    _tell("wrap, at the bank, all that come in", began)
    parts = []
    for share in shares[: given.threshold]:
        began = _began()
        parts.append(contribute_to_release(answers, share, b"r" * 32))
        _tell(f"the part of keeper {share.index} ({len(parts[-1].to_bytes()):,} bytes)", began)
    of = f"{given.threshold} of {given.keepers}"
    began = _began()
    found = open_committed(answers, parts, commitments, b"r" * 32, lambda at, key: keys[at] == key)
    _tell(f"open, {of}, where each answer commits to its key", began)
    began = _began()
    again = open_release(answers, parts, commitments, b"r" * 32)
    _tell(f"check every proof and open, {of}: after a false part", began)
    if found != keys or again != keys:
        raise SystemExit("other keys came out")


def _began() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _tell(what: str, began: tuple[float, float]) -> None:
    passed, worked = time.perf_counter() - began[0], time.process_time() - began[1]
    print(f"{what:60}{passed:8.1f} s, of processors {worked:6.1f} s")


if __name__ == "__main__":
    main()
