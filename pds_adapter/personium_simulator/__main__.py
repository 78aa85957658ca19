"""`python -m pds_adapter.personium_simulator --token-file FILE [--port N]`: a unit for tests, until it is killed.

Prints `ready URL` once it answers. Everything is in memory.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pds_adapter.personium_simulator.server import PersoniumSimulator


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of a Personium unit, for tests only.")
    parser.add_argument("--token-file", type=Path, required=True, help="file with the unit's master token")
    parser.add_argument("--port", type=int, default=0, help="a free one unless told")
    options = parser.parse_args()
    simulator = PersoniumSimulator(options.token_file.read_text(encoding="ascii").strip(), options.port)
    print(f"ready {simulator.url}", flush=True)
    simulator.serve()


if __name__ == "__main__":
    main()
