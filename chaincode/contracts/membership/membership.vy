# pragma version 0.4.3
# pragma evm-version london
# pragma optimize codesize
"""
@title Membership: who may act, in which role, with which key
@notice An account is the address of its first key and stays; keys may change. The node asks `mayWrite`.
@dev What an account is, and who may act for it, is in roster.vy; how its key changes in key_rotation.vy, how it
     lets others act in delegation.vy, which terms it accepted in agreement.vy.
"""
from interfaces import IMembership

from ..shared import authority
from . import agreement
from . import key_rotation
from . import delegation
from . import quorum
from . import roster

implements: IMembership
initializes: authority
initializes: roster
initializes: agreement[authority := authority, roster := roster]
initializes: key_rotation[authority := authority, roster := roster]
initializes: quorum[authority := authority, roster := roster]
initializes: delegation[authority := authority, roster := roster, quorum := quorum]
exports: (
    authority.DOMAIN_SEPARATOR,
    agreement.accept,
    agreement.accept_batch,
    agreement.agreesUntil,
    agreement.hashOf,
    agreement.set_terms,
    agreement.statementHash,
    agreement.termsHash,
    agreement.termsOf,
    key_rotation.rotate,
    key_rotation.rotate_batch,
    key_rotation.set_encryption_key,
    key_rotation.set_encryption_key_batch,
    key_rotation.keySequenceOf,
    delegation.appoint,
    delegation.delegate,
    delegation.delegate_batch,
    delegation.delegationOf,
    delegation.sequenceOf,
    quorum.seat,
)

struct Join:
    joinId: bytes32
    account: address
    termsHash: bytes32
    encryptionKeyHash: bytes32
    deadline: uint64

struct SignedJoin:
    join: Join
    signature: authority.Signature

event Joined:
    joinId: indexed(bytes32)
    account: indexed(address)
    termsHash: bytes32
    encryptionKeyHash: bytes32

event Suspended:
    account: indexed(address)
    reasonHash: bytes32

event Reinstated:
    account: indexed(address)
    reasonHash: bytes32

JOIN_TYPE: constant(bytes32) = keccak256(
    "Join(bytes32 joinId,address account,string statement,bytes32 termsHash,bytes32 encryptionKeyHash,uint64 deadline)"
)
APPOINTED: constant(uint256) = 2 | 4 | 8 | 16 | 32 | 64
BOARDS: constant(uint256) = 8 | 16

partnerOf: public(HashMap[address, address])
recovery: public(address)


@deploy
def __init__():
    authority.__init__("membership", self)
    self._add_role(msg.sender, authority.OPERATOR, empty(address))


# ---- Questions ----


@external
@view
def mayWrite(key: address) -> bool:
    return roster.may_write(key)


@external
@view
def mayAct(key: address, account: address, scope: uint256) -> bool:
    return roster.standing(key, account, authority.ANY_ROLE, scope) == 0


@external
@view
def mayActAs(key: address, account: address, role: uint256, scope: uint256) -> bool:
    return roster.standing(key, account, role, scope) == 0


@external
@view
def mayAlways(key: address, account: address, scope: uint256) -> bool:
    """@notice May `key` still take back, veto and end for `account`? Neither suspension nor dismissal ends that."""
    return roster.keeps_right(key, account, scope)


@external
@view
def isActive(account: address, role: uint256) -> bool:
    return roster.is_active(account, role)


@external
@view
def departures() -> uint256:
    return roster.departures


@external
@view
def refusal(key: address, account: address, role: uint256, scope: uint256) -> String[64]:
    return roster.refusal(key, account, role, scope)


@external
@view
def holds(key: address, role: uint256) -> bool:
    return roster.holds(key, role)


@external
@view
def accountOf(key: address) -> address:
    return roster.account_of(key)


@external
@view
def keyOf(account: address) -> address:
    return roster.key_of(account)


@external
@view
def rolesOf(account: address) -> uint256:
    return roster.roles(account)


@external
@view
def hasRole(account: address, role: uint256) -> bool:
    return roster.roles(account) & role != 0


@external
@view
def isResting(account: address) -> bool:
    """@notice Does a recovery of this account wait?"""
    return roster.is_resting(account)


@external
@view
def epochOf(account: address) -> uint256:
    """@notice How often the account's key changed; what was given in an earlier epoch no longer holds."""
    return roster.epoch_of(account)


@external
@view
def encryptionKeyOf(account: address) -> bytes32:
    """@notice The hash of the key that documents for this account are sealed to, under its holder's signature."""
    return roster.encryption_key[account]


@external
@view
def boardSize() -> uint256:
    return roster.board_size


@external
@view
def isSuspended(account: address) -> bool:
    return roster.is_suspended(account)


# ---- Joining and roles ----


@external
def join_batch(items: DynArray[SignedJoin, authority.BATCH]):
    """@notice Members join by their own signature; the operator relays, since strangers cannot write."""
    roster.only_operator()
    for item: SignedJoin in items:
        refused: String[64] = self._join(item.join, item.signature)
        if len(refused) != 0:
            log authority.Refused(id=item.join.joinId, reason=refused)


