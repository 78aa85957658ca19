# pragma version 0.4.3
# pragma evm-version london
"""
@title Recovery: a lost key is replaced by many, slowly, and in sight of whoever still has it
@notice By k of the n guardians whom the account named, or, where it named none, by the operator and a majority of the
        board. Meanwhile the account rests; the old key may veto, unless every guardian approved. The operator's own
        key is replaced by the board alone and at once: its thief would only veto.
        A sequence (milliseconds since 1970) says which choice of guardians, and which recovery, of an account is the
        later: an earlier one that was held back is refused.
@dev circle: threshold | guardians << 8 | waitSeconds << 16 | since << 48.   pending: ready at | final << 64.
"""
from ..shared import authority
from ..shared import board

initializes: authority
initializes: board[authority := authority]
exports: authority.DOMAIN_SEPARATOR

struct Guardians:
    guardiansId: bytes32
    account: address
    guardians: DynArray[address, GUARDIANS]
    threshold: uint8
    waitSeconds: uint32
    sequence: uint64
    deadline: uint64

struct SignedGuardians:
    guardians: Guardians
    signature: authority.Signature

struct Recovery:
    recoveryId: bytes32
    account: address
    newKey: address
    encryptionKeyHash: bytes32
    evidenceHash: bytes32
    sequence: uint64
    deadline: uint64

struct RecoveryVeto:
    recoveryId: bytes32
    account: address
    deadline: uint64

struct SignedVeto:
    veto: RecoveryVeto
    signature: authority.Signature

struct Circle:
    number: uint256
    threshold: uint8
    count: uint8
    waitSeconds: uint32

struct Pending:
    recoveryId: bytes32
    readyAt: uint64
    isFinal: bool

event GuardiansNamed:
    guardiansId: indexed(bytes32)
    account: indexed(address)
    guardians: DynArray[address, GUARDIANS]
    threshold: uint8
    waitSeconds: uint32
    since: uint64
    sequence: uint64

event RecoveryBegun:
    recoveryId: indexed(bytes32)
    account: indexed(address)
    newKey: indexed(address)
    encryptionKeyHash: bytes32
    evidenceHash: bytes32
    approvals: uint8
    readyAt: uint64
    isFinal: bool
    sequence: uint64

event Recovered:
    recoveryId: indexed(bytes32)
    account: indexed(address)
    sequence: uint64

event RecoveryVetoed:
    recoveryId: indexed(bytes32)
    account: indexed(address)

GUARDIANS: constant(uint256) = 8
BOARD_WAIT: constant(uint256) = 7 * 86400
WAIT_MAXIMUM: constant(uint32) = 90 * 86400
FINAL: constant(uint256) = 1 << 64
TRUST: constant(String[44]) = "Together these may give my account a new key"
GUARDIANS_TYPE: constant(bytes32) = keccak256(
    "Guardians(bytes32 guardiansId,address account,string statement,address[] guardians,uint8 threshold,uint32 waitSeconds,uint64 sequence,uint64 deadline)"
)
RECOVERY_TYPE: constant(bytes32) = keccak256(
    "Recovery(bytes32 recoveryId,address account,address newKey,bytes32 encryptionKeyHash,bytes32 evidenceHash,uint64 sequence,uint64 deadline)"
)
VETO_TYPE: constant(bytes32) = keccak256("RecoveryVeto(bytes32 recoveryId,address account,uint64 deadline)")

digest: HashMap[bytes32, bytes32]
circles: HashMap[address, uint256]
circle: HashMap[address, HashMap[uint256, uint256]]
pending_id: HashMap[address, bytes32]
pending: HashMap[address, uint256]
guards: HashMap[address, HashMap[uint256, HashMap[address, bool]]]
guardians_sequence: HashMap[address, uint256]
recovery_sequence: HashMap[address, uint256]


@deploy
def __init__(membership: address):
    authority.__init__("recovery", membership)


# ---- Guardians ----


@external
def name_guardians(guardians: Guardians):
    """@notice Name who together may give one's account a new key; a later choice begins after the earlier one's wait."""
    refused: String[64] = self._name(guardians, self._guardians_hash(guardians), msg.sender)
    assert len(refused) == 0, refused


@external
def name_guardians_batch(items: DynArray[SignedGuardians, authority.BATCH]):
    for item: SignedGuardians in items:
        hashed: bytes32 = self._guardians_hash(item.guardians)
        refused: String[64] = self._name(item.guardians, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.guardians.guardiansId, reason=refused)


# ---- Recovery ----


