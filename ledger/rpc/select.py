"""From a block parameter (number, tag, hash, or an EIP-1898 object) to a sealed header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth.abc import BlockHeaderAPI

from ..chain import Chain
from ..errors import ExecutionFailedError, InvalidParamsError, UnknownBlockError
from .arguments import fixed, flag, only, quantity

LATEST_TAGS = frozenset({"latest", "pending", "safe", "finalized"})
"""One authority seals and never reorganises, so its newest block is safe and final at once."""


class HeaderNotFoundError(ExecutionFailedError):
    """header not found"""


def select_header(chain: Chain, parameter: Any, where: str = "argument 0") -> BlockHeaderAPI | None:
    """The header that a block parameter names; None when there is no such block."""
    if isinstance(parameter, Mapping):
        return _by_object(chain, parameter, where)
    if isinstance(parameter, str) and len(parameter) == 66:
        return by_hash(chain, fixed(parameter, 32, where))
    return by_number(chain, parameter, where)


def require_header(chain: Chain, parameter: Any, where: str) -> BlockHeaderAPI:
    header = select_header(chain, "latest" if parameter is None else parameter, where)
    if header is None:
        raise HeaderNotFoundError
    return header


def by_number(chain: Chain, parameter: Any, where: str) -> BlockHeaderAPI | None:
    number = block_number(chain, parameter, where)
    head = chain.head.header
    if number == head.block_number:
        return head
    return chain.history.header(number) if number < head.block_number else None


def block_number(chain: Chain, parameter: Any, where: str) -> int:
    if parameter is None:
        return chain.head.number
    if isinstance(parameter, str):
        if parameter in LATEST_TAGS:
            return chain.head.number
        if parameter == "earliest":
            return 0
    return quantity(parameter, where)


def by_hash(chain: Chain, block_hash: bytes) -> BlockHeaderAPI | None:
    number = chain.history.number_of(block_hash)
    if number is None or number > chain.head.number:
        return None
    try:
        return chain.history.header(number)
    except UnknownBlockError:
        return None


def _by_object(chain: Chain, parameter: Mapping[str, Any], where: str) -> BlockHeaderAPI | None:
    """Nothing is sealed here that is not canonical, so `requireCanonical` asks for what is so anyway."""
    only(parameter, ("blockHash", "blockNumber", "requireCanonical"), where)
    flag(parameter.get("requireCanonical"), f"{where}.requireCanonical")
    if "blockHash" in parameter and "blockNumber" in parameter:
        raise InvalidParamsError(
            f"invalid {where}: cannot specify both BlockHash and BlockNumber, choose one or the other"
        )
    if "blockHash" in parameter:
        return by_hash(chain, fixed(parameter["blockHash"], 32, f"{where}.blockHash"))
    if "blockNumber" in parameter:
        return by_number(chain, parameter["blockNumber"], f"{where}.blockNumber")
    raise InvalidParamsError(f"invalid {where}: invalid block number or hash")
