"""The pool: order, replacement, and geth's words for each refusal."""

import pytest

from ledger.errors import LimitExceededError, TransactionError
from ledger.forks import parse_schedule
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.transactions import decode_transaction
from ledger.txpool import TRANSACTION_BYTES_MAX, TxPool

RULES = parse_schedule({"homesteadBlock": 0, "eip155Block": 0, "eip158Block": 0, "berlinBlock": 0}, 1).rules(1, 1, 1)
GAS_LIMIT = 1_000_000


class Accounts(dict):
    def __call__(self, address):
        return self.get(address, (0, 0))


@pytest.fixture
def accounts():
    return Accounts()


@pytest.fixture
def pool(accounts):
    return TxPool(accounts, waiting_max=6)


@pytest.fixture
def make(sign):
    return lambda account, nonce, **fields: decode_transaction(sign(account, nonce, **fields), RULES, DEFAULT_CHAIN_ID)


def nonces(transactions):
    return [transaction.nonce for transaction in transactions]


def test_transactions_come_out_in_the_order_of_their_nonces(pool, make, alice):
    for nonce in (2, 0, 1):
        pool.add(make(alice, nonce), GAS_LIMIT)
    assert nonces(pool.executable()) == [0, 1, 2]


def test_senders_take_their_turns_by_arrival(pool, make, alice, bob):
    pool.add(make(alice, 0), GAS_LIMIT)
    pool.add(make(bob, 0), GAS_LIMIT)
    pool.add(make(alice, 1), GAS_LIMIT)
    assert [transaction.sender.hex() for transaction in pool.executable()] == [
        alice.address[2:].lower(),
        bob.address[2:].lower(),
        alice.address[2:].lower(),
    ]


def test_a_gap_keeps_the_rest_waiting(pool, make, alice):
    pool.add(make(alice, 1), GAS_LIMIT)
    assert pool.executable() == []
    assert not pool.has_executable()
    pending, queued = pool.content()
    assert (pending, nonces(queued[bytes.fromhex(alice.address[2:])])) == ({}, [1])
    pool.add(make(alice, 0), GAS_LIMIT)
    assert nonces(pool.executable()) == [0, 1]
    assert pool.next_nonce(bytes.fromhex(alice.address[2:])) == 2


def test_what_was_sealed_is_forgotten(pool, make, alice, accounts):
    first, second = make(alice, 0), make(alice, 1)
    pool.add(first, GAS_LIMIT)
    pool.add(second, GAS_LIMIT)
    accounts[first.sender] = (1, 0)
    pool.remove_sealed((first,))
    assert pool.get(first.hash) is None
    assert nonces(pool.executable()) == [1]


def test_the_same_transaction_twice_is_already_known(pool, make, alice):
    pool.add(make(alice, 0), GAS_LIMIT)
    with pytest.raises(TransactionError, match="already known"):
        pool.add(make(alice, 0), GAS_LIMIT)


def test_a_used_nonce_is_too_low(pool, make, alice, accounts):
    accounts[bytes.fromhex(alice.address[2:])] = (3, 0)
    with pytest.raises(TransactionError, match="nonce too low: next nonce 3, tx nonce 2"):
        pool.add(make(alice, 2), GAS_LIMIT)


def test_another_transaction_with_the_same_nonce_must_pay_more(pool, make, alice, accounts):
    accounts[bytes.fromhex(alice.address[2:])] = (0, 10**18)
    pool.add(make(alice, 0, gasPrice=100), GAS_LIMIT)
    with pytest.raises(TransactionError, match="replacement transaction underpriced"):
        pool.add(make(alice, 0, gasPrice=109), GAS_LIMIT)
    better = make(alice, 0, gasPrice=110)
    pool.add(better, GAS_LIMIT)
    assert [transaction.hash for transaction in pool.executable()] == [better.hash]
    assert len(pool) == 1


def test_what_cannot_be_paid_is_refused(pool, make, alice):
    with pytest.raises(TransactionError, match=r"insufficient funds for gas \* price \+ value: balance 0, tx cost 1,"):
        pool.add(make(alice, 0, value=1), GAS_LIMIT)


def test_more_gas_than_a_block_holds_is_refused(pool, make, alice):
    with pytest.raises(TransactionError, match="exceeds block gas limit"):
        pool.add(make(alice, 0, gas=GAS_LIMIT + 1), GAS_LIMIT)


def test_an_oversized_transaction_is_refused(pool, make, alice):
    huge = make(alice, 0, data=bytes(TRANSACTION_BYTES_MAX), gas=100_000_000)
    with pytest.raises(TransactionError, match="oversized data"):
        pool.add(huge, 10**9)


def test_a_full_pool_says_so(pool, make, alice):
    for nonce in range(6):
        pool.add(make(alice, nonce), GAS_LIMIT)
    with pytest.raises(LimitExceededError, match="txpool is full"):
        pool.add(make(alice, 6), GAS_LIMIT)


def test_a_dropped_transaction_leaves_its_successors_queued(pool, make, alice):
    first = make(alice, 0)
    pool.add(first, GAS_LIMIT)
    pool.add(make(alice, 1), GAS_LIMIT)
    pool.drop(first)
    assert pool.executable() == []
    assert len(pool) == 1