@external
def recover(
    recovery: Recovery,
    newKeySignature: authority.Signature,
    approvals: DynArray[authority.Signature, board.APPROVALS],
):
    """@notice Begin to give an account a new key: the new key and everybody who approves sign the same words."""
    hashed: bytes32 = keccak256(abi_encode(RECOVERY_TYPE, recovery))
    if self.digest[recovery.recoveryId] == hashed:
        log authority.Repeated(id=recovery.recoveryId)
        return
    assert self._is_new(recovery.recoveryId), "recovery: id already used"
    assert block.timestamp <= convert(recovery.deadline, uint256), "recovery: deadline passed"
    assert recovery.newKey != empty(address), "recovery: new key did not sign"
    assert authority.signer(hashed, newKeySignature) == recovery.newKey, "recovery: new key did not sign"
    account: address = recovery.account
    assert convert(recovery.sequence, uint256) > self.recovery_sequence[account], "recovery: a later word stands"
    assert not authority.is_of_the_future(recovery.sequence), "recovery: sequence is of the future"
    self.recovery_sequence[account] = convert(recovery.sequence, uint256)
    self.digest[recovery.recoveryId] = hashed
    if staticcall authority.membership.hasRole(account, authority.OPERATOR):
        assert board.agrees(hashed, approvals), "recovery: approvals too few"
        self._finish(recovery)
        return
    circle: uint256 = self._circle(account)
    wait: uint256 = BOARD_WAIT
    is_final: bool = False
    if circle == 0:
        authority.only_operator()
        assert board.agrees(hashed, approvals), "recovery: approvals too few"
    else:
        terms: uint256 = self.circle[account][circle]
        approved: uint256 = self._count(hashed, approvals, account, circle)
        assert approved >= terms & authority.BITS_8, "recovery: approvals too few"
        wait = (terms >> 16) & authority.BITS_32
        is_final = approved == (terms >> 8) & authority.BITS_8
    self.pending_id[account] = recovery.recoveryId
    self.pending[account] = (block.timestamp + wait) | (FINAL if is_final else 0)
    extcall authority.membership.rest(account, recovery.newKey)
    log RecoveryBegun(
        recoveryId=recovery.recoveryId, account=recovery.account, newKey=recovery.newKey,
        encryptionKeyHash=recovery.encryptionKeyHash, evidenceHash=recovery.evidenceHash,
        approvals=convert(len(approvals), uint8), readyAt=convert(block.timestamp + wait, uint64), isFinal=is_final,
        sequence=recovery.sequence,
    )


@external
def complete_recovery(recovery: Recovery):
    """@notice Once the waiting time is over, anybody may: the account has its new key, and nothing the old one gave."""
    hashed: bytes32 = keccak256(abi_encode(RECOVERY_TYPE, recovery))
    assert self._is_pending(recovery.account, recovery.recoveryId), "recovery: nothing pending"
    assert self.digest[recovery.recoveryId] == hashed, "recovery: nothing pending"
    assert block.timestamp >= self.pending[recovery.account] & authority.BITS_64, "recovery: delay still runs"
    self._finish(recovery)


@external
def veto_recovery(veto: RecoveryVeto):
    """@notice Whoever still has the key stops a recovery; nothing suspends this right."""
    refused: String[64] = self._veto(veto, msg.sender)
    assert len(refused) == 0, refused


@external
def veto_recovery_batch(items: DynArray[SignedVeto, authority.BATCH]):
    for item: SignedVeto in items:
        key: address = authority.signer(keccak256(abi_encode(VETO_TYPE, item.veto)), item.signature)
        refused: String[64] = self._veto(item.veto, key)
        if len(refused) != 0:
            log authority.Refused(id=item.veto.recoveryId, reason=refused)


# ---- Questions ----


@external
@view
def guardiansOf(account: address) -> Circle:
    """@notice The circle in force; number 0 if none is."""
    number: uint256 = self._circle(account)
    terms: uint256 = self.circle[account][number]
    return Circle(
        number=number,
        threshold=convert(terms & authority.BITS_8, uint8),
        count=convert((terms >> 8) & authority.BITS_8, uint8),
        waitSeconds=convert((terms >> 16) & authority.BITS_32, uint32),
    )


@external
@view
def isGuardian(account: address, guardian: address) -> bool:
    return self.guards[account][self._circle(account)][guardian]


@external
@view
def recoveryOf(account: address) -> Pending:
    """@notice What an account waits for; an empty id if for nothing."""
    packed: uint256 = self.pending[account]
    return Pending(
        recoveryId=self.pending_id[account],
        readyAt=convert(packed & authority.BITS_64, uint64),
        isFinal=packed & FINAL != 0,
    )


# ---- Steps ----


