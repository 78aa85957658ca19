# pragma version 0.4.3
# pragma evm-version london
"""
@title Key rotation: an account stays, its key changes
@notice By the holder, with the new key's signature, or by the operator when the old key is lost.
"""
from ..shared import authority
from . import roster

uses: authority
uses: roster

struct KeyRotation:
    rotationId: bytes32
    account: address
    newKey: address
    evidenceHash: bytes32
    deadline: uint64

struct SignedRotation:
    rotation: KeyRotation
    signature: authority.Signature
    newKeySignature: authority.Signature

event KeyRotated:
    account: indexed(address)
    newKey: indexed(address)
    oldKey: address
    evidenceHash: bytes32

ROTATION_TYPE: constant(bytes32) = keccak256(
    "KeyRotation(bytes32 rotationId,address account,address newKey,bytes32 evidenceHash,uint64 deadline)"
)


@external
def rotate_key(account: address, newKey: address, evidenceHash: bytes32):
    """@notice The operator replaces a lost key; the evidence of who asked is kept off chain."""
    roster.only_operator()
    assert roster.record[account] != 0, "membership: account not enrolled"
    assert roster.is_fresh(newKey), "membership: key already used"
    self._rotate(account, newKey, evidenceHash)


@external
def rotate(rotation: KeyRotation, newKeySignature: authority.Signature):
    """@notice The holder moves to a new key, which signs the same message."""
    refused: String[64] = self._try_rotate(rotation, msg.sender, newKeySignature)
    assert len(refused) == 0, refused


@external
def rotate_batch(items: DynArray[SignedRotation, authority.BATCH]):
    for item: SignedRotation in items:
        key: address = authority.signer(self._rotation_hash(item.rotation), item.signature)
        refused: String[64] = self._try_rotate(item.rotation, key, item.newKeySignature)
        if len(refused) != 0:
            log authority.Refused(id=item.rotation.rotationId, reason=refused)


# ---- Steps ----


@internal
def _try_rotate(
    rotation: KeyRotation, key: address, newKeySignature: authority.Signature
) -> String[64]:
    hashed: bytes32 = self._rotation_hash(rotation)
    known: bytes32 = roster.digest[rotation.rotationId]
    if known != empty(bytes32) or rotation.rotationId == empty(bytes32):
        if known != hashed:
            return "membership: id already used"
        log authority.Repeated(id=rotation.rotationId)
        return ""
    if block.timestamp > convert(rotation.deadline, uint256):
        return "membership: deadline passed"
    if key == empty(address):
        return "membership: signature malformed"
    refused: String[64] = roster.refusal(key, rotation.account, authority.ANY_ROLE, 0)
    if len(refused) != 0:
        return refused
    if rotation.newKey == empty(address) or authority.signer(hashed, newKeySignature) != rotation.newKey:
        return "membership: new key did not sign"
    if not roster.is_fresh(rotation.newKey):
        return "membership: key already used"
    roster.digest[rotation.rotationId] = hashed
    self._rotate(rotation.account, rotation.newKey, rotation.evidenceHash)
    return ""


@internal
def _rotate(account: address, newKey: address, evidenceHash: bytes32):
    oldKey: address = roster.set_key(account, newKey)
    log KeyRotated(account=account, newKey=newKey, oldKey=oldKey, evidenceHash=evidenceHash)


@internal
@view
def _rotation_hash(rotation: KeyRotation) -> bytes32:
    return keccak256(abi_encode(ROTATION_TYPE, rotation))
