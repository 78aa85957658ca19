"""The accounts and storage that the engine works on: py-evm's AccountDatabaseAPI over plain dictionaries.

Values read or written during a block stay in memory; an undo list takes back what reverts; and the tries are
touched once, when the block's state root is made. py-evm's own AccountDB stacks seven layers of journals and
caches over a trie that is updated key by key, which is where half of the time went.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from eth.abc import AccountDatabaseAPI, MetaWitnessAPI
from eth.constants import BLANK_ROOT_HASH, EMPTY_SHA3
from eth.db.journal import get_next_checkpoint
from eth.db.witness import MetaWitness
from eth.typing import JournalDBCheckpoint
from eth_hash.auto import keccak
from eth_typing import Address, Hash32

from . import rlp_codec, trie
from .trie_node import NEVER_WRITTEN


class Account(NamedTuple):
    nonce: int = 0
    balance: int = 0
    storage_root: bytes = BLANK_ROOT_HASH
    code_hash: bytes = EMPTY_SHA3


EMPTY = Account()
Undo = Callable[[], object]


class BlockAccounts(AccountDatabaseAPI):
    """One block's view of the state. `lock_changes` starts a transaction; nothing before it can be undone."""

    def __init__(self, db: Any, state_root: Hash32 = BLANK_ROOT_HASH) -> None:
        self._db = db
        self._decoded: trie.DecodedNodes = getattr(db, "decoded", None) or trie.DecodedNodes()
        self._write_number: bytes = getattr(db, "write_number", NEVER_WRITTEN)
        self._root: bytes = state_root
        self._accounts: dict[bytes, Account | None] = {}
        self._dirty_accounts: set[bytes] = set()
        self._storage: dict[bytes, dict[int, int]] = {}
        self._storage_roots: dict[bytes, bytes] = {}
        self._dirty_slots: dict[bytes, set[int]] = {}
        self._before_transaction: dict[tuple[bytes, int], int] = {}
        self._codes: dict[bytes, bytes] = {}
        self._warm: set[bytes | tuple[bytes, int]] = set()
        self._undo: list[Undo] = []
        self._checkpoints: list[tuple[JournalDBCheckpoint, int]] = []

    # -- the state root -------------------------------------------------------------------------------

    @property
    def state_root(self) -> Hash32:
        return Hash32(self._root)

    @state_root.setter
    def state_root(self, value: Hash32) -> None:
        if value != self._root:
            self.__init__(self._db, value)  # type: ignore[misc]

    def has_root(self, state_root: bytes) -> bool:
        return state_root == BLANK_ROOT_HASH or state_root in self._db

    def make_state_root(self) -> Hash32:
        """Write every change into the tries, each trie once."""
        for address, slots in self._dirty_slots.items():
            self._settle_storage(address, slots)
        self._dirty_slots.clear()
        changes = []
        for address in self._dirty_accounts:
            account = self._accounts[address]
            changes.append((keccak(address).hex(), b"" if account is None else _encode(account)))
        self._dirty_accounts.clear()
        self._root = self._updated(self._root, changes)
        return Hash32(self._root)

    def persist(self) -> MetaWitnessAPI:
        self.make_state_root()
        for code_hash, code in self._codes.items():
            self._db[code_hash] = code
        self._codes.clear()
        return MetaWitness(set(), {})

    def _settle_storage(self, address: bytes, slots: set[int]) -> None:
        values = self._storage[address]
        changes = [
            (keccak(slot.to_bytes(32, "big")).hex(), rlp_codec.encode_part(rlp_codec.integer_bytes(values[slot])))
            if values[slot]
            else (keccak(slot.to_bytes(32, "big")).hex(), b"")
            for slot in slots
        ]
        root = self._updated(self._storage_root(address), changes)
        self._storage_roots[address] = root
        account = self._load(address)
        if account is not None or root != BLANK_ROOT_HASH:
            self._accounts[address] = (account or EMPTY)._replace(storage_root=root)
            self._dirty_accounts.add(address)

    def _updated(self, root: bytes, changes: Sequence[trie.Item]) -> bytes:
        return trie.update(root, changes, self._db.__getitem__, self._db, self._write_number, self._decoded)

    def _found(self, root: bytes, key: bytes) -> bytes:
        return trie.get(root, keccak(key).hex(), self._db.__getitem__, self._decoded)

    # -- storage --------------------------------------------------------------------------------------

    def get_storage(self, address: Address, slot: int, from_journal: bool = True) -> int:
        """The value of a slot; with `from_journal` false, as it was when the transaction began."""
        if not from_journal:
            before = self._before_transaction.get((address, slot))
            if before is not None:
                return before
        values = self._storage.get(address)
        if values is None:
            values = self._storage[address] = {}
        value = values.get(slot)
        if value is None:
            found = self._found(self._storage_root(address), slot.to_bytes(32, "big"))
            value = values[slot] = int.from_bytes(rlp_codec.decode(found), "big") if found else 0
        return value

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        current = self.get_storage(address, slot)
        if current != value:
            self.write_storage(address, slot, current, value)

    def storage_before_and_now(self, address: bytes, slot: int) -> tuple[int, int]:
        """The value of a slot as the transaction found it, and as it is."""
        current = self.get_storage(cast(Address, address), slot)
        return self._before_transaction.get((address, slot), current), current

    def write_storage(self, address: bytes, slot: int, current: int, value: int) -> None:
        """`set_storage` for who has just read what stands there, and that it is another value."""
        self._before_transaction.setdefault((address, slot), current)
        values = self._storage[address]
        dirty = self._dirty_slots.get(address)
        if dirty is None:
            dirty = self._dirty_slots[address] = set()
        dirty.add(slot)
        values[slot] = value
        if self._checkpoints:
            self._undo.append(lambda: values.__setitem__(slot, current))

    def delete_storage(self, address: Address) -> None:
        values, root = self._storage.get(address, {}), self._storage_root(address)
        dirty = self._dirty_slots.pop(address, None)
        if not values and root == BLANK_ROOT_HASH and not dirty:
            return
        account = self._load(address)
        self._storage[address] = {}
        self._storage_roots[address] = BLANK_ROOT_HASH
        if account is not None:
            self._put(address, account._replace(storage_root=BLANK_ROOT_HASH))

        def restore() -> None:
            self._storage[address] = values
            self._storage_roots[address] = root
            if dirty is not None:
                self._dirty_slots[address] = dirty

        if self._checkpoints:
            self._undo.append(restore)

    def _storage_root(self, address: bytes) -> bytes:
        root = self._storage_roots.get(address)
        if root is None:
            root = self._storage_roots[address] = (self._load(address) or EMPTY).storage_root
        return root

    def is_storage_warm(self, address: Address, slot: int) -> bool:
        return (address, slot) in self._warm

    def mark_storage_warm(self, address: Address, slot: int) -> None:
        self._mark((address, slot))

    # -- accounts -------------------------------------------------------------------------------------

    def get_balance(self, address: Address) -> int:
        return (self._load(address) or EMPTY).balance

    def set_balance(self, address: Address, balance: int) -> None:
        self._put(address, (self._load(address) or EMPTY)._replace(balance=balance))

    def get_nonce(self, address: Address) -> int:
        return (self._load(address) or EMPTY).nonce

    def set_nonce(self, address: Address, nonce: int) -> None:
        self._put(address, (self._load(address) or EMPTY)._replace(nonce=nonce))

    def increment_nonce(self, address: Address) -> None:
        self.set_nonce(address, self.get_nonce(address) + 1)

    def get_code_hash(self, address: Address) -> Hash32:
        return Hash32((self._load(address) or EMPTY).code_hash)

    def get_code(self, address: Address) -> bytes:
        code_hash = self.get_code_hash(address)
        if code_hash == EMPTY_SHA3:
            return b""
        code = self._codes.get(code_hash)
        return cast(bytes, self._db[code_hash]) if code is None else code

    def set_code(self, address: Address, code: bytes) -> None:
        code_hash = keccak(code)
        self._codes[code_hash] = code
        self._put(address, (self._load(address) or EMPTY)._replace(code_hash=code_hash))

    def delete_code(self, address: Address) -> None:
        self._put(address, (self._load(address) or EMPTY)._replace(code_hash=EMPTY_SHA3))

    def account_has_code_or_nonce(self, address: Address) -> bool:
        account = self._load(address)
        return account is not None and (account.nonce != 0 or account.code_hash != EMPTY_SHA3)

    def account_exists(self, address: Address) -> bool:
        return self._load(address) is not None

    def account_is_empty(self, address: Address) -> bool:
        account = self._load(address) or EMPTY
        return account.nonce == 0 and account.balance == 0 and account.code_hash == EMPTY_SHA3

    def touch_account(self, address: Address) -> None:
        self._put(address, self._load(address) or EMPTY)

    def delete_account(self, address: Address) -> None:
        self.delete_storage(address)
        self._put(address, None)

    def is_address_warm(self, address: Address) -> bool:
        return address in self._warm

    def mark_address_warm(self, address: Address) -> None:
        self._mark(address)

    def _load(self, address: bytes) -> Account | None:
        try:
            return self._accounts[address]
        except KeyError:
            found = self._found(self._root, address)
            account = self._accounts[address] = _decode(found) if found else None
            return account

    def _put(self, address: bytes, account: Account | None) -> None:
        before = self._load(address)
        self._accounts[address] = account
        self._dirty_accounts.add(address)
        if self._checkpoints:
            self._undo.append(lambda: self._accounts.__setitem__(address, before))

    def _mark(self, key: bytes | tuple[bytes, int]) -> None:
        if key not in self._warm:
            self._warm.add(key)
            if self._checkpoints:
                self._undo.append(lambda: self._warm.discard(key))

    # -- checkpoints ----------------------------------------------------------------------------------

    def record(self) -> JournalDBCheckpoint:
        checkpoint = get_next_checkpoint()
        self._checkpoints.append((checkpoint, len(self._undo)))
        return checkpoint

    def discard(self, checkpoint: JournalDBCheckpoint) -> None:
        """Take back everything since the checkpoint."""
        length = self._close(checkpoint)
        while len(self._undo) > length:
            self._undo.pop()()

    def commit(self, checkpoint: JournalDBCheckpoint) -> None:
        self._close(checkpoint)
        if not self._checkpoints:
            self._undo.clear()

    def lock_changes(self) -> None:
        self._checkpoints.clear()
        self._undo.clear()
        self._before_transaction.clear()
        self._warm.clear()

    def _close(self, checkpoint: JournalDBCheckpoint) -> int:
        while self._checkpoints:
            closed, length = self._checkpoints.pop()
            if closed == checkpoint:
                return length
        raise KeyError(f"no checkpoint {checkpoint}")


def _encode(account: Account) -> bytes:
    nonce, balance = rlp_codec.integer_bytes(account.nonce), rlp_codec.integer_bytes(account.balance)
    return rlp_codec.encode_node([nonce, balance, account.storage_root, account.code_hash])


def _decode(raw: bytes) -> Account:
    nonce, balance, storage_root, code_hash = rlp_codec.decode_node(raw)
    return Account(int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), storage_root, code_hash)
