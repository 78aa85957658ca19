"""The events that concern one partner, from blocks that are walked one by one and checked: whoever shows them can leave
nothing out.

Whoever shows the blocks is not trusted; whoever seals them is, since nothing is executed again: signers together could
seal a bloom or a root of receipts that is false, which only a replay shows. Plan of `walk`, for each block from the
first:
1. its header follows the one before by its hash, and a pinned signer sealed it (the first is the pinned one);
2. the header's bloom tells whether a log could concern the partner: it may say yes wrongly, but never no (yellow paper,
   4.3.1), so blocks that say no are passed over;
3. of all others the receipts have the root that the header names, and their logs are decoded strictly.
What concerns a partner is what names its account, or an id that something of its own began: a request, a release, a
class of coupons, an order of gifts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from chaincode.decode import decode, is_ours
from chaincode.deployment import Deployment
from chaincode.events import (
    CouponClassPublished,
    Disclosed,
    Event,
    GiftsOrdered,
    ReleaseOpened,
    RequestFiled,
)
from chaincode.ids import checksummed, to_hex
from chaincode.logs import Log, Position
from ledger import rlp_codec
from ledger.receipts import bloom_bits
from ledger.sealed_header import HeaderError, SealedHeader, read_header
from ledger.trie import ordered_trie_root
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.pins import Pins
from wallet_cli.recorded_events import RecordedEvent, recorded


class ShowsBlocks(Protocol):
    """Where blocks come from: nobody that is trusted."""

    def header(self, number: int) -> bytes: ...

    def receipts(self, number: int) -> list[bytes]: ...


@dataclass
class Walk:
    """`events` goes from the first block to `last`; afterwards the rest says what was seen."""

    shows: ShowsBlocks
    pins: Pins
    deployment: Deployment
    account: str
    last: int
    progress: Callable[[int, int], None] = lambda done, total: None
    blocks_read: int = 0
    """Whose receipts were read."""
    head: SealedHeader | None = None

    @translated_errors()
    def events(self) -> list[RecordedEvent]:
        """See the plan above. Raises EvidenceError for a chain that does not hold together."""
        concerns, found = [bloom_bits(_topic(bytes.fromhex(self.account[2:])))], list[RecordedEvent]()
        for number in range(self.last + 1):
            header = self._next(number)  # 1.
            if any(header.bloom & bits == bits for bits in concerns):  # 2.
                for event in self._events_in(header):
                    found.append(recorded(event))
                    concerns += [bloom_bits(_topic(one)) for one in self._begun(event)]
            self.progress(number, self.last)
        return found

    def _next(self, number: int) -> SealedHeader:
        try:
            header = read_header(self.shows.header(number))
        except HeaderError as error:
            raise EvidenceError(said("error-header", why=fault(error))) from error
        if header.number != number or (self.head is not None and header.parent_hash != self.head.hash):
            raise EvidenceError(said("error-walk-broken", block=str(number)), said("hint-statement-false"))
        if number == 0:
            is_known = to_hex(header.hash) == self.pins.genesis_hash
        else:
            is_known = header.signer is not None and to_hex(header.signer) in self.pins.signers
        if not is_known:
            raise EvidenceError(said("error-not-sealed", block=str(number)), said("hint-signers"))
        self.head = header
        return header

    def _events_in(self, header: SealedHeader) -> Iterator[Event]:
        receipts = self.shows.receipts(header.number)
        if ordered_trie_root(receipts) != header.receipts_root:  # 3.
            raise EvidenceError(said("error-walk-receipts", block=str(header.number)), said("hint-statement-false"))
        self.blocks_read += 1
        index = 0
        for receipt in receipts:
            *_, logs = rlp_codec.decode(receipt if receipt[0] >= _LIST else receipt[1:])
            for address, topics, data in logs:
                at = Position(header.number, header.timestamp, b"", index)
                log = Log(checksummed(to_hex(address)), tuple(topics), data, at)
                index += 1
                if is_ours(self.deployment, log):
                    yield decode(self.deployment, log)

    def _begun(self, event: Event) -> tuple[bytes, ...]:
        """Ids by which what follows from an event of the partner's own is found."""
        match event:
            case RequestFiled(partner=self.account):
                return (event.request_id,)
            case Disclosed(partner=self.account) | ReleaseOpened():
                return (event.release_id,)
            case CouponClassPublished(issuer=self.account):
                return (event.class_id,)
            case GiftsOrdered(issuer=self.account):
                return (event.order_id,)
        return ()


_LIST = 0xC0
"""RLP's first byte of a list; a receipt of a later kind has its type before (EIP-2718)."""


def _topic(value: bytes) -> bytes:
    return value.rjust(32, b"\0")
