"""The face of `membership`: who belongs to the bank, in which role, with which key."""

from enum import IntFlag

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.events import Delegated, Dismissed, Enrolled, KeyRotated, Reinstated, Sign, Suspended, TermsSet
from chaincode.ids import NOBODY
from chaincode.transactor import Transactor
from chaincode.typed_data import KeyRotation


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


class Membership(Face):
    NAME = "membership"

    def set_terms(self, transactor: Transactor, terms_hash: bytes, statement_hash: bytes) -> Outcome:
        """Operator: set the terms that members join under."""
        return self._single(transactor, "set_terms", (terms_hash, statement_hash), terms_hash, Sign(TermsSet))

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

    def rotate_key(self, transactor: Transactor, account: str, new_key: str, evidence_hash: bytes) -> Outcome:
        """Operator: after an identity check, give an account whose key is lost a new one.

        Answers `repeated` without a transaction if the account has that key already.
        """
        if self.key_of(account) == new_key:
            return self._found(account_id(account), Sign(KeyRotated))
        arguments = (account, new_key, evidence_hash)
        return self._single(transactor, "rotate_key", arguments, account_id(account), Sign(KeyRotated))

    rotate_batch = relayed(acts.KEY_ROTATION)

    def rotate(self, transactor: Transactor, rotation: KeyRotation, new_key_signature: bytes) -> Outcome:
        """The current key itself moves its account to a new key."""
        return self.perform(acts.KEY_ROTATION, transactor, rotation, new_key_signature)

    def dismiss(self, transactor: Transactor, account: str, role: Role, reason_hash: bytes) -> Outcome:
        """Operator: take one role away; what the account owns stays its own."""
        arguments = (account, int(role), reason_hash)
        return self._single(transactor, "dismiss", arguments, account_id(account), Sign(Dismissed), "role missing")

    delegate_batch = relayed(acts.DELEGATION)
    delegate = direct(acts.DELEGATION)

    def appoint(
        self,
        transactor: Transactor,
        delegation_id: bytes,
        account: str,
        guardian: str,
        scope: Scope,
        until: int,
        evidence_hash: bytes,
    ) -> Outcome:
        """Operator: record the guardian of somebody who cannot sign."""
        arguments = (delegation_id, account, guardian, int(scope), until, evidence_hash)
        return self._single(transactor, "appoint", arguments, delegation_id, Sign(Delegated))

    def delegation_of(self, account: str, delegate: str) -> tuple[Scope, int]:
        """Return what a delegate may do for an account, and until when."""
        scope, until = self.read("delegationOf", account, delegate)
        return Scope(scope), int(until)

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

    def statement_hash(self) -> bytes:
        return bytes(self.read("statementHash"))


def account_id(account: str) -> bytes:
    """Return the id under which the contract speaks of an account."""
    return bytes(12) + bytes.fromhex(account[2:])
