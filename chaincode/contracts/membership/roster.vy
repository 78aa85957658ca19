# pragma version 0.4.3
# pragma evm-version london
"""
@title The roster: accounts, their keys and roles, and who may act for whom until when
@dev An account is one slot: current key | roles << 160 | suspended << 176 | resting << 177 | epoch << 184
     | number of the terms it accepted << 216.
     A delegation is one slot: scope | until << 64 | since << 128 | epoch << 192. A rotation begins a new epoch, in
     which what the old key gave no longer holds; a guardian whom the board appointed is of no epoch.
     digest: of every joining, acceptance, rotation, seat and encryption key under its id; delegations count theirs
     apart.
     departures: how often a member was suspended or dismissed, or new terms were set, so that who gathered members
     before may notice.
"""
from ..shared import authority

KEY_MASK: constant(uint256) = 2**160 - 1
SUSPENDED: constant(uint256) = 1 << 176
RESTING: constant(uint256) = 1 << 177
EPOCH: constant(uint256) = 1 << 184
TERMS: constant(uint256) = 216
NO_EPOCH: constant(uint256) = 2**32 - 1
EXCLUSIVE: constant(uint256) = 1 | 2 | 8 | 16 | 32
NOT_ENROLLED: constant(uint256) = 1
IS_SUSPENDED: constant(uint256) = 2
ROLE_MISSING: constant(uint256) = 3
MAY_NOT_ACT: constant(uint256) = 4
IS_RESTING: constant(uint256) = 5

event Enrolled:
    account: indexed(address)
    role: uint256
    parent: indexed(address)

event Dismissed:
    account: indexed(address)
    role: uint256
    reasonHash: bytes32

record: HashMap[address, uint256]
alias: HashMap[address, address]
delegation: HashMap[address, HashMap[address, uint256]]
digest: HashMap[bytes32, bytes32]
departures: uint256
board_size: uint256
encryption_key: HashMap[address, bytes32]


@internal
@view
def standing(key: address, account: address, role: uint256, scope: uint256) -> uint256:
    """@dev 0 if `key` may act for `account` in `role` and `scope`; a scope of 0 is the holder's alone."""
    record: uint256 = self.record[account]
    if self._roles_in(record) == 0:
        return NOT_ENROLLED
    if record & SUSPENDED != 0:
        return IS_SUSPENDED
    if record & RESTING != 0:
        return IS_RESTING
    if (record >> 160) & role != role:
        return ROLE_MISSING
    if record & KEY_MASK != convert(key, uint256) and not self._is_delegate(key, account, scope):
        return MAY_NOT_ACT
    return 0


@internal
@view
def _is_delegate(key: address, account: address, scope: uint256) -> bool:
    delegate: address = self.account_of(key)
    given: uint256 = self.delegation[account][delegate]
    if given == 0 or scope == 0 or given & authority.BITS_64 & scope != scope:
        return False
    if block.timestamp > (given >> 64) & authority.BITS_64 or block.timestamp < (given >> 128) & authority.BITS_64:
        return False
    epoch: uint256 = given >> 192
    if epoch != NO_EPOCH and epoch != self.epoch_of(account):
        return False
    record: uint256 = self.record[delegate]
    active: bool = self._roles_in(record) != 0 and record & (SUSPENDED | RESTING) == 0
    return active and record & KEY_MASK == convert(key, uint256)


@internal
@view
def keeps_right(key: address, account: address, scope: uint256) -> bool:
    """@dev To take back, to veto, to end: what remains to the holder, or to its delegate, whatever became of it."""
    record: uint256 = self.record[account]
    if record == 0:
        return False
    return record & KEY_MASK == convert(key, uint256) or self._is_delegate(key, account, scope)


@internal
@view
def may_write(key: address) -> bool:
    """@dev The suspended too: nobody depends on another to carry a veto. What they may not, the contracts refuse."""
    record: uint256 = self.record[self.account_of(key)]
    return self._roles_in(record) != 0 and record & KEY_MASK == convert(key, uint256)


@internal
@view
def is_active(account: address, role: uint256) -> bool:
    record: uint256 = self.record[account]
    return record & (SUSPENDED | RESTING) == 0 and (record >> 160) & role == role


@internal
@view
def refusal(key: address, account: address, role: uint256, scope: uint256) -> String[64]:
    standing: uint256 = self.standing(key, account, role, scope)
    if standing == NOT_ENROLLED:
        return "membership: account not enrolled"
    if standing == IS_SUSPENDED:
        return "membership: account suspended"
    if standing == IS_RESTING:
        return "membership: account recovers"
    if standing == ROLE_MISSING:
        return "membership: role missing"
    if standing == MAY_NOT_ACT:
        return "membership: signer may not act"
    return ""


@internal
@view
def epoch_of(account: address) -> uint256:
    return (self.record[account] >> 184) & authority.BITS_32


@internal
@view
def accepted_terms(account: address) -> uint256:
    """@dev The number of the terms under which it joined, or that it accepted since; 0 for who never joined."""
    return (self.record[account] >> TERMS) & authority.BITS_32


