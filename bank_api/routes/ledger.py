"""The ledger itself, for whoever would rather check than believe: questions by JSON-RPC, passed on as they are.

Only what reads sealed history and proofs, and only what costs the node little: no calls, no traces, nothing that
writes. The answer is the node's own; a page verifies seals and proofs in it and needs no word of the bank's.
"""

import gzip
import json
from typing import Any, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from pydantic import Field

from bank_api.flows import pulse
from bank_api.protocol.fields import Body
from bank_api.protocol.shapes.bank import DeploymentInfo, LedgerAnswer
from bank_api.protocol.shapes.proofs import LedgerPulse
from bank_api.routes.access import TheBank, Token, holder_of, of_one_moment
from chaincode.deployment import Deployment
from chaincode.errors import LedgerRefusedError
from chaincode.node import Node

router = APIRouter(prefix="/v1", tags=["public"])

ASKING, PULSING = CapacityLimiter(16), CapacityLimiter(1)
"""Who asks the node, and who waits for a block that somebody else has sealed, waits here and takes no thread that all
the other requests need: strangers may ask, and a node may be silent for half a minute."""
COMPRESSED_FROM_BYTES = 1_000
"""Shorter answers are sent as they are."""


class LedgerQuestion(Body):
    """A JSON-RPC 2.0 request with one of the methods that anybody may ask."""

    jsonrpc: Literal["2.0"]
    id: int
    method: Literal[
        "eth_blockNumber",
        "eth_chainId",
        "eth_getBlockByNumber",
        "eth_getBlockByHash",
        "eth_getBlockReceipts",
        "eth_getTransactionByHash",
        "eth_getTransactionReceipt",
        "eth_getCode",
        "eth_getProof",
        "eth_getLogs",
        "debug_getRawHeader",
        "debug_getRawReceipts",
    ] = Field(examples=["eth_blockNumber"])
    params: list[Any] = Field(max_length=4, examples=[[]])


@router.post("/ledger", response_model=LedgerAnswer)
async def ledger_question(bank: TheBank, question: LedgerQuestion, request: Request) -> Any:
    """Ask the ledger itself, by JSON-RPC: blocks, receipts, logs and proofs, as the node gives them."""
    return await to_thread.run_sync(passed_on, bank.transactor.node, question, request, limiter=ASKING)


@router.post("/pulses", status_code=201, response_model=LedgerPulse)
async def ledger_pulse(bank: TheBank, token: Token) -> Any:
    """Have a block sealed now, if the newest is not of now: what is proven by it is then known to be so today.

    Whoever is logged in may ask, for whomever they act: it says nothing of anybody.
    """
    await to_thread.run_sync(holder_of, bank, token)
    return await to_thread.run_sync(pulse.pulse, bank, limiter=PULSING)


@router.get("/deployment", response_model=DeploymentInfo)
@of_one_moment
def deployment(bank: TheBank) -> Any:
    """Where the contracts stand: what an explorer needs to read the ledger, with nothing about the bank."""
    return deployment_info(bank.deployment, "bank")


def deployment_info(deployment: Deployment, served_by: str) -> dict[str, Any]:
    return {
        "chain_id": deployment.chain_id,
        "operator": deployment.operator,
        "contracts": {name: one.address for name, one in deployment.contracts.items()},
        "served_by": served_by,
        "replayed": None,
    }


def passed_on(node: Node, question: LedgerQuestion, request: Request) -> Response:
    """The node's own answer, refusals too, packed where it is long."""
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": question.id}
    try:
        answer["result"] = node.request(question.method, *question.params)
    except LedgerRefusedError as refusal:
        answer["error"] = {"code": refusal.code, "message": refusal.message}
    content = json.dumps(answer, separators=(",", ":")).encode()
    headers = {"Vary": "Accept-Encoding"}
    if len(content) >= COMPRESSED_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        # Nothing in it is secret: what stands beside a secret must not be compressed with what a stranger chooses.
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return Response(content, media_type="application/json", headers=headers)
