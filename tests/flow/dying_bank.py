"""`azukari-bank` that dies by kill -9 while it writes: `python dying_bank.py WRITES serve …`, of documents wrapped
anew; `python dying_bank.py chunks:WRITES serve …`, of chunks of large documents.

It is the bank itself, with a trap in the store: after WRITES durable writes of documents that were wrapped anew the
process kills itself, before it can say or note anything. A document goes into a write of its own, so that few are
enough to be in the middle of.
"""

import os
import signal
import sys

from bank_api.cli import cli
from bank_api.flows import rewrap
from pds_adapter.stores.embedded import EmbeddedStore


def main() -> None:
    word = sys.argv.pop(1)
    if word.startswith("chunks:"):
        _die_at_a_chunk(int(word.removeprefix("chunks:")))
        cli()
        return
    left, write = int(word), EmbeddedStore.put_many

    def write_or_die(store, puts):
        nonlocal left
        if not all(put.if_match for put in puts):  # a document that is new, not one wrapped anew
            return write(store, puts)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return write(store, puts)

    rewrap.DOCUMENTS_AT_ONCE = 1
    EmbeddedStore.put_many = write_or_die
    cli()


def _die_at_a_chunk(left: int) -> None:
    """After so many chunks were kept, and before anybody is told of the last."""
    put_chunk = EmbeddedStore.put_chunk

    def put_or_die(store, account_id, upload, index, chunk):
        nonlocal left
        fresh = put_chunk(store, account_id, upload, index, chunk)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return fresh

    EmbeddedStore.put_chunk = put_or_die


if __name__ == "__main__":
    main()
