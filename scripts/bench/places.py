"""What it costs to find a transaction by its hash: ./scripts/bench/run places [--transactions N] [--json FILE].

The table's key is the hash, so each of a block's transactions falls on a page of its own. Written are blocks of 1,000
places, fsynced each, by their hash and, beside it, with the block's section before the hash, as the log index has it;
then a hash that is not there is looked up, as for every transaction that is sent. Processor time, and bytes written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger.history import number_key
from ledger.records import SECTION_BLOCKS, TRANSACTIONS, section_of
from ledger.store import Store
from ledger.write_batch import WriteBatch

BLOCK_TRANSACTIONS = 1_000
LOOKUPS = 200


@dataclass(frozen=True)
class Row:
    transactions: int
    key: str
    block_ms: float
    block_kb: float
    lookup_us: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    options = parser.parse_args()
    rows = [row for key in ("hash", "section and hash") for row in measure(key, options.transactions)]
    print("transactions | key | processor ms a block | kB written a block | µs to find that a hash is not there")
    for row in rows:
        print(f"{row.transactions:,} | {row.key} | {row.block_ms:.1f} | {row.block_kb:,.0f} | {row.lookup_us:.0f}")
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


def measure(key: str, transactions: int) -> list[Row]:
    """A row at each tenfold, over the last tenth of the blocks before it."""
    rows = []
    in_sections = key != "hash"
    with tempfile.TemporaryDirectory(prefix="azukari-places-") as name, Store(Path(name)) as store:
        blocks = transactions // BLOCK_TRANSACTIONS
        shown = {blocks // 10**power for power in range(3)} - {0}
        begins = {last * 9 // 10 + 1 for last in shown}
        for number in range(1, blocks + 1):
            if number in begins:
                began, written, since = time.process_time(), written_bytes(), number
            store.commit(block_of(number, in_sections))
            if number in shown:
                count = number - since + 1
                rows.append(
                    Row(
                        number * BLOCK_TRANSACTIONS,
                        key,
                        1000 * (time.process_time() - began) / count,
                        (written_bytes() - written) / 1000 / count,
                        lookup_us(store, number, in_sections),
                    )
                )
    return rows


def block_of(number: int, in_sections: bool) -> WriteBatch:
    batch = WriteBatch()
    section = section_of(number) if in_sections else b""
    for index in range(BLOCK_TRANSACTIONS):
        digest = hashlib.sha256(number_key(number) + index.to_bytes(4, "big")).digest()
        batch.put(TRANSACTIONS, section + digest, number_key(number) + index.to_bytes(4, "big"))
    return batch


def lookup_us(store: Store, head: int, in_sections: bool) -> float:
    sections = [section_of(start) for start in range(0, head + 1, SECTION_BLOCKS)] if in_sections else [b""]
    began = time.process_time()
    for index in range(LOOKUPS):
        digest = hashlib.sha256(b"nobody's" + index.to_bytes(4, "big")).digest()
        for section in sections:
            store.find(TRANSACTIONS, section + digest)
    return 1e6 * (time.process_time() - began) / LOOKUPS


def written_bytes() -> int:
    """What this process has handed to the system to be written; TMPDIR may name a folder in memory."""
    told = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in told if line.startswith("wchar")).split()[1])


if __name__ == "__main__":
    main()
