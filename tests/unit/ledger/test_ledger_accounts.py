"""Our account database against py-evm's own: the same operations must give the same answers and roots."""

from eth.constants import BLANK_ROOT_HASH
from eth.db.account import AccountDB
from eth.db.atomic import AtomicDB
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ledger.accounts import BlockAccounts

ADDRESSES = st.sampled_from([bytes([n]) * 20 for n in range(1, 5)])
SLOTS = st.sampled_from([0, 1, 2, 2**255])
VALUES = st.sampled_from([0, 1, 2, 2**256 - 1])
READS = ("get_balance", "get_nonce", "get_code", "get_code_hash", "account_exists", "account_is_empty")


class BothDatabases(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.reference = AccountDB(AtomicDB(), BLANK_ROOT_HASH)
        self.ours = BlockAccounts(AtomicDB(), BLANK_ROOT_HASH)
        self.checkpoints = []
        self.touched = set()

    def both(self, name, *arguments):
        results = [getattr(database, name)(*arguments) for database in (self.reference, self.ours)]
        assert results[0] == results[1], (name, arguments)

    @rule(address=ADDRESSES, balance=st.integers(0, 3))
    def set_balance(self, address, balance):
        self.both("set_balance", address, balance)

    @rule(address=ADDRESSES)
    def increment_nonce(self, address):
        self.both("increment_nonce", address)

    @rule(address=ADDRESSES, code=st.sampled_from([b"", b"\x01", b"\x02" * 50]))
    def set_code(self, address, code):
        self.both("set_code", address, code)

    @rule(address=ADDRESSES, slot=SLOTS, value=VALUES)
    def set_storage(self, address, slot, value):
        self.touched.add((address, slot))
        self.both("set_storage", address, slot, value)

    @rule(address=ADDRESSES, slot=SLOTS)
    def read_as_before_the_transaction(self, address, slot):
        self.both("get_storage", address, slot, False)

    @rule(address=ADDRESSES)
    def touch(self, address):
        self.both("touch_account", address)

    @precondition(lambda self: not self.checkpoints)
    @rule(address=ADDRESSES)
    def delete_account_at_the_end_of_a_transaction(self, address):
        self.both("delete_account", address)
        self.new_transaction()

    @rule(address=ADDRESSES, slot=SLOTS)
    def warm(self, address, slot):
        self.both("mark_address_warm", address)
        self.both("mark_storage_warm", address, slot)

    @rule()
    def record(self):
        self.checkpoints.append((self.reference.record(), self.ours.record()))

    @precondition(lambda self: self.checkpoints)
    @rule(keep=st.booleans())
    def close(self, keep):
        theirs, ours = self.checkpoints.pop()
        if keep:
            self.reference.commit(theirs)
            self.ours.commit(ours)
        else:
            self.reference.discard(theirs)
            self.ours.discard(ours)

    @precondition(lambda self: not self.checkpoints)
    @rule()
    def new_transaction(self):
        self.reference.lock_changes()
        self.ours.lock_changes()

    @precondition(lambda self: not self.checkpoints)
    @rule()
    def persist(self):
        self.new_transaction()
        self.reference.persist()
        self.ours.persist()
        assert self.reference.state_root == self.ours.state_root

    @invariant()
    def reads_agree(self):
        for address in (bytes([n]) * 20 for n in range(1, 5)):
            for name in READS:
                self.both(name, address)
            self.both("is_address_warm", address)
        for address, slot in self.touched:
            self.both("get_storage", address, slot)
            self.both("is_storage_warm", address, slot)


TestBothDatabases = BothDatabases.TestCase
TestBothDatabases.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
