# pragma version 0.4.3
# pragma evm-version london
"""
@title Purses: what an account holds, and which of it may be spent only with named issuers
@dev A purse is one slot: all coins | bound coins << 128. Bound coins are part of all coins; they cannot be
     moved, only spent on coupons of an issuer their policy names. An account holds at most four policies at once.
"""

event PolicySet:
    policyId: indexed(bytes32)
    issuers: DynArray[address, ISSUERS]

event Bound:
    account: indexed(address)
    policyId: indexed(bytes32)
    amount: uint256

event BoundSpent:
    account: indexed(address)
    policyId: indexed(bytes32)
    amount: uint256

ISSUERS: constant(uint256) = 16
POLICIES: constant(uint256) = 4
LARGEST: constant(uint256) = 2**128 - 1

purse: HashMap[address, uint256]
known: HashMap[bytes32, bool]
allows: HashMap[bytes32, HashMap[address, bool]]
bound: HashMap[address, HashMap[bytes32, uint256]]
policies: HashMap[address, bytes32[POLICIES]]


@internal
@view
def total(account: address) -> uint256:
    return self.purse[account] & LARGEST


@internal
@view
def bound_total(account: address) -> uint256:
    return self.purse[account] >> 128


@internal
def credit(account: address, amount: uint256):
    """@dev Cannot overflow into the bound half: all coins ever issued stay below LARGEST (quota.vy)."""
    self.purse[account] += amount


@internal
def debit(account: address, amount: uint256) -> bool:
    """@return False, and nothing done, if too few of the coins are free."""
    purse: uint256 = self.purse[account]
    if (purse & LARGEST) - (purse >> 128) < amount:
        return False
    self.purse[account] = purse - amount
    return True


@internal
def debit_for(account: address, amount: uint256, issuer: address) -> bool:
    """@dev Coins bound to this issuer go first. False, and nothing done, if they and the free ones are too few."""
    purse: uint256 = self.purse[account]
    free: uint256 = (purse & LARGEST) - (purse >> 128)
    if purse >> 128 == 0:
        return self.debit(account, amount)
    if free + self._usable(account, issuer) < amount:
        return False
    left: uint256 = amount
    for policyId: bytes32 in self.policies[account]:
        held: uint256 = self.bound[account][policyId]
        spent: uint256 = min(held, left)
        if spent != 0 and self.allows[policyId][issuer]:
            left -= spent
            self.bound[account][policyId] = held - spent
            log BoundSpent(account=account, policyId=policyId, amount=spent)
    self.purse[account] = purse - amount - ((amount - left) << 128)
    return True


@internal
def bind(account: address, policyId: bytes32, amount: uint256):
    """@dev Put already credited coins under a policy."""
    self.purse[account] += amount << 128
    self.bound[account][policyId] += amount
    log Bound(account=account, policyId=policyId, amount=amount)


@internal
def make_room(account: address, policyId: bytes32) -> bool:
    """@dev Find the policy among the account's four, or a place whose coins are spent."""
    room: uint256 = POLICIES
    for i: uint256 in range(POLICIES):
        held: bytes32 = self.policies[account][i]
        if held == policyId:
            return True
        if room == POLICIES and self.bound[account][held] == 0:
            room = i
    if room == POLICIES:
        return False
    self.policies[account][room] = policyId
    return True


@internal
def set_policy(policyId: bytes32, issuers: DynArray[address, ISSUERS]):
    self.known[policyId] = True
    for issuer: address in issuers:
        self.allows[policyId][issuer] = True
    log PolicySet(policyId=policyId, issuers=issuers)


@internal
@view
def _usable(account: address, issuer: address) -> uint256:
    usable: uint256 = 0
    for policyId: bytes32 in self.policies[account]:
        if self.allows[policyId][issuer]:
            usable += self.bound[account][policyId]
    return usable
