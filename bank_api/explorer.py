"""The explorer without the bank: the same pages, served by whoever runs a follower of the ledger.

Nothing of a bank is opened or asked: the files of the pages, the questions to the follower's own node, and where the
contracts stand, which the bank publishes (`GET /v1/deployment`, or the deployment file). The page checks all of it
against seals and proofs anyway; what it gains is a node that has executed every block itself.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response

from bank_api.protocol.shapes.bank import DeploymentInfo, LedgerAnswer
from bank_api.routes import pages
from bank_api.routes.ledger import LedgerQuestion, deployment_info, passed_on
from chaincode.deployment import Deployment
from chaincode.errors import LedgerRefusedError
from chaincode.node import Node

EXCHANGE_METHOD = "azukari_exchangeCheckpoints"
"""What followers ask each other: a node that follows nobody does not know it."""
_BLOCK = re.compile(r"^block (\d+)$", re.MULTILINE)


def make_explorer(deployment: Deployment, node: Node, folder: Path) -> FastAPI:
    """The application: `/explorer`, and the two questions that it asks."""
    app = FastAPI(title="Azukari explorer", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/v1/deployment", response_model=DeploymentInfo)
    def where() -> Any:
        return deployment_info(deployment, "follower") | {"replayed": _replayed(node)}

    @app.post("/v1/ledger", response_model=LedgerAnswer)
    def ledger_question(question: LedgerQuestion, request: Request) -> Response:
        return passed_on(node, question, request)

    pages.install(app, folder, ("explorer",))
    return app


def _replayed(node: Node) -> dict[str, Any]:
    """The follower's head, and the newest checkpoint that it signed itself."""
    told: Any = []
    with suppress(LedgerRefusedError):  # a node that follows nobody has no checkpoints
        told = node.request(EXCHANGE_METHOD, [])
    newest = max(told, key=_number, default=None)
    return {
        "block_number": node.block_number(),
        "witness": None if newest is None else newest["witness"],
        "checkpoint_number": None if newest is None else _number(newest),
    }


def _number(told: Any) -> int:
    """The block of a checkpoint, out of its text (`ledger/checkpoint.py`)."""
    found = _BLOCK.search(told["checkpoint"])
    return -1 if found is None else int(found[1])
