"""clique_*: who may seal, and votes to change that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.datatypes import Snapshot, VoteAction

from ..chain import Chain
from ..errors import ExecutionFailedError
from ..seal import header_signer
from .arguments import Arguments
from .render import hex_bytes
from .select import by_hash, by_number, select_header

STATUS_BLOCKS = 64


class UnknownBlockForCliqueError(ExecutionFailedError):
    """unknown block"""


class CliqueMethods:
    """Only on a Clique chain; `propose` and `discard` change what this node votes for when it seals."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def snapshot(self, params: Sequence[Any]) -> dict[str, Any]:
        return self._snapshot_json(by_number(self._chain, Arguments(params, 0, 1).get(0), "argument 0"))

    def snapshot_at_hash(self, params: Sequence[Any]) -> dict[str, Any]:
        return self._snapshot_json(by_hash(self._chain, Arguments(params, 1).hash(0)))

    def signers(self, params: Sequence[Any]) -> list[str]:
        return self._signers(by_number(self._chain, Arguments(params, 0, 1).get(0), "argument 0"))

    def signers_at_hash(self, params: Sequence[Any]) -> list[str]:
        return self._signers(by_hash(self._chain, Arguments(params, 1).hash(0)))

    def signer(self, params: Sequence[Any]) -> str:
        header = _known(select_header(self._chain, Arguments(params, 0, 1).get(0)))
        try:
            return hex_bytes(header_signer(header))
        except ValueError as error:
            raise ExecutionFailedError(str(error)) from None

    def proposals(self, params: Sequence[Any]) -> dict[str, bool]:
        Arguments(params, 0)
        return {hex_bytes(address): authorise for address, authorise in self._chain.votes.items()}

    def propose(self, params: Sequence[Any]) -> None:
        """Vote for (true) or against (false) a signer in every block until the vote is carried or discarded."""
        arguments = Arguments(params, 2)
        address, authorise = arguments.address(0), arguments.flag(1)
        if not authorise and self._is_last_signer(address):
            raise ExecutionFailedError("the only signer cannot be voted out: nobody could seal any more")
        self._chain.votes[address] = authorise

    def discard(self, params: Sequence[Any]) -> None:
        self._chain.votes.pop(Arguments(params, 1).address(0), None)

    def status(self, params: Sequence[Any]) -> dict[str, Any]:
        """Who sealed how many of the last blocks, and how many of those in turn."""
        Arguments(params, 0)
        head = self._chain.head
        first = max(1, head.number - STATUS_BLOCKS + 1)
        headers = [self._chain.history.header(number) for number in range(first, head.number + 1)]
        sealed = {hex_bytes(signer): 0 for signer in self._snapshot(head.header).signers}
        for header in headers:
            signer = hex_bytes(header_signer(header))
            sealed[signer] = sealed.get(signer, 0) + 1
        in_turn = sum(header.difficulty == 2 for header in headers)
        percent = in_turn / len(headers) * 100 if headers else 100.0
        return {"inturnPercent": percent, "sealerActivity": sealed, "numBlocks": len(headers)}

    def _is_last_signer(self, address: bytes) -> bool:
        return self._snapshot(self._chain.head.header).signers == frozenset((address,))

    def _signers(self, header: BlockHeaderAPI | None) -> list[str]:
        return [hex_bytes(signer) for signer in self._snapshot(_known(header)).get_sorted_signers()]

    def _snapshot(self, header: BlockHeaderAPI) -> Snapshot:
        return self._chain.snapshot_at(header)

    def _snapshot_json(self, header: BlockHeaderAPI | None) -> dict[str, Any]:
        known = _known(header)
        snapshot = self._snapshot(known)
        number = known.block_number
        recent = range(max(1, number - len(snapshot.signers) // 2), number + 1)
        return {
            "number": number,
            "hash": hex_bytes(known.hash),
            "signers": {hex_bytes(signer): {} for signer in snapshot.get_sorted_signers()},
            "recents": {
                str(earlier): hex_bytes(header_signer(self._chain.history.header(earlier))) for earlier in recent
            },
            "votes": [
                {
                    "signer": hex_bytes(vote.signer),
                    "block": vote.block_number,
                    "address": hex_bytes(vote.subject),
                    "authorize": vote.action is VoteAction.NOMINATE,
                }
                for vote in sorted(snapshot.votes, key=lambda vote: vote.block_number)
            ],
            "tally": {
                hex_bytes(subject): {"authorize": tally.action is VoteAction.NOMINATE, "votes": tally.votes}
                for subject, tally in snapshot.tallies.items()
            },
        }


def _known(header: BlockHeaderAPI | None) -> BlockHeaderAPI:
    if header is None:
        raise UnknownBlockForCliqueError
    return header
