"""A signed act read back from the transaction that carried it: what travelled of its struct, and the signature."""

from collections.abc import Mapping
from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from chaincode.abi import ContractAbi, normal
from chaincode.acts import Act
from chaincode.deployment import Deployment
from chaincode.errors import MessageError
from chaincode.typed_data import SignedStruct
from chaincode.typed_data.eip712 import layout


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


def sent_words(
    deployment: Deployment, act: Act[Any], data: bytes, item_id: bytes, known: Mapping[str, Any]
) -> SignedStruct | None:
    """The words with this id, from calldata of `act`'s batch or of its signer's own call; `known` does not travel."""
    found = relayed_item(deployment, act, data, item_id)
    struct = found[0] if found is not None else _direct(deployment, act, data)
    if struct is None or struct[0] != item_id:
        return None
    fields = [(name, kind) for name, _, kind in layout(act.struct).fields if name not in act.known]
    values = {name: normal(value, kind) for (name, kind), value in zip(fields, struct, strict=True)}
    try:
        return act.struct(**values, **known)
    except MessageError:
        return None


def _direct(deployment: Deployment, act: Act[Any], data: bytes) -> Any:
    if act.direct is None:
        return None
    function = ContractAbi(deployment.contracts[act.contract]).function(act.direct)
    if data[:4] != function.selector:
        return None
    try:
        struct, *_ = abi_decode(function.inputs, data[4:], strict=False)
    except (DecodingError, OverflowError, ValueError):
        return None
    return struct