@external
def enroll(account: address, role: uint256, parent: address):
    """@notice Appoint a partner, shop, custodian or auditor; board and operators too, until there is a board."""
    roster.only_operator()
    assert role != 0 and role & APPOINTED == role and role & (role - 1) == 0, "membership: unknown role"
    refused: String[64] = roster.role_refusal(account, role)
    assert len(refused) == 0, refused
    if role == authority.SHOP:
        assert roster.roles(parent) & authority.PARTNER != 0, "membership: parent is not a partner"
    else:
        assert parent == empty(address), "membership: parent not wanted"
    if roster.roles(account) & role == 0:
        assert not self._is_boards(role), "membership: the board decides"
        self._add_role(account, role, parent)
        return
    assert role != authority.SHOP or self.partnerOf[account] == parent, "membership: already enrolled"
    log authority.Repeated(id=convert(convert(account, uint256), bytes32))


@external
def suspend(account: address, reasonHash: bytes32):
    roster.only_operator()
    assert roster.account_of(msg.sender) != account, "membership: cannot suspend oneself"
    assert roster.record[account] != 0, "membership: account not enrolled"
    assert roster.roles(account) & BOARDS == 0, "membership: the board decides"
    assert not roster.is_suspended(account), "membership: already suspended"
    roster.suspend(account)
    log Suspended(account=account, reasonHash=reasonHash)


@external
def reinstate(account: address, reasonHash: bytes32):
    roster.only_operator()
    assert roster.is_suspended(account), "membership: not suspended"
    roster.reinstate(account)
    log Reinstated(account=account, reasonHash=reasonHash)


@external
def dismiss(account: address, role: uint256, reasonHash: bytes32):
    """@notice Take one role away; coins, coupons and consents stay, and the account may be enrolled again."""
    roster.only_operator()
    assert roster.account_of(msg.sender) != account, "membership: cannot dismiss oneself"
    assert roster.roles(account) & role != 0 and role & (role - 1) == 0, "membership: role missing"
    assert not self._is_boards(role), "membership: the board decides"
    roster.take(account, role)
    log roster.Dismissed(account=account, role=role, reasonHash=reasonHash)


# ---- For the contract of recoveries alone ----


@external
def set_recovery(recovery: address):
    """@notice Name, once, the contract that may replace a lost key."""
    roster.only_operator()
    assert self.recovery == empty(address) or self.recovery == recovery, "membership: id already used"
    self.recovery = recovery


@external
def rest(account: address, newKey: address):
    """@notice While a recovery waits, nobody acts for the account."""
    self._only_recovery()
    assert roster.record[account] != 0, "membership: account not enrolled"
    assert roster.is_fresh(newKey), "membership: key already used"
    roster.rest(account)


@external
def wake(account: address):
    self._only_recovery()
    roster.wake(account)


@external
def replace_key(
    recoveryId: bytes32, account: address, newKey: address, encryptionKeyHash: bytes32, evidenceHash: bytes32
):
    self._only_recovery()
    assert roster.is_fresh(newKey), "membership: key already used"
    roster.wake(account)
    key_rotation.rotate_to(recoveryId, account, newKey, encryptionKeyHash, evidenceHash)


# ---- Steps ----


@internal
@view
def _only_recovery():
    assert msg.sender == self.recovery, "membership: not the recovery contract"


@internal
def _join(join: Join, signature: authority.Signature) -> String[64]:
    hashed: bytes32 = keccak256(
        abi_encode(
            JOIN_TYPE, join.joinId, join.account, agreement.statementHash,
            join.termsHash, join.encryptionKeyHash, join.deadline,
        )
    )
    key: address = authority.signer(hashed, signature)
    if roster.repeats(join.joinId, hashed):
        return ""
    refused: String[64] = roster.words_refusal(join.joinId, join.deadline, key)
    if len(refused) != 0:
        return refused
    if roster.roles(join.account) & authority.MEMBER != 0:
        return "membership: already a member"
    if roster.alias[join.account] != empty(address):
        return "membership: key already used"
    if key != self._key_of(join.account):
        return "membership: signer may not act"
    if roster.is_suspended(join.account):
        return "membership: account suspended"
    if join.termsHash == empty(bytes32) or join.termsHash != agreement.present():
        return "membership: terms unknown"
    if roster.roles(join.account) & roster.EXCLUSIVE != 0:
        return "membership: roles exclude each other"
    roster.digest[join.joinId] = hashed
    roster.encryption_key[join.account] = join.encryptionKeyHash
    roster.give(join.account, authority.MEMBER)
    roster.accept(join.account, agreement.number())
    log Joined(
        joinId=join.joinId, account=join.account,
        termsHash=join.termsHash, encryptionKeyHash=join.encryptionKeyHash,
    )
    return ""


@internal
@view
def _is_boards(role: uint256) -> bool:
    """@dev Once there is a board, it alone decides who sits on it and who operates."""
    return role & BOARDS != 0 and roster.board_size != 0


@internal
@view
def _key_of(account: address) -> address:
    """@dev An address that is no account yet is its own first key."""
    if roster.record[account] == 0:
        return account
    return roster.key_of(account)


@internal
def _add_role(account: address, role: uint256, parent: address):
    roster.give(account, role)
    if role == authority.SHOP:
        self.partnerOf[account] = parent
    log roster.Enrolled(account=account, role=role, parent=parent)
