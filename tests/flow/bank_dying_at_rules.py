"""`azukari-bank` that dies by kill -9 in the middle of a batch of ruled consents: `python … serve …`.

It is the bank itself, with a trap in the face of the contract: a batch goes into parts of three consents, and when the
second part has been sealed the process kills itself, before it can say or note anything.
"""

import os
import signal

from bank_api.cli import cli
from chaincode.bindings import face

PARTS = 2


def main() -> None:
    left = PARTS
    send_part = face.Face._send_part

    def send_or_die(self, transactor, function, rows, ids, taken, gas_per_item):
        nonlocal left
        if function != "record_by_rule_batch":
            return send_part(self, transactor, function, rows, ids, taken, gas_per_item)
        outcomes = send_part(self, transactor, function, rows, ids, taken, gas_per_item)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcomes

    face.Face._send_part = send_or_die
    face.BATCH_MAXIMUM = 3
    cli()


if __name__ == "__main__":
    main()
