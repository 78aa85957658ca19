"""Transactions: the sender is who signed, and each malformed kind is refused in geth's words."""

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from ledger import rlp_codec
from ledger.errors import TransactionError
from ledger.forks import parse_schedule
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.recover import CURVE_ORDER, HALF_CURVE_ORDER
from ledger.transactions import decode_transaction, in_block

FORKS_TO_BERLIN = {"homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0, "berlinBlock": 0}
BERLIN = parse_schedule(FORKS_TO_BERLIN, 1).rules(1, 1, 1)
LONDON = parse_schedule({**FORKS_TO_BERLIN, "londonBlock": 0}, 1).rules(1, 1, 1)
FRONTIER = parse_schedule({}, 1).rules(1, 1, 1)


def decode(raw, rules=BERLIN, chain_id=DEFAULT_CHAIN_ID):
    return decode_transaction(raw, rules, chain_id)


def test_a_legacy_transaction_gives_its_sender_and_hash(sign, alice):
    signed = alice.sign_transaction(
        {"nonce": 7, "to": b"\x01" * 20, "gas": 21_000, "gasPrice": 0, "value": 5, "chainId": DEFAULT_CHAIN_ID}
    )
    transaction = decode(bytes(signed.raw_transaction))
    assert transaction.sender == bytes.fromhex(alice.address[2:])
    assert transaction.hash == bytes(signed.hash)
    assert (transaction.nonce, transaction.type, transaction.replay_protected) == (7, 0, True)


def test_an_access_list_transaction_gives_its_sender(sign, alice):
    raw = sign(alice, 0, accessList=[{"address": "0x" + "11" * 20, "storageKeys": ["0x" + "00" * 32]}])
    transaction = decode(raw)
    assert transaction.type == 1
    assert transaction.sender == bytes.fromhex(alice.address[2:])
    assert in_block(raw) == rlp_codec.encode(raw)
    legacy = sign(alice, 0)
    assert in_block(legacy) == legacy


def test_a_dynamic_fee_transaction_needs_london(sign, alice):
    raw = sign(alice, 0, maxFeePerGas=5, maxPriorityFeePerGas=1)
    assert decode(raw, LONDON).type == 2
    with pytest.raises(TransactionError, match="transaction type not supported"):
        decode(raw, BERLIN)


def test_an_unprotected_transaction_is_recognised(alice):
    signed = alice.sign_transaction({"nonce": 0, "to": b"\x01" * 20, "gas": 21_000, "gasPrice": 0, "value": 0})
    transaction = decode(bytes(signed.raw_transaction), FRONTIER)
    assert transaction.sender == bytes.fromhex(alice.address[2:])
    assert not transaction.replay_protected


def test_another_chain_is_refused(sign, alice):
    with pytest.raises(TransactionError, match="invalid chain id for signer: have 5 want"):
        decode(sign(alice, 0, chain_id=5))


def test_gas_below_the_intrinsic_cost_is_refused(sign, alice):
    with pytest.raises(TransactionError, match="intrinsic gas too low: gas 20999, minimum needed 21000"):
        decode(sign(alice, 0, gas=20_999))


def test_the_mirrored_signature_is_refused(sign, alice):
    parts = rlp_codec.decode(sign(alice, 0))
    parts[8] = rlp_codec.integer_bytes(CURVE_ORDER - int.from_bytes(parts[8], "big"))
    assert int.from_bytes(parts[8], "big") > HALF_CURVE_ORDER
    with pytest.raises(TransactionError, match="invalid transaction v, r, s values"):
        decode(rlp_codec.encode(parts))


@pytest.mark.parametrize("field", [7, 8])
def test_a_zero_in_the_signature_is_refused(sign, alice, field):
    parts = rlp_codec.decode(sign(alice, 0))
    parts[field] = b""
    with pytest.raises(TransactionError, match="invalid transaction v, r, s values"):
        decode(rlp_codec.encode(parts))


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", b"\x01", b"\x02\xc0", b"\x7f\xc0", b"\x80", b"\xc0", b"\xc1\x80", b"\xf8\x00", b"\xff" * 9],
)
def test_garbage_is_refused(raw):
    with pytest.raises(TransactionError):
        decode(raw)


def test_bytes_after_the_end_are_refused(sign, alice):
    with pytest.raises(TransactionError, match="rlp"):
        decode(sign(alice, 0) + b"\x00")


def test_a_leading_zero_in_a_number_is_refused(sign, alice):
    parts = rlp_codec.decode(sign(alice, 1))
    parts[0] = b"\x00\x01"
    with pytest.raises(TransactionError, match="rlp"):
        decode(rlp_codec.encode(parts))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_escape_as_another_error(raw):
    try:
        decode(raw)
    except TransactionError:
        return
    pytest.fail("random bytes were taken for a transaction")


@given(
    key=st.integers(min_value=1, max_value=CURVE_ORDER - 1), nonce=st.integers(0, 2**32), data=st.binary(max_size=64)
)
def test_whoever_signed_is_the_sender(key, nonce, data):
    account = Account.from_key(key.to_bytes(32, "big"))
    body = {"nonce": nonce, "to": b"\x02" * 20, "gas": 90_000, "gasPrice": 0, "value": 0, "data": data}
    raw = bytes(account.sign_transaction({**body, "chainId": DEFAULT_CHAIN_ID}).raw_transaction)
    assert decode(raw).sender == bytes.fromhex(account.address[2:])
