"""An account stays, its keys change: the one that signs for it, and the one that others seal documents to."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import EncryptionKeySet, KeyRotated, Refused
from chaincode.ids import NOBODY
from chaincode.model.ground import ANY_ROLE, OPERATOR, Refusal, Said, check_later, require
from chaincode.model.membership.part import Part
from chaincode.model.membership.roster import NAME
from chaincode.typed_data import EncryptionKey, KeyRotation


class Keys(Part):
    """New keys, by the holder; a lost one is replaced by the contract of recoveries."""

    def rotate(self, rotation: KeyRotation, key: str | None, new_key_signer: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(rotation)
        if self._is_repeated(rotation.rotation_id, content):
            return
        require(now <= rotation.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(key, rotation.account, ANY_ROLE):
            raise refusal
        is_operator = self._book.roles_of(rotation.account) & OPERATOR != 0
        require(not is_operator or self._book.board_size == 0, NAME, "the board decides")
        signed = rotation.new_key != NOBODY and new_key_signer == rotation.new_key
        require(signed, NAME, "new key did not sign")
        require(self._book.is_fresh(rotation.new_key), NAME, "key already used")
        self._digests.take(NAME, rotation.rotation_id, content)
        old_key = self._book.accounts[rotation.account].key
        sealed_to, evidence = rotation.encryption_key_hash, rotation.evidence_hash
        self._emit(KeyRotated(rotation.rotation_id, rotation.account, rotation.new_key, old_key, sealed_to, evidence))

    def rotate_batch(self, now: int, items: Sequence[tuple[Said[KeyRotation], str | None]]) -> None:
        for item, new_key_signer in items:
            try:
                self.rotate(item.struct, item.key, new_key_signer, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.rotation_id, str(refusal), contract=NAME))

    def set_encryption_key(self, key: EncryptionKey, signer: str | None, now: int) -> None:
        """Direct: `signer` is the sender."""
        content = to_calldata(key)
        if self._is_repeated(key.key_id, content):
            return
        require(now <= key.deadline, NAME, "deadline passed")
        require(signer is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(signer, key.account, ANY_ROLE):
            raise refusal
        check_later(NAME, key.sequence, self._book.key_sequences.get(key.account, 0), now)
        self._digests.take(NAME, key.key_id, content)
        self._emit(EncryptionKeySet(key.key_id, key.account, key.encryption_key_hash, key.sequence))

    def set_encryption_key_batch(self, now: int, items: Sequence[Said[EncryptionKey]]) -> None:
        for item in items:
            try:
                self.set_encryption_key(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.key_id, str(refusal), contract=NAME))

    def check_replacing(self, account: str, new_key: str) -> None:
        """Refuse unless the contract of recoveries may give an account this key."""
        require(account in self._book.accounts, NAME, "account not enrolled")
        require(self._book.is_fresh(new_key), NAME, "key already used")

    def replace_key(
        self, recovery_id: bytes, account: str, new_key: str, encryption_key_hash: bytes, evidence_hash: bytes
    ) -> None:
        """What the contract of recoveries may do, and nobody else."""
        old_key = self._book.accounts[account].key
        self._emit(KeyRotated(recovery_id, account, new_key, old_key, encryption_key_hash, evidence_hash))
