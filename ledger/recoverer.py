"""A process that recovers the senders of many transactions at once: `python -m ledger.recoverer`.

Recovering takes a third of what taking a transaction in costs, and needs nothing of the chain but its id. Done here,
it goes on beside execution, and no thread of the node has to fight for its interpreter after every signature. It
answers only for what nearly all transactions are: canonical, legacy, protected for this chain. Of the others it
says nothing, and the node finds out by itself what they are.
"""

from __future__ import annotations

import contextlib
import os
import signal

from . import rlp_codec
from .frames import PipeClosedError, read_frame, write_frame
from .legacy_decode import legacy_parts, legacy_signed_message
from .recover import recover_signer

ADDRESS_BYTES = 20
UNKNOWN = b"\x00" * ADDRESS_BYTES


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers, requests = os.dup(1), 0
    os.dup2(2, 1)
    with contextlib.suppress(PipeClosedError):
        write_frame(answers, b"")  # ready
        while True:
            chain_id, *raws = rlp_codec.decode_node(read_frame(requests))
            write_frame(answers, b"".join(sender_of(raw, int.from_bytes(chain_id, "big")) for raw in raws))


def sender_of(raw: bytes, chain_id: int) -> bytes:
    """The sender, or UNKNOWN for whatever is not as nearly all transactions are."""
    parts = legacy_parts(raw) if raw[:1] >= b"\xc0" else None
    if parts is None:
        return UNKNOWN
    signed_chain_id, parity, message = legacy_signed_message(parts)
    if signed_chain_id != chain_id:
        return UNKNOWN
    try:
        return recover_signer(parity, parts[-2], parts[-1], message)
    except ValueError:
        return UNKNOWN


if __name__ == "__main__":
    main()
