"""Pulse: an empty transaction on a ledger that is quiet, so that its newest block tells how late it is (ADR 57).

Blocks are sealed when somebody acts. Who looks at an old one cannot tell a quiet ledger from one of which the rest is
kept back: whoever asks has a block sealed now, whose header no one can have made before.
"""

from bank_api.bank import Bank
from bank_api.protocol.shapes.proofs import LedgerPulse

PULSE_SECONDS = 5
"""A block that is no older serves everybody who asks: nobody makes the ledger grow faster than this."""
GAS = 30_000


def pulse(bank: Bank) -> LedgerPulse:
    """The newest block, and no older one than a few seconds. Safe to repeat."""
    with bank.pulsing:
        newest = bank.transactor.node.newest_header()
        if bank.clock() - newest.timestamp < PULSE_SECONDS:
            return LedgerPulse(block_number=newest.number, sealed=False)
        receipt = bank.transactor.send(bank.transactor.address, b"", GAS)
    return LedgerPulse(block_number=receipt.block_number, sealed=True)
