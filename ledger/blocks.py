"""Blocks as geth writes them: RLP of [header, transactions, uncles] and, from Shanghai on, withdrawals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from eth.abc import BlockHeaderAPI
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth.vm.header import HeaderSedes
from eth_utils.exceptions import ValidationError

from . import rlp_codec
from .errors import BlockError, LedgerError
from .forks import ForkSchedule, UnsupportedForkError
from .transactions import SignedTransaction, decode_transaction, in_block

BLOCK_BYTES_MAX = 1 << 30


@dataclass(frozen=True, slots=True)
class Block:
    header: BlockHeaderAPI
    transactions: tuple[SignedTransaction, ...]
    uncles: tuple[BlockHeaderAPI, ...]
    withdrawals: tuple[Withdrawal, ...] | None
    raw: bytes

    @property
    def number(self) -> int:
        return self.header.block_number


def encode_block(
    header: BlockHeaderAPI,
    transactions: Sequence[SignedTransaction],
    uncles: Sequence[BlockHeaderAPI] = (),
    withdrawals: Sequence[Withdrawal] | None = None,
) -> bytes:
    parts = [
        rlp_codec.encode(header_items(header)),
        _list([in_block(transaction.raw) for transaction in transactions]),
        _list([rlp_codec.encode(header_items(uncle)) for uncle in uncles]),
    ]
    if withdrawals is not None:
        parts.append(_list([withdrawal.encode() for withdrawal in withdrawals]))
    return _list(parts)


def _list(encoded: Sequence[bytes]) -> bytes:
    payload = b"".join(encoded)
    return rlp_codec.list_prefix(len(payload)) + payload


def header_items(header: BlockHeaderAPI) -> Any:
    return HeaderSedes.serialize(header)


def decode_header(raw: bytes) -> BlockHeaderAPI:
    return HeaderSedes.deserialize(rlp_codec.decode(raw))


def decode_header_of(raw_block: bytes, expected_number: int) -> BlockHeaderAPI:
    """The header of a block whose body is left alone."""
    try:
        return HeaderSedes.deserialize(rlp_codec.decode(rlp_codec.split_list(raw_block)[0]))
    except (rlp_codec.RlpError, ValidationError, ValueError, TypeError, IndexError) as error:
        raise BlockError(expected_number, "header", "does not decode: {why}", why=_first_line(error)) from None


def decode_block(
    raw: bytes, forks: ForkSchedule, chain_id: int, expected_number: int, senders: bytes | None = None
) -> Block:
    """Decode one block; every transaction's sender is recovered unless `senders` gives them."""
    try:
        parts = rlp_codec.split_list(raw)
        if len(parts) not in (3, 4) or not all(part[0] >= rlp_codec.LIST_LEAST for part in parts):
            raise BlockError(expected_number, "block", "must be a list of header, transactions and uncles")
        header = HeaderSedes.deserialize(rlp_codec.decode(parts[0]))
        bodies = [rlp_codec.split_list(part) for part in parts[1:]]
    except (rlp_codec.RlpError, ValidationError, ValueError, TypeError) as error:
        raise BlockError(expected_number, "header", "does not decode: {why}", why=_first_line(error)) from None
    transactions = _decode_transactions(bodies[0], header, forks, chain_id, senders)
    try:
        uncles = tuple(HeaderSedes.deserialize(rlp_codec.decode(item)) for item in bodies[1])
        withdrawals = None
        if len(bodies) == 3:
            withdrawals = tuple(Withdrawal.deserialize(rlp_codec.decode(item)) for item in bodies[2])
    except (rlp_codec.RlpError, ValidationError, ValueError, TypeError) as error:
        raise BlockError(header.block_number, "body", "does not decode: {why}", why=_first_line(error)) from None
    return Block(header, transactions, uncles, withdrawals, raw)


def _decode_transactions(
    items: Sequence[bytes], header: BlockHeaderAPI, forks: ForkSchedule, chain_id: int, senders: bytes | None
) -> tuple[SignedTransaction, ...]:
    number = header.block_number
    try:
        rules = forks.rules_for(header)
    except UnsupportedForkError as error:
        raise BlockError(number, "timestamp", error.reason) from None
    decoded = []
    for index, item in enumerate(items):
        sender = senders[index * 20 : index * 20 + 20] if senders is not None else None
        try:
            raw = item if item[0] >= rlp_codec.LIST_LEAST else rlp_codec.decode(item)
            decoded.append(decode_transaction(raw, rules, chain_id, sender))
        except LedgerError as error:
            raise BlockError(number, f"transactions[{index}]", error.reason) from None
        except rlp_codec.RlpError as error:
            raise BlockError(
                number, f"transactions[{index}]", "does not decode: {why}", why=_first_line(error)
            ) from None
    return tuple(decoded)


def read_blocks(stream: IO[bytes], first_number: int = 1) -> Iterator[bytes]:
    """Cut a stream of concatenated RLP blocks into blocks, holding one at a time."""
    number = first_number
    while prefix := stream.read(1):
        head, length = _list_length(prefix, stream, number)
        payload = stream.read(length)
        if len(payload) != length:
            raise BlockError(number, "block", "the file ends {count} bytes too early", count=length - len(payload))
        yield head + payload
        number += 1


def _list_length(prefix: bytes, stream: IO[bytes], number: int) -> tuple[bytes, int]:
    first = prefix[0]
    if first < 0xC0:
        raise BlockError(
            number, "block", "an RLP list was expected, but the first byte is {found}", found=f"0x{first:02x}"
        )
    if first <= 0xF7:
        return prefix, first - 0xC0
    size = stream.read(first - 0xF7)
    length = int.from_bytes(size, "big")
    if len(size) != first - 0xF7 or size[:1] == b"\x00" or length <= 55 or length > BLOCK_BYTES_MAX:
        raise BlockError(number, "block", "the RLP length is not canonical")
    return prefix + size, length


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
