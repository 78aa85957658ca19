"""A signed act read back from the transaction that carried it: what travelled of its struct, and the signature."""

from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from chaincode.abi import ContractAbi
from chaincode.acts import Act
from chaincode.deployment import Deployment


def relayed_item(deployment: Deployment, act: Act[Any], data: bytes, item_id: bytes) -> tuple[Any, bytes] | None:
    """The item with this id in the calldata of `act`'s batch: its struct's travelling fields, and 65 bytes.

    None where the calldata is of something else, or holds no such item.
    """
    if act.batch is None:
        return None
    function = ContractAbi(deployment.contracts[act.contract]).function(act.batch, 1)
    if data[:4] != function.selector:
        return None
    try:
        [items] = abi_decode(function.inputs, data[4:], strict=False)
    except (DecodingError, OverflowError, ValueError):
        return None
    for struct, (r, s, v), *_ in items:
        if struct[0] == item_id:
            return struct, bytes(r) + bytes(s) + bytes([v])
    return None
