"""`azukari` that dies by kill -9 before its so-manieth change: `python dying_wallet.py LEFT recovery rotate …`.

It is the wallet itself; logging in and reading are no changes.
"""

import os
import signal
import sys

from wallet_cli.bank_client.session import BankSession
from wallet_cli.cli import app


def main() -> None:
    left, call = int(sys.argv.pop(1)), BankSession.call

    def call_or_die(session, method, path, body=None, order=None):
        nonlocal left
        if method != "GET":
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
        return call(session, method, path, body, order)

    BankSession.call = call_or_die
    app()


if __name__ == "__main__":
    main()
