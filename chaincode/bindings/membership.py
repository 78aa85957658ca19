"""The face of `membership`: who belongs to the bank, in which role, with which key."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import Dismissed, Enrolled, Reinstated, Sign, Suspended, TermsSet
from chaincode.ids import NOBODY
from chaincode.transactor import Transactor
from chaincode.typed_data import Appointment, KeyRotation, Seat


class Role(IntFlag):
    """What an account may be; it may be several."""

    MEMBER = 1
    PARTNER = 2
    SHOP = 4
    OPERATOR = 8
    BOARD = 16
    CUSTODIAN = 32
    AUDITOR = 64


class Scope(IntFlag):
    """What a delegate may do for an account."""

    SURVEY = 1
    CONSENT = 2
    COIN = 4
    COUPON = 8
    ESCROW = 16
    REQUEST = 32
    DISCLOSURE = 64
    DRAW = 128


NO_EPOCH = 2**32 - 1


@dataclass(frozen=True)
class DelegationRecord:
    """What a delegate may do; given in an epoch of the account's, or by the board (None), which is of none."""

    scope: Scope
    until: int
    since: int
    epoch: int | None


@dataclass(frozen=True)
class TermsRecord:
    """Terms by their number: 1 were the first that the bank set."""

    accepted: int
    """By the account; 0 if it never joined."""
    number: int
    floor: int
    """Whoever accepted less let the time to accept pass, and is not carried on until `accept_by`."""
    accept_by: int
    """Unix seconds."""

    def agrees_until(self, until: int) -> bool:
        """Tell whether the account has accepted the present terms, or may still until a time in Unix seconds."""
        return self.accepted == self.number or (self.accepted >= self.floor and until <= self.accept_by)


