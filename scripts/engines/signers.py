"""All signers of a network seen as one node, because one signer's word is not final on Clique.

Two signers may seal the same height at once; then one block is dropped, and what it held is sealed again a little
later. So a receipt counts here once every signer that answers has it in the same block, and they are a majority.
Transactions go to all; other questions go to the first that answers, so any signer may die.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from web3 import HTTPProvider
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

ANSWER_SECONDS = 20
_SEND = "eth_sendRawTransaction"
_RECEIPT = "eth_getTransactionReceipt"


class SignersProvider(JSONBaseProvider):
    """Refuses, as a lost connection, when nobody answers."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        timeout = {"timeout": ANSWER_SECONDS}
        self._signers = [HTTPProvider(url, request_kwargs=timeout, exception_retry_configuration=None) for url in urls]

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        answers = []
        for signer in self._signers:
            try:
                answers.append(signer.make_request(method, params))
            except OSError:
                continue
            if method not in (_SEND, _RECEIPT):
                break
        if not answers:
            raise ConnectionError("no signer answers")
        if method == _RECEIPT:
            return self._settled(answers)
        return next((answer for answer in answers if "error" not in answer), answers[0])

    def _settled(self, answers: list[RPCResponse]) -> RPCResponse:
        found = [answer.get("result") for answer in answers]
        blocks = {receipt["blockHash"] if isinstance(receipt, dict) else None for receipt in found}
        if len(blocks) == 1 and len(answers) > len(self._signers) // 2:
            return answers[0]
        return {"jsonrpc": "2.0", "id": 0, "result": None}
