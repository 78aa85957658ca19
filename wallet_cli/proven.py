"""The ledger as the bank shows it, believed only as far as it is proven (EIP-1186 proofs under a sealed header).

1. the header is sealed by a signer whom the genesis names, and no older than one seen before
2. the proof is of the contract that was pinned, and of the very slots that were asked for
3. accounts and slots hash up to the header's state root
4. the header is of now: where the ledger was quiet for longer than a bound, the bank is asked to have a block sealed,
   and what was asked for is asked for again (ADR 57)
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.proofs import LedgerProof
from chaincode import places
from chaincode.ids import id_from_hex, text_hash, to_hex
from ledger.proofs import ProofError, check_account_proof
from ledger.sealed_header import HeaderError, SealedHeader, read_header
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.pins import Pins


class ShowsSlots(Protocol):
    """Where proofs come from: nobody that is trusted."""

    def slots(self, address: str, slots: Sequence[int], not_before: int) -> LedgerProof: ...


class Shows(ShowsSlots, Protocol):
    """What is shown to somebody with a login besides."""

    def account(self, account: str) -> LedgerProof: ...

    def escrow(self, escrow_id: str) -> LedgerProof: ...

    def opening(self, opening_id: str) -> LedgerProof: ...

    def terms(self) -> LedgerProof: ...


@dataclass(frozen=True)
class Freshness:
    """How long ago the newest block may have been sealed, by whose clock, and who is asked for a newer one."""

    seconds: int
    clock: Callable[[], int]
    """Unix seconds."""
    pulse: Callable[[], object]

    def is_met(self, header: SealedHeader) -> bool:
        """A time yet to come says as little as one long past: it would be fresh for ever."""
        return abs(self.clock() - header.timestamp) <= self.seconds


@dataclass(frozen=True)
class ProvenAccount:
    """An account at a block, as the ledger has it."""

    account: str
    word: places.AccountWord
    encryption_key_hash: bytes


@dataclass(frozen=True)
class ProvenTerms:
    """Which terms stand, and which an account accepted last."""

    word: places.TermsWord
    accepted: int
    present_hash: bytes
    accepted_hash: bytes
    time: int
    """Of the block."""

    @property
    def agrees(self) -> bool:
        """Whether the account has accepted the present terms, or could still at that block."""
        in_time = self.accepted >= self.word.floor and self.time <= self.word.accept_by
        return self.accepted == self.word.number or in_time


@dataclass(frozen=True)
class ProvenOpening:
    """An opening at a block: its state, when contributions begin, and the hash of the words that asked for it."""

    opening_id: bytes
    state: places.OpeningWord
    ready_at: int
    request_hash: bytes
    block: int
    time: int
    """Of the block."""


class ProvenSlots:
    """What stands in the contracts' slots, as far as it is proven: to whomever."""

    def __init__(
        self,
        shows: ShowsSlots,
        pins: Pins,
        newest_block: Callable[[], int] = lambda: 0,
        note_block: Callable[[int], None] = lambda _: None,
        freshness: Freshness | None = None,
    ) -> None:
        """Without `freshness` any block is taken that is no older than one seen before."""
        self._slots, self._pins = shows, pins
        self._newest_block, self._note_block = newest_block, note_block
        self._freshness = freshness

    def read(self, contract: str, slots: Sequence[int], not_before: int = 0) -> tuple[SealedHeader, list[int]]:
        """What stands in a contract's slots now, proven."""
        return self._now(lambda: self.shown(contract, slots, not_before), contract, slots)

    def shown(self, contract: str, slots: Sequence[int], not_before: int) -> LedgerProof:
        """What stands in a contract's slots now, and no earlier than at a block: still to be checked."""
        return self._slots.slots(self._pins.contracts[contract], slots, not_before)

    def check(self, shown: LedgerProof, contract: str, slots: Sequence[int]) -> tuple[SealedHeader, list[int]]:
        """The header and what stands in the slots. Raises EvidenceError if it is not proven."""
        header = self._header(shown.header)  # 1.
        try:
            if shown.proof["address"].lower() != self._pins.contracts[contract].lower():  # 2.
                raise ProofError("it is of another contract")
            entries = shown.proof["storageProof"]
            if [int(one["key"], 16) for one in entries] != list(slots):
                raise ProofError("it is of other slots than were asked for")
            check_account_proof(shown.proof, header.state_root)  # 3.
            values = [int(one["value"], 16) for one in entries]
        except ProofError as error:
            raise EvidenceError(said("error-not-proven", why=fault(error))) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EvidenceError(said("error-not-proven", why=said("rule-malformed", why=fault(error)))) from error
        self._note_block(header.number)
        return header, values

    def _now(
        self, show: Callable[[], LedgerProof], contract: str, slots: Sequence[int]
    ) -> tuple[SealedHeader, list[int]]:
        """As `check`, of a block that is no older than the bound. Raises EvidenceError where none is to be had."""
        header, values = self.check(show(), contract, slots)
        wanted = self._freshness
        if wanted is None or wanted.is_met(header):
            return header, values
        with suppress(BankProblemError):  # 4. what is shown then tells whether it did
            wanted.pulse()
            header, values = self.check(show(), contract, slots)
        if not wanted.is_met(header):
            sealed = f"{datetime.fromtimestamp(header.timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"
            told = said("error-stale-block", block=str(header.number), time=sealed, seconds=wanted.seconds)
            raise EvidenceError(told, said("hint-stale-block"))
        return header, values

    def _header(self, raw: str) -> SealedHeader:
        try:
            header = read_header(bytes.fromhex(raw.removeprefix("0x")))
        except (HeaderError, ValueError) as error:
            raise EvidenceError(said("error-header", why=fault(error))) from error
        if header.signer is None or to_hex(header.signer) not in self._pins.signers:
            raise EvidenceError(said("error-not-sealed", block=str(header.number)), said("hint-signers"))
        if header.number < self._newest_block():
            raise EvidenceError(said("error-older-block", block=str(header.number), seen=str(self._newest_block())))
        return header


