"""Clique proof of authority (EIP-225): who may seal, whose turn it is, and how votes change that.

Headers are signed, and turns taken, by py-evm's `eth.consensus.clique`; votes are counted by `votes`. Checked
here besides: that an epoch block repeats the signers that the votes led to, that no signer seals again too
soon, and that the period is kept - as geth does, so that geth and this ledger accept the same headers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique._utils import get_signers_at_checkpoint, is_checkpoint, is_in_turn, sign_block_header
from eth.consensus.clique.constants import COMMON_ADDRESS_LENGTH, NONCE_AUTH, NONCE_DROP, VANITY_LENGTH
from eth.consensus.clique.datatypes import Snapshot
from eth.consensus.clique.encoding import decode_snapshot, encode_snapshot
from eth.constants import EMPTY_UNCLE_HASH, ZERO_ADDRESS, ZERO_HASH32
from eth_keys.datatypes import PrivateKey
from eth_typing import Address

from .errors import BlockError
from .genesis import CliqueParameters
from .seal import EMPTY_SIGNATURE, header_signer
from .sentence import Sentence
from .votes import count_vote

DIFFICULTY_IN_TURN = 2
DIFFICULTY_OUT_OF_TURN = 1
FUTURE_SECONDS_ALLOWED = 15
"""As geth allows for clocks that differ."""

HeaderByNumber = Callable[[int], BlockHeaderAPI]


class Clique:
    """The rules of one chain's proof of authority. Holds no state: snapshots are passed in and out."""

    def __init__(self, parameters: CliqueParameters) -> None:
        self.period = parameters.period
        self.epoch = parameters.epoch

    def genesis_snapshot(self, header: BlockHeaderAPI) -> Snapshot:
        signers = frozenset(get_signers_at_checkpoint(header))
        return Snapshot(signers, header.hash, frozenset(), {})

    def advance(self, snapshot: Snapshot, header: BlockHeaderAPI) -> Snapshot:
        """The signers and open votes after `header`."""
        if is_checkpoint(header.block_number, self.epoch):
            return self.genesis_snapshot(header)
        if header.coinbase == ZERO_ADDRESS and header.nonce == NONCE_DROP:
            return snapshot._replace(block_hash=header.hash)
        return count_vote(snapshot, header, header_signer(header))

    def check(
        self,
        header: BlockHeaderAPI,
        parent: BlockHeaderAPI,
        snapshot: Snapshot,
        header_by_number: HeaderByNumber,
        now: int | None,
    ) -> None:
        """Every rule of the header that needs no execution, the seal last."""
        self._check_form(header, parent, snapshot, now)
        self._check_seal(header, snapshot, header_by_number)

    def _check_form(self, header: BlockHeaderAPI, parent: BlockHeaderAPI, snapshot: Snapshot, now: int | None) -> None:
        number, extra = header.block_number, header.extra_data
        checkpoint = is_checkpoint(number, self.epoch)
        if now is not None and header.timestamp > now + FUTURE_SECONDS_ALLOWED:
            raise BlockError(
                number, "timestamp", "{found} is in the future (now {now})", found=header.timestamp, now=now
            )
        if header.timestamp < parent.timestamp + max(self.period, 1):
            earliest = parent.timestamp + max(self.period, 1)
            raise BlockError(
                number,
                "timestamp",
                "{found} is before the earliest, {earliest}",
                found=header.timestamp,
                earliest=earliest,
            )
        if header.nonce not in (NONCE_AUTH, NONCE_DROP) or (checkpoint and header.nonce != NONCE_DROP):
            raise BlockError(number, "nonce", "{found} is no vote", found=f"0x{header.nonce.hex()}")
        if checkpoint and header.coinbase != ZERO_ADDRESS:
            raise BlockError(number, "miner", "an epoch block casts no vote")
        if header.mix_hash != ZERO_HASH32:
            raise BlockError(number, "mixHash", "must be zero")
        if header.uncles_hash != EMPTY_UNCLE_HASH:
            raise BlockError(number, "sha3Uncles", "proof of authority has no uncles")
        if header.difficulty not in (DIFFICULTY_IN_TURN, DIFFICULTY_OUT_OF_TURN):
            raise BlockError(number, "difficulty", "{found} is neither 1 nor 2", found=header.difficulty)
        signers = b"".join(snapshot.get_sorted_signers()) if checkpoint else b""
        if len(extra) < VANITY_LENGTH + len(EMPTY_SIGNATURE):
            raise BlockError(number, "extraData", "is too short to hold a seal")
        if extra[VANITY_LENGTH : -len(EMPTY_SIGNATURE)] != signers:
            count = len(signers) // COMMON_ADDRESS_LENGTH
            rule = Sentence("must list the {count} signers", count=count) if checkpoint else "must list no signers"
            raise BlockError(number, "extraData", rule)

    def _check_seal(self, header: BlockHeaderAPI, snapshot: Snapshot, header_by_number: HeaderByNumber) -> None:
        number = header.block_number
        try:
            signer = header_signer(header)
        except ValueError as error:
            raise BlockError(number, "seal", str(error)) from None
        if signer not in snapshot.signers:
            raise BlockError(number, "seal", "fits {signer}, who is no authorised signer", signer=f"0x{signer.hex()}")
        for earlier in range(max(1, number - len(snapshot.signers) // 2), number):
            if header_signer(header_by_number(earlier)) == signer:
                sealed = {"signer": f"0x{signer.hex()}", "number": earlier}
                raise BlockError(number, "seal", "{signer} sealed block {number} and must wait", **sealed)
        turn = is_in_turn(signer, snapshot, header)
        expected = DIFFICULTY_IN_TURN if turn else DIFFICULTY_OUT_OF_TURN
        if header.difficulty != expected:
            raise BlockError(
                number,
                "difficulty",
                "{found}, but this signer's turn gives {expected}",
                found=header.difficulty,
                expected=expected,
            )

    def may_seal(self, signer: bytes, number: int, snapshot: Snapshot, header_by_number: HeaderByNumber) -> bool:
        """Whether this signer is authorised and has waited long enough to seal block `number`."""
        if signer not in snapshot.signers:
            return False
        recent = range(max(1, number - len(snapshot.signers) // 2), number)
        return all(header_signer(header_by_number(earlier)) != signer for earlier in recent)

    def header_fields(
        self, number: int, signer: bytes, snapshot: Snapshot, vote: tuple[bytes, bool] | None
    ) -> dict[str, Any]:
        """The fields of a new header that Clique decides, with the seal still empty."""
        checkpoint = is_checkpoint(number, self.epoch)
        ordered = snapshot.get_sorted_signers()
        in_turn = number % len(ordered) == ordered.index(Address(signer))
        listed = b"".join(ordered) if checkpoint else b""
        coinbase, nonce = ZERO_ADDRESS, NONCE_DROP
        if vote is not None and not checkpoint:
            coinbase, nonce = Address(vote[0]), NONCE_AUTH if vote[1] else NONCE_DROP
        return {
            "difficulty": DIFFICULTY_IN_TURN if in_turn else DIFFICULTY_OUT_OF_TURN,
            "extra_data": b"\x00" * VANITY_LENGTH + listed + EMPTY_SIGNATURE,
            "coinbase": coinbase,
            "nonce": nonce,
            "mix_hash": ZERO_HASH32,
            "uncles_hash": EMPTY_UNCLE_HASH,
        }

    @staticmethod
    def sign(header: BlockHeaderAPI, key: PrivateKey) -> BlockHeaderAPI:
        return sign_block_header(header, key)


def pack_snapshot(snapshot: Snapshot) -> bytes:
    return encode_snapshot(snapshot)


def unpack_snapshot(packed: bytes) -> Snapshot:
    return decode_snapshot(packed)
