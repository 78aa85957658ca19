"""`azukari-bank` in whose erasures something dies by kill -9: `python dying_eraser.py STEP serve …`.

It is the bank itself. STEP is a step of an erasure at whose beginning the bank kills itself; with `ledger:PID` the
ledger's process is killed when everything is destroyed and only the ledger's own record is missing.
"""

import os
import signal
import sys

from bank_api.cli import cli
from bank_api.flows import erase, release_history
from bank_api.store.directory import Directory
from bank_api.store.escrows import Escrows
from pds_adapter.stores.chosen import ChosenStores

STEPS = {
    "documents": (ChosenStores, "erase"),
    "place": (ChosenStores, "_forget_choice"),
    "history": (release_history, "forget"),
    "escrows": (Escrows, "forget_owner"),
    "directory": (Directory, "forget_person"),
    "record": (erase, "_record"),
}


def main() -> None:
    step, _, pid = sys.argv.pop(1).partition(":")
    if step == "ledger":
        usual = erase._record

        def kill_the_ledger(bank, account):
            os.kill(int(pid), signal.SIGKILL)
            return usual(bank, account)

        erase._record = kill_the_ledger
    else:
        owner, name = STEPS[step]
        setattr(owner, name, lambda *_words, **_options: os.kill(os.getpid(), signal.SIGKILL))
    cli()


if __name__ == "__main__":
    main()
