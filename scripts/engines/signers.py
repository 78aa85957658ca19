"""All signers of a network seen as one node, because one signer's word is not final on Clique.

Two signers may seal the same height at once; then one block is dropped, and what it held is sealed again a little
later. So a receipt counts here once every signer that answers has it in the same block, and they are a majority.
A nonce has moved once it has moved at all of them.
Transactions go to all, and one that any signer holds is not refused; other questions go to the first that answers.
So any signer may die.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eth_hash.auto import keccak
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from chaincode.ids import to_hex

from .loopback import LoopbackProvider

ANSWER_SECONDS = 20
_SEND, _RECEIPT = RPCEndpoint("eth_sendRawTransaction"), RPCEndpoint("eth_getTransactionReceipt")
_FIND, _COUNT = RPCEndpoint("eth_getTransactionByHash"), RPCEndpoint("eth_getTransactionCount")


class SignersProvider(JSONBaseProvider):
    """Refuses, as a lost connection, when nobody answers."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        self._signers = [LoopbackProvider(url, ANSWER_SECONDS) for url in urls]

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        if method == _RECEIPT:
            return self._settled(self._ask(method, params, until=_has_none))
        if method == _COUNT and "latest" in params:
            return self._least(self._ask(method, params))
        if method == _SEND:
            return self._taken(self._ask(method, params), params[0])
        return self._ask(method, params, until=lambda _: True)[0]

    def _ask(
        self, method: RPCEndpoint, params: Any, until: Callable[[RPCResponse], bool] = lambda _: False
    ) -> list[RPCResponse]:
        """The answers of the signers in turn, to the first that suffices."""
        answers: list[RPCResponse] = []
        for signer in self._signers:
            try:
                answers.append(signer.make_request(method, params))
            except OSError:
                continue
            if until(answers[-1]):
                break
        if not answers:
            raise ConnectionError("no signer answers")
        return answers

    def _settled(self, answers: list[RPCResponse]) -> RPCResponse:
        receipts = [answer.get("result") for answer in answers]
        blocks = {receipt["blockHash"] if isinstance(receipt, dict) else None for receipt in receipts}
        if len(blocks) == 1 and len(answers) > len(self._signers) // 2:
            return answers[0]
        return {"jsonrpc": "2.0", "id": 0, "result": None}

    def _least(self, answers: list[RPCResponse]) -> RPCResponse:
        """A nonce has moved once it has moved everywhere, as a receipt is there once it is there everywhere."""
        counted = [answer for answer in answers if "error" not in answer]
        return min(counted, key=lambda answer: int(answer["result"], 16)) if counted else answers[0]

    def _taken(self, answers: list[RPCResponse], raw: str) -> RPCResponse:
        for answer in answers:
            if "error" not in answer:
                return answer
        name = to_hex(keccak(bytes.fromhex(raw[2:])))
        if any(answer.get("result") for answer in self._ask(_FIND, [name])):
            return {"jsonrpc": "2.0", "id": 0, "result": name}
        return answers[0]


def _has_none(answer: RPCResponse) -> bool:
    return not answer.get("result")
