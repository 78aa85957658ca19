# pragma version 0.4.3
# pragma evm-version london
"""
@title Key rotation: an account stays, its key changes
@notice By the holder, with the new key's signature; a lost key is another matter (recovery.vy). A rotation begins a new
        epoch: what the old key gave ends. The key that others seal documents to stands here by its hash, under its
        holder's own signature; which of the holder's words about it is the later a sequence says.
"""
from ..shared import authority
from . import roster

uses: authority
uses: roster

struct KeyRotation:
    rotationId: bytes32
    account: address
    newKey: address
    encryptionKeyHash: bytes32
    evidenceHash: bytes32
    deadline: uint64

struct SignedRotation:
    rotation: KeyRotation
    signature: authority.Signature
    newKeySignature: authority.Signature

struct EncryptionKey:
    keyId: bytes32
    account: address
    encryptionKeyHash: bytes32
    sequence: uint64
    deadline: uint64

struct SignedKey:
    key: EncryptionKey
    signature: authority.Signature

event KeyRotated:
    rotationId: indexed(bytes32)
    account: indexed(address)
    newKey: indexed(address)
    oldKey: address
    encryptionKeyHash: bytes32
    evidenceHash: bytes32

event EncryptionKeySet:
    keyId: indexed(bytes32)
    account: indexed(address)
    encryptionKeyHash: bytes32
    sequence: uint64

ROTATION_TYPE: constant(bytes32) = keccak256(
    "KeyRotation(bytes32 rotationId,address account,address newKey,bytes32 encryptionKeyHash,bytes32 evidenceHash,uint64 deadline)"
)
KEY_TYPE: constant(bytes32) = keccak256(
    "EncryptionKey(bytes32 keyId,address account,bytes32 encryptionKeyHash,uint64 sequence,uint64 deadline)"
)

keySequenceOf: public(HashMap[address, uint256])


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


@external
def set_encryption_key(key: EncryptionKey):
    """@notice Name, by its hash, the key that documents for this account are sealed to."""
    refused: String[64] = self._set_key(key, keccak256(abi_encode(KEY_TYPE, key)), msg.sender)
    assert len(refused) == 0, refused


@external
def set_encryption_key_batch(items: DynArray[SignedKey, authority.BATCH]):
    for item: SignedKey in items:
        hashed: bytes32 = keccak256(abi_encode(KEY_TYPE, item.key))
        refused: String[64] = self._set_key(item.key, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.key.keyId, reason=refused)


# ---- Steps ----


@internal
def rotate_to(
    rotationId: bytes32, account: address, newKey: address, encryptionKeyHash: bytes32, evidenceHash: bytes32
):
    oldKey: address = roster.set_key(account, newKey)
    roster.encryption_key[account] = encryptionKeyHash
    log KeyRotated(
        rotationId=rotationId, account=account, newKey=newKey, oldKey=oldKey,
        encryptionKeyHash=encryptionKeyHash, evidenceHash=evidenceHash,
    )


@internal
def _try_rotate(
    rotation: KeyRotation, key: address, newKeySignature: authority.Signature
) -> String[64]:
    hashed: bytes32 = self._rotation_hash(rotation)
    if roster.repeats(rotation.rotationId, hashed):
        return ""
    refused: String[64] = roster.words_refusal(rotation.rotationId, rotation.deadline, key)
    if len(refused) != 0:
        return refused
    refused = roster.refusal(key, rotation.account, authority.ANY_ROLE, authority.HOLDER_ALONE)
    if len(refused) != 0:
        return refused
    if roster.roles(rotation.account) & authority.OPERATOR != 0 and roster.board_size != 0:
        return "membership: the board decides"
    if rotation.newKey == empty(address) or authority.signer(hashed, newKeySignature) != rotation.newKey:
        return "membership: new key did not sign"
    if not roster.is_fresh(rotation.newKey):
        return "membership: key already used"
    roster.digest[rotation.rotationId] = hashed
    self.rotate_to(
        rotation.rotationId, rotation.account, rotation.newKey, rotation.encryptionKeyHash, rotation.evidenceHash
    )
    return ""


@internal
def _set_key(key: EncryptionKey, hashed: bytes32, signer: address) -> String[64]:
    if roster.repeats(key.keyId, hashed):
        return ""
    refused: String[64] = roster.words_refusal(key.keyId, key.deadline, signer)
    if len(refused) != 0:
        return refused
    refused = roster.refusal(signer, key.account, authority.ANY_ROLE, authority.HOLDER_ALONE)
    if len(refused) != 0:
        return refused
    sequence: uint256 = convert(key.sequence, uint256)
    if sequence <= self.keySequenceOf[key.account]:
        return "membership: a later word stands"
    if authority.is_of_the_future(key.sequence):
        return "membership: sequence is of the future"
    self.keySequenceOf[key.account] = sequence
    roster.digest[key.keyId] = hashed
    roster.encryption_key[key.account] = key.encryptionKeyHash
    log EncryptionKeySet(
        keyId=key.keyId, account=key.account, encryptionKeyHash=key.encryptionKeyHash, sequence=key.sequence
    )
    return ""


@internal
@view
def _rotation_hash(rotation: KeyRotation) -> bytes32:
    return keccak256(abi_encode(ROTATION_TYPE, rotation))
