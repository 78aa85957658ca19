"""`azukari-bank` that dies by kill -9, or whose ledger does, midway: `python dying_midway.py FILE serve …`.

It is the bank itself. As soon as FILE names a point, that is where something dies, once. `recovered`: the ledger has an
account's new key, and the bank dies before it knows it itself; `shown`: the ledger has parts of a draw's secret, and
the bank dies before it says so; `recovery PID` and `draw PID`: the ledger's process dies as the bank carries a
recovery's completion, or a draw's parts, to it; `dealt` and `confirmed`: the last deal of the board's key, or the last
word that it fits, is kept, and the bank dies before it does what follows from all of them.
"""

import os
import signal
import sys
from pathlib import Path

from bank_api.cli import cli
from bank_api.flows import draws, shared_key
from bank_api.store.directory import Directory
from bank_api.store.shared_keys import SharedKeys
from chaincode.bindings.draw import Draw
from chaincode.bindings.recovery import Recovery


def trap(kind, name, point, plan):
    """Before this is called, what the plan says of this point dies: a process by its id, or this one."""
    usual = getattr(kind, name)

    def die_or_go_on(*words, **options):
        wanted, _, pid = plan.read_text().partition(" ") if plan.exists() else ("", "", "")
        if wanted == point:
            plan.unlink()
            os.kill(int(pid) if pid else os.getpid(), signal.SIGKILL)
        return usual(*words, **options)

    setattr(kind, name, die_or_go_on)


def main() -> None:
    plan = Path(sys.argv.pop(1))
    trap(Directory, "rotate_key", "recovered", plan)
    trap(draws, "receipt", "shown", plan)
    trap(shared_key, "_note_terms", "dealt", plan)
    trap(SharedKeys, "confirmed", "confirmed", plan)
    trap(Recovery, "complete", "recovery", plan)
    trap(Draw, "show_parts", "draw", plan)
    cli()


if __name__ == "__main__":
    main()