class Membership(Face):
    NAME = "membership"

    def set_terms(self, transactor: Transactor, terms_hash: bytes, statement_hash: bytes, accept_by: int) -> Outcome:
        """Operator: set the terms that members join under; who is one already may accept them until `accept_by`."""
        arguments = (terms_hash, statement_hash, accept_by)
        return self._single(transactor, "set_terms", arguments, terms_hash, Sign(TermsSet))

    accept_batch = relayed(acts.ACCEPTANCE)
    accept = direct(acts.ACCEPTANCE)

    join_batch = relayed(acts.JOIN)

    def enroll(self, transactor: Transactor, account: str, role: Role, parent: str = NOBODY) -> Outcome:
        """Operator: give an account a role; a shop's parent is its partner."""
        arguments = (account, int(role), parent)
        return self._single(transactor, "enroll", arguments, account_id(account), Sign(Enrolled))

    def suspend(self, transactor: Transactor, account: str, reason_hash: bytes) -> Outcome:
        """Operator: an account may not act until it is reinstated."""
        arguments = (account, reason_hash)
        return self._single(transactor, "suspend", arguments, account_id(account), Sign(Suspended), "already suspended")

    def reinstate(self, transactor: Transactor, account: str, reason_hash: bytes) -> Outcome:
        """Operator: a suspended account may act again."""
        arguments = (account, reason_hash)
        return self._single(transactor, "reinstate", arguments, account_id(account), Sign(Reinstated), "not suspended")

    rotate_batch = relayed(acts.KEY_ROTATION)

    def rotate(self, transactor: Transactor, rotation: KeyRotation, new_key_signature: bytes) -> Outcome:
        """The current key itself moves its account to a new key."""
        return self.perform(acts.KEY_ROTATION, transactor, rotation, new_key_signature)

    set_encryption_key_batch = relayed(acts.ENCRYPTION_KEY)
    set_encryption_key = direct(acts.ENCRYPTION_KEY)

    def seat(self, transactor: Transactor, seat: Seat, approvals: Sequence[bytes]) -> Outcome:
        """Anybody carries it: a majority of the board takes somebody in, or lets somebody go.

        `approvals` are signatures of the same words, in ascending order of their signers' accounts.
        """
        arguments = (to_calldata(seat), [signature_to_calldata(one) for one in approvals])
        return self._single(transactor, "seat", arguments, seat.seat_id, acts.SEAT.taken)

    def dismiss(self, transactor: Transactor, account: str, role: Role, reason_hash: bytes) -> Outcome:
        """Operator: take one role away; what the account owns stays its own."""
        arguments = (account, int(role), reason_hash)
        return self._single(transactor, "dismiss", arguments, account_id(account), Sign(Dismissed), "role missing")

    delegate_batch = relayed(acts.DELEGATION)
    delegate = direct(acts.DELEGATION)

    def appoint(self, transactor: Transactor, appointment: Appointment, approvals: Sequence[bytes]) -> Outcome:
        """Operator, with a majority of the board: appoint a guardian of somebody who cannot sign, a week ahead."""
        arguments = (to_calldata(appointment), [signature_to_calldata(one) for one in approvals])
        return self._single(transactor, "appoint", arguments, appointment.delegation_id, acts.APPOINTMENT.taken)

    def delegation_of(self, account: str, delegate: str) -> DelegationRecord:
        """Return what a delegate may do for an account, from when until when, and in which epoch it was given."""
        scope, until, since, epoch = self.read("delegationOf", account, delegate)
        return DelegationRecord(Scope(scope), int(until), int(since), None if epoch == NO_EPOCH else int(epoch))

    def sequence_of(self, account: str, delegate: str) -> int:
        """Return the sequence of the last word about a delegate, the account's or the board's; 0 before the first."""
        return int(self.read("sequenceOf", account, delegate))

    def key_sequence_of(self, account: str) -> int:
        """Return the sequence of the last of an account's words about its encryption key; 0 before the first."""
        return int(self.read("keySequenceOf", account))

    def is_resting(self, account: str) -> bool:
        """Tell whether a recovery of an account waits."""
        return bool(self.read("isResting", account))

    def epoch_of(self, account: str) -> int:
        """Return how often an account's key changed."""
        return int(self.read("epochOf", account))

    def encryption_key_of(self, account: str) -> bytes:
        """Return the hash of the key that documents for an account are sealed to."""
        return bytes(self.read("encryptionKeyOf", account))

    def board_size(self) -> int:
        return int(self.read("boardSize"))

    def may_write(self, key: str) -> bool:
        return bool(self.read("mayWrite", key))

    def may_always(self, key: str, account: str, scope: Scope) -> bool:
        """Tell whether `key` may take back, veto and end for `account`; no suspension or dismissal stops that."""
        return bool(self.read("mayAlways", key, account, int(scope)))

    def is_active(self, account: str, role: Role) -> bool:
        """Tell whether an account has a role and is not suspended."""
        return bool(self.read("isActive", account, int(role)))

    def departures(self) -> int:
        """Return how often a member was suspended or dismissed."""
        return int(self.read("departures"))

    def may_act(self, key: str, account: str, scope: Scope) -> bool:
        return bool(self.read("mayAct", key, account, int(scope)))

    def refusal(self, key: str, account: str, role: Role, scope: Scope) -> str:
        """Return why `key` may not act for `account`, or empty text if it may."""
        return str(self.read("refusal", key, account, int(role), int(scope)))

    def account_of(self, key: str) -> str | None:
        """Return the account of a key, also of a retired one; None if unknown."""
        account = str(self.read("accountOf", key))
        return account if account != NOBODY else None

    def key_of(self, account: str) -> str | None:
        key = str(self.read("keyOf", account))
        return key if key != NOBODY else None

    def roles_of(self, account: str) -> Role:
        return Role(self.read("rolesOf", account))

    def has_role(self, account: str, role: Role) -> bool:
        return bool(self.read("hasRole", account, int(role)))

    def is_suspended(self, account: str) -> bool:
        return bool(self.read("isSuspended", account))

    def partner_of(self, shop: str) -> str | None:
        partner = str(self.read("partnerOf", shop))
        return partner if partner != NOBODY else None

    def terms_hash(self) -> bytes:
        return bytes(self.read("termsHash"))

    def terms_hash_of(self, number: int) -> bytes:
        """Return the hash of terms by their number, counted from 1."""
        return bytes(self.read("hashOf", number))

    def statement_hash(self) -> bytes:
        return bytes(self.read("statementHash"))

    def terms_of(self, account: str = NOBODY) -> TermsRecord:
        """Return which terms an account accepted last, and which stand."""
        return TermsRecord(*map(int, self.read("termsOf", account)))

    def agrees_until(self, account: str, until: int) -> bool:
        """Tell whether an account has accepted the present terms, or may still until a time in Unix seconds."""
        return bool(self.read("agreesUntil", account, until))


def account_id(account: str) -> bytes:
    """Return the id under which the contract speaks of an account."""
    return bytes(12) + bytes.fromhex(account[2:])