@internal
def _name(guardians: Guardians, hashed: bytes32, key: address) -> String[64]:
    known: bytes32 = self.digest[guardians.guardiansId]
    if known != empty(bytes32) or guardians.guardiansId == empty(bytes32):
        if known != hashed:
            return "recovery: id already used"
        log authority.Repeated(id=guardians.guardiansId)
        return ""
    account: address = guardians.account
    refused: String[64] = authority.refusal(
        key, account, authority.ANY_ROLE, authority.HOLDER_ALONE, guardians.deadline
    )
    if len(refused) != 0:
        return refused
    refused = self._choice_refusal(guardians)
    if len(refused) != 0:
        return refused
    if convert(guardians.sequence, uint256) <= self.guardians_sequence[account]:
        return "recovery: a later word stands"
    if authority.is_of_the_future(guardians.sequence):
        return "recovery: sequence is of the future"
    since: uint256 = block.timestamp
    number: uint256 = self.circles[account]
    if number != 0:
        earlier: uint256 = self.circle[account][number]
        if earlier >> 48 > block.timestamp:
            return "recovery: guardians change already"
        since += (earlier >> 16) & authority.BITS_32
    number += 1
    self.guardians_sequence[account] = convert(guardians.sequence, uint256)
    self.digest[guardians.guardiansId] = hashed
    self.circles[account] = number
    self.circle[account][number] = (
        convert(guardians.threshold, uint256) | (len(guardians.guardians) << 8)
        | (convert(guardians.waitSeconds, uint256) << 16) | (since << 48)
    )
    for guardian: address in guardians.guardians:
        self.guards[account][number][guardian] = True
    log GuardiansNamed(
        guardiansId=guardians.guardiansId, account=account, guardians=guardians.guardians,
        threshold=guardians.threshold, waitSeconds=guardians.waitSeconds, since=convert(since, uint64),
        sequence=guardians.sequence,
    )
    return ""


@internal
@view
def _choice_refusal(guardians: Guardians) -> String[64]:
    previous: uint256 = 0
    for guardian: address in guardians.guardians:
        known: address = staticcall authority.membership.accountOf(guardian)
        if guardian == empty(address) or known != guardian or guardian == guardians.account:
            return "recovery: guardian not enrolled"
        if convert(guardian, uint256) <= previous:
            return "recovery: guardians not ascending"
        previous = convert(guardian, uint256)
    if guardians.threshold < 2 or convert(guardians.threshold, uint256) > len(guardians.guardians):
        return "recovery: threshold out of range"
    if guardians.waitSeconds == 0 or guardians.waitSeconds > WAIT_MAXIMUM:
        return "recovery: wait out of range"
    return ""


@internal
@view
def _circle(account: address) -> uint256:
    """@dev The circle in force; one that is to come leaves the earlier one in its place."""
    number: uint256 = self.circles[account]
    if number != 0 and self.circle[account][number] >> 48 > block.timestamp:
        return number - 1
    return number


@internal
@view
def _is_new(id: bytes32) -> bool:
    return id != empty(bytes32) and self.digest[id] == empty(bytes32)


@internal
@view
def _is_pending(account: address, recoveryId: bytes32) -> bool:
    return recoveryId != empty(bytes32) and self.pending_id[account] == recoveryId


@internal
def _forget(account: address):
    self.pending_id[account] = empty(bytes32)
    self.pending[account] = 0


@internal
def _finish(recovery: Recovery):
    self._forget(recovery.account)
    extcall authority.membership.replace_key(
        recovery.recoveryId, recovery.account, recovery.newKey, recovery.encryptionKeyHash, recovery.evidenceHash
    )
    log Recovered(recoveryId=recovery.recoveryId, account=recovery.account, sequence=recovery.sequence)


@internal
def _veto(veto: RecoveryVeto, key: address) -> String[64]:
    refused: String[64] = authority.right_refusal(key, veto.account, authority.HOLDER_ALONE, veto.deadline)
    if len(refused) != 0:
        return refused
    if not self._is_pending(veto.account, veto.recoveryId):
        return "recovery: nothing pending"
    if self.pending[veto.account] & FINAL != 0:
        return "recovery: every guardian approved"
    self._forget(veto.account)
    extcall authority.membership.wake(veto.account)
    log RecoveryVetoed(recoveryId=veto.recoveryId, account=veto.account)
    return ""


@internal
@view
def _count(
    hashed: bytes32, approvals: DynArray[authority.Signature, board.APPROVALS], ward: address, circle: uint256
) -> uint256:
    """@dev How many of a circle signed; 0 as soon as one signature is not theirs or comes twice: their accounts ascend."""
    previous: uint256 = 0
    for signature: authority.Signature in approvals:
        key: address = authority.signer(hashed, signature)
        account: address = staticcall authority.membership.accountOf(key)
        if convert(account, uint256) <= previous or not self.guards[ward][circle][account]:
            return 0
        if not staticcall authority.membership.holds(key, authority.ANY_ROLE):
            return 0
        previous = convert(account, uint256)
    return len(approvals)


@internal
@pure
def _guardians_hash(guardians: Guardians) -> bytes32:
    people: Bytes[288] = abi_encode(guardians.guardians, ensure_tuple=False)
    return keccak256(
        abi_encode(
            GUARDIANS_TYPE, guardians.guardiansId, guardians.account, keccak256(TRUST),
            keccak256(slice(people, 32, 32 * len(guardians.guardians))),
            guardians.threshold, guardians.waitSeconds, guardians.sequence, guardians.deadline,
        )
    )