@internal
@view
def key_of(account: address) -> address:
    """@dev Empty for an address that is no account."""
    return convert(self.record[account] & KEY_MASK, address)


@internal
@view
def is_suspended(account: address) -> bool:
    return self.record[account] & SUSPENDED != 0


@internal
@view
def is_resting(account: address) -> bool:
    return self.record[account] & RESTING != 0


@internal
@view
def given(account: address, delegate: address) -> (uint64, uint64, uint64, uint32):
    """@return Scope, until, since and epoch of a delegation."""
    packed: uint256 = self.delegation[account][delegate]
    return (
        convert(packed & authority.BITS_64, uint64),
        convert((packed >> 64) & authority.BITS_64, uint64),
        convert((packed >> 128) & authority.BITS_64, uint64),
        convert(packed >> 192, uint32),
    )


@internal
@view
def role_refusal(account: address, role: uint256) -> String[64]:
    """@dev Why an address may not be given a role; "" if it may, or has it."""
    if account == empty(address):
        return "membership: account not enrolled"
    if self.alias[account] != empty(address):
        return "membership: key already used"
    if role & EXCLUSIVE != 0 and self.roles(account) & EXCLUSIVE & ~role != 0:
        return "membership: roles exclude each other"
    return ""


@internal
def is_repeated(id: bytes32, hashed: bytes32) -> bool:
    """@dev The same words under the same id again change nothing; other words revert."""
    if self.repeats(id, hashed):
        return True
    assert self.digest[id] == empty(bytes32) and id != empty(bytes32), "membership: id already used"
    return False


@internal
def repeats(id: bytes32, hashed: bytes32) -> bool:
    """@dev Are these the words that were taken under this id? They change nothing then, which the log says."""
    if self.digest[id] != hashed:
        return False
    log authority.Repeated(id=id)
    return True


@internal
@view
def words_refusal(id: bytes32, deadline: uint64, key: address) -> String[64]:
    """@dev Why signed words that are no repetition are not taken, whatever they ask; "" if they may be."""
    if self.digest[id] != empty(bytes32) or id == empty(bytes32):
        return "membership: id already used"
    if block.timestamp > convert(deadline, uint256):
        return "membership: deadline passed"
    if key == empty(address):
        return "membership: signature malformed"
    return ""


@internal
@view
def holds(key: address, role: uint256) -> bool:
    return self.standing(key, self.account_of(key), role, 0) == 0


@internal
@view
def only_operator():
    assert self.holds(msg.sender, authority.OPERATOR), "membership: not the operator"


@internal
@view
def roles(account: address) -> uint256:
    return self._roles_in(self.record[account])


@internal
@pure
def _roles_in(record: uint256) -> uint256:
    return (record >> 160) & authority.BITS_16


@internal
@view
def account_of(key: address) -> address:
    """@dev Keys past and present resolve to their account, an account to itself."""
    if self.record[key] != 0:
        return key
    return self.alias[key]


@internal
@view
def is_fresh(key: address) -> bool:
    """@dev No key ever returns: a retired one must not speak for anybody again."""
    return key != empty(address) and self.record[key] == 0 and self.alias[key] == empty(address)


@internal
def give(account: address, role: uint256):
    """@dev A first role makes the address an account whose key is itself."""
    record: uint256 = self.record[account]
    if record == 0:
        record = convert(account, uint256)
    if role == authority.BOARD and (record >> 160) & role == 0:
        self.board_size += 1
    self.record[account] = record | (role << 160)


@internal
def accept(account: address, number: uint256):
    self.record[account] = (self.record[account] & ~(authority.BITS_32 << TERMS)) | (number << TERMS)


@internal
def take(account: address, role: uint256):
    self.record[account] &= ~(role << 160)
    if role == authority.MEMBER:
        self.departures += 1
    if role == authority.BOARD:
        self.board_size -= 1


@internal
def suspend(account: address):
    record: uint256 = self.record[account]
    self.record[account] = record | SUSPENDED
    if self._roles_in(record) & authority.MEMBER != 0:
        self.departures += 1


@internal
def reinstate(account: address):
    self.record[account] &= ~SUSPENDED


@internal
def rest(account: address):
    """@dev While a recovery waits."""
    record: uint256 = self.record[account]
    if record & RESTING == 0 and self._roles_in(record) & authority.MEMBER != 0:
        self.departures += 1
    self.record[account] = record | RESTING


@internal
def wake(account: address):
    self.record[account] &= ~RESTING


@internal
def set_key(account: address, key: address) -> address:
    """@dev A new epoch begins. @return The key before."""
    record: uint256 = self.record[account]
    self.record[account] = ((record & ~KEY_MASK) | convert(key, uint256)) + EPOCH
    self.alias[key] = account
    return convert(record & KEY_MASK, address)


@internal
def delegate(account: address, delegate: address, scope: uint64, until: uint64, since: uint256, epoch: uint256):
    self.delegation[account][delegate] = (
        convert(scope, uint256) | (convert(until, uint256) << 64) | (since << 128) | (epoch << 192)
    )