class ProvenLedger(ProvenSlots):
    """Accounts, escrows, openings, terms, surveys and requests besides, to somebody with a login."""

    def __init__(
        self,
        shows: Shows,
        pins: Pins,
        newest_block: Callable[[], int] = lambda: 0,
        note_block: Callable[[int], None] = lambda _: None,
        freshness: Freshness | None = None,
    ) -> None:
        super().__init__(shows, pins, newest_block, note_block, freshness)
        self._shows = shows

    @translated_errors()
    def account(self, account: str) -> ProvenAccount:
        """Raises EvidenceError if it is not proven."""
        slots = [places.account_slot(account), places.encryption_key_slot(account)]
        _, (record, key) = self._now(lambda: self._shows.account(account), "membership", slots)
        return ProvenAccount(account, places.read_account(record), key.to_bytes(32, "big"))

    @translated_errors()
    def anybody(self, account: str) -> ProvenAccount:
        """As `account`, of whomever: asked of the ledger itself, which the bank reads to everybody."""
        slots = [places.account_slot(account), places.encryption_key_slot(account)]
        _, (record, key) = self.read("membership", slots)
        return ProvenAccount(account, places.read_account(record), key.to_bytes(32, "big"))

    @translated_errors()
    def release_key(self, shown: str) -> PublicKey:
        """The key that answers are sealed to besides the member's own: the one that the operator put on the ledger."""
        operator, key = self.account(self._pins.operator), PublicKey.from_hex(shown)
        if not operator.word.is_operator or operator.encryption_key_hash != text_hash(key.to_hex()):
            raise EvidenceError(said("error-other-release-key"))
        return key

    @translated_errors()
    def encryption_key(self, account: str, shown: str) -> PublicKey:
        """The key that documents for an account are sealed to. Raises EvidenceError if the ledger has another."""
        key = PublicKey.from_hex(shown)
        if self.account(account).encryption_key_hash != text_hash(key.to_hex()):
            raise EvidenceError(said("error-other-hash", what=f"encryption key of {account}"))
        return key

    @translated_errors()
    def policy_hash(self, escrow_id: str) -> bytes:
        """The hash of the policy that an escrow's owner signed. Raises EvidenceError if it is not proven."""
        slots = [places.escrow_digest_slot(id_from_hex(escrow_id, "escrow_id"))]
        _, (digest,) = self._now(lambda: self._shows.escrow(escrow_id), "escrow", slots)
        return digest.to_bytes(32, "big")

    @translated_errors()
    def opening(self, opening_id: str) -> ProvenOpening:
        """Raises EvidenceError if it is not proven."""
        wanted = id_from_hex(opening_id, "opening_id")
        slots = [places.opening_slot(wanted), places.escrow_digest_slot(wanted)]
        header, (word, digest) = self._now(lambda: self._shows.opening(opening_id), "escrow", slots)
        state, ready_at = places.read_opening(word)
        return ProvenOpening(wanted, state, ready_at, digest.to_bytes(32, "big"), header.number, header.timestamp)

    @translated_errors()
    def terms(self, account: str, present: int, accepted: int) -> ProvenTerms:
        """By the numbers that the bank says. Raises EvidenceError if the ledger has others."""
        slots = places.terms_slots(account, present, accepted)
        header, (record, word, *hashes) = self._now(self._shows.terms, "membership", slots)
        told, known = places.read_terms(word), places.read_account(record)
        if (told.number, known.terms_number) != (present, accepted):
            raise EvidenceError(said("error-other-terms", said=present, recorded=told.number))
        present_hash, accepted_hash = (one.to_bytes(32, "big") for one in hashes)
        return ProvenTerms(told, accepted, present_hash, accepted_hash, header.timestamp)

    @translated_errors()
    def check_survey(self, survey: Survey) -> None:
        """Raises EvidenceError unless its every word, question and choice is what the ledger has it by."""
        _, (digest,) = self.read("survey", [places.survey_slot(id_from_hex(survey.survey_id, "survey_id"))])
        published = places.survey_digest(
            text_hash(survey.title),
            text_hash(survey.text()),
            [text_hash(question.label) for question in survey.questions],
            [question.coins for question in survey.questions],
            survey.base_coins,
            survey.budget_coins,
            (survey.opens_at, survey.closes_at),
        )
        if digest != published:
            raise EvidenceError(said("error-other-survey", title=survey.title))

    @translated_errors()
    def check_approved(self, request_id: str, digest: bytes, *, or_closed: bool = False) -> None:
        """Raises EvidenceError unless an approval of just these words stands, or (`or_closed`) stood to the end.

        A request that ended without the board's word has no decision; one that the board ended is not closed.
        """
        slots = places.request_slots(id_from_hex(request_id, "request_id"))
        _, (head, asked, decided) = self.read("request", slots)
        state = places.read_request(head)
        ended = or_closed and state is places.RequestWord.CLOSED and decided != 0
        if not (state is places.RequestWord.APPROVED or ended):
            raise EvidenceError(said("error-not-approved", request=request_id))
        if asked.to_bytes(32, "big") != digest:
            raise EvidenceError(said("rule-words-differ", field="request_digest"))
