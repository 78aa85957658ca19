"""What goes between a process and its leader: calldata there, a receipt or a refusal back, both under a seal.

The seal is an HMAC (RFC 2104) under a random value that only the bank's own database has: whoever listens at a port
that a dead leader left can neither have anything sent nor make up a receipt.
"""

import hmac
import json
from typing import Any

from chaincode.errors import (
    ChaincodeError,
    ContractRefusedError,
    LedgerRefusedError,
    LedgerUnavailableError,
    OutOfGasError,
)
from chaincode.ids import to_hex
from chaincode.logs import Log, Position
from chaincode.node import Receipt

SEAL = "Azukari-Seal"
SEND, LOOK, VOUCH = "/send", "/look", "/vouch"

_REFUSALS: dict[str, tuple[type[ChaincodeError], tuple[str, ...]]] = {
    "contract": (ContractRefusedError, ("contract", "reason")),
    "gas": (OutOfGasError, ()),
    "unavailable": (LedgerUnavailableError, ("reason",)),
    "ledger": (LedgerRefusedError, ("code", "message")),
}


def seal(secret: bytes, what: str, body: bytes) -> str:
    """`what` says which question this is, or is the seal of the question that this answers."""
    return hmac.digest(secret, what.encode() + b"\n" + body, "sha256").hex()


def is_sealed(secret: bytes, what: str, body: bytes, found: str) -> bool:
    return hmac.compare_digest(seal(secret, what, body), found)


def order_to_json(to: str | None, data: bytes, gas: int, rehearse: bool) -> bytes:
    return json.dumps({"to": to, "data": data.hex(), "gas": gas, "rehearse": rehearse}).encode()


def order_from_json(body: bytes) -> tuple[str | None, bytes, int, bool]:
    asked = json.loads(body)
    return asked["to"], bytes.fromhex(asked["data"]), int(asked["gas"]), bool(asked["rehearse"])


def word_to_json(payload: bytes, kind: str) -> bytes:
    return json.dumps({"payload": payload.hex(), "kind": kind}).encode()


def word_from_json(body: bytes) -> tuple[bytes, str]:
    asked = json.loads(body)
    return bytes.fromhex(asked["payload"]), str(asked["kind"])


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "transaction_hash": to_hex(receipt.transaction_hash),
        "block_number": receipt.block_number,
        "succeeded": receipt.succeeded,
        "gas_used": receipt.gas_used,
        "contract_address": receipt.contract_address,
        "logs": [_log_to_json(log) for log in receipt.logs],
    }


def receipt_from_json(found: dict[str, Any]) -> Receipt:
    logs = tuple(map(_log_from_json, found["logs"]))
    return Receipt(**found | {"transaction_hash": _bytes(found["transaction_hash"]), "logs": logs})


def refusal_to_json(error: ChaincodeError) -> dict[str, Any]:
    for name, (kind, fields) in _REFUSALS.items():
        if type(error) is kind:
            return {"refusal": name, "values": [getattr(error, field) for field in fields] or [str(error)]}
    return {"refusal": "unavailable", "values": [f"{type(error).__name__}: {error}"]}


def refusal_from_json(found: dict[str, Any]) -> ChaincodeError:
    kind, _ = _REFUSALS[found["refusal"]]
    return kind(*found["values"])


def _log_to_json(log: Log) -> dict[str, Any]:
    place = log.position
    return {
        "address": log.address,
        "topics": [to_hex(topic) for topic in log.topics],
        "data": to_hex(log.data),
        "position": place and [place.block_number, place.timestamp, to_hex(place.transaction_hash), place.log_index],
    }


def _log_from_json(found: dict[str, Any]) -> Log:
    place = found["position"]
    position = None if place is None else Position(place[0], place[1], _bytes(place[2]), place[3])
    return Log(found["address"], tuple(map(_bytes, found["topics"])), _bytes(found["data"]), position)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
