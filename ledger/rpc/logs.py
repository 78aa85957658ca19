"""eth_getLogs: which logs match a filter, found by the log index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..blocks import Block
from ..chain import Chain
from ..errors import ExecutionFailedError, InvalidParamsError, LimitExceededError
from ..receipts import Log, Receipt
from ..records import SECTION_BLOCKS
from . import render
from .arguments import Arguments, fixed, only
from .select import block_number, by_hash

TOPICS_MAX = 4
ALTERNATIVES_MAX = 1_000
"""Addresses, and topics at one position; as in geth."""
LOOK_UPS_MAX = 250_000
"""Of one query in the log index, where each takes some microseconds."""
BLOCK_RANGE_MAX = 100_000
FILTER_FIELDS = ("fromBlock", "toBlock", "blockHash", "address", "topics")
RESULTS_MAX = 100_000


@dataclass(frozen=True)
class LogFilter:
    """Empty `addresses` means any; a None topic means any at that position."""

    addresses: frozenset[bytes]
    topics: tuple[frozenset[bytes] | None, ...]

    def matches(self, log: Log) -> bool:
        if self.addresses and log.address not in self.addresses:
            return False
        if len(self.topics) > len(log.topics):
            return False
        return all(wanted is None or found in wanted for wanted, found in zip(self.topics, log.topics, strict=False))


class LogMethods:
    def __init__(self, chain: Chain, block_range_max: int = BLOCK_RANGE_MAX, results_max: int = RESULTS_MAX) -> None:
        self._chain = chain
        self._block_range_max = block_range_max
        self._results_max = results_max

    def get_logs(self, params: Sequence[Any]) -> list[dict[str, Any]]:
        request = Arguments(params, 1).mapping(0)
        chosen = parse_filter(request)
        first, last = parse_range(self._chain, request)
        return self.between(chosen, first, last)

    def between(self, chosen: LogFilter, first: int, last: int) -> list[dict[str, Any]]:
        """All matching logs of these blocks, oldest first."""
        blocks = last - first + 1
        if blocks > self._block_range_max:
            raise LimitExceededError(f"block range too large: {blocks} blocks, limit {self._block_range_max}")
        keys = len(chosen.addresses) + sum(len(topics or ()) for topics in chosen.topics)
        if keys * (last // SECTION_BLOCKS - first // SECTION_BLOCKS + 1) > LOOK_UPS_MAX:
            reason = f"query too large: {keys} addresses and topics in {blocks} blocks; ask for fewer blocks at once"
            raise LimitExceededError(reason)
        found: list[dict[str, Any]] = []
        for number in candidate_blocks(self._chain, chosen, first, last):
            history = self._chain.history
            found.extend(matching_logs(history.block(number), history.receipts(number), chosen))
            if len(found) > self._results_max:
                raise LimitExceededError(f"query returned more than {self._results_max} results")
        return found


def matching_logs(block: Block, receipts: Sequence[Receipt], chosen: LogFilter) -> Iterator[dict[str, Any]]:
    first = 0
    for transaction_index, receipt in enumerate(receipts):
        found = [entry for entry in enumerate(receipt.logs, first) if chosen.matches(entry[1])]
        if found:
            yield from render.logs_json(found, block, transaction_index)
        first += len(receipt.logs)


def candidate_blocks(chain: Chain, chosen: LogFilter, first: int, last: int) -> list[int]:
    """The blocks that may hold a match: every set of alternatives narrows the choice."""
    candidates: set[int] | None = None
    for keys in (chosen.addresses or None, *chosen.topics):
        if keys is None:
            continue
        found = chain.history.blocks_with(sorted(keys), first, last)
        candidates = found if candidates is None else candidates & found
        if not candidates:
            return []
    if candidates is None:
        return list(range(first, last + 1))
    return sorted(candidates)


def parse_filter(request: Mapping[str, Any], where: str = "argument 0") -> LogFilter:
    """A misspelt field would make a filter that lets everything through, so it is refused."""
    only(request, FILTER_FIELDS, where)
    addresses = request.get("address")
    if addresses is None:
        addresses = []
    elif isinstance(addresses, str):
        addresses = [addresses]
    elif not isinstance(addresses, list):
        raise InvalidParamsError(f"invalid {where}: invalid addresses in query")
    if len(addresses) > ALTERNATIVES_MAX:
        raise LimitExceededError(f"too many addresses: {len(addresses)}, limit {ALTERNATIVES_MAX}")
    topics = [] if request.get("topics") is None else request["topics"]
    if not isinstance(topics, list):
        raise InvalidParamsError(f"invalid {where}: invalid topics in query")
    if len(topics) > TOPICS_MAX:
        raise InvalidParamsError("exceed max topics")
    return LogFilter(
        addresses=frozenset(fixed(address, 20, f"{where}.address") for address in addresses),
        topics=tuple(_topic(topic, f"{where}.topics[{index}]") for index, topic in enumerate(topics)),
    )


def parse_range(chain: Chain, request: Mapping[str, Any]) -> tuple[int, int]:
    """The first and last block of a filter that names blocks by number or by hash."""
    if request.get("blockHash") is not None:
        if request.get("fromBlock") is not None or request.get("toBlock") is not None:
            raise InvalidParamsError(
                "invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other"
            )
        header = by_hash(chain, fixed(request["blockHash"], 32, "argument 0.blockHash"))
        if header is None:
            raise ExecutionFailedError("unknown block")
        return header.block_number, header.block_number
    head = chain.head.number
    first = block_number(chain, request.get("fromBlock"), "argument 0.fromBlock")
    last = block_number(chain, request.get("toBlock"), "argument 0.toBlock")
    if first > last:
        raise InvalidParamsError("invalid block range params")
    if last > head:
        raise InvalidParamsError("block range extends beyond current head block")
    return first, last


def _topic(topic: Any, where: str) -> frozenset[bytes] | None:
    if topic is None:
        return None
    if isinstance(topic, list):
        if not topic or None in topic:
            return None
        if len(topic) > ALTERNATIVES_MAX:
            raise LimitExceededError(f"too many topics: {len(topic)}, limit {ALTERNATIVES_MAX}")
        return frozenset(fixed(choice, 32, where) for choice in topic)
    return frozenset((fixed(topic, 32, where),))
