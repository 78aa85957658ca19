"""Typed data: our encoding equals eth_account's, JSON goes both ways, bad fields and signatures are named."""

import dataclasses
import json
import string
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode import ids
from chaincode.acts import STRUCTS
from chaincode.deployment import DeployedContract, Deployment
from chaincode.errors import MessageError
from chaincode.ids import EMPTY_ID, checksummed
from chaincode.typed_data import Answer, Consent, SignedStruct, parse_signature, recover, sign
from chaincode.typed_data.eip712 import layout
from chaincode.typed_data.structs import DrawBinding, EscrowPolicy, Guardians

CONTRACTS = (
    "membership",
    "coin",
    "survey",
    "request",
    "consent",
    "disclosure",
    "coupon",
    "escrow",
    "rule",
    "draw",
    "recovery",
)
DEPLOYMENT = Deployment(
    chain_id=20170714,
    start_block=1,
    operator=checksummed("0x" + "11" * 20),
    contracts={
        name: DeployedContract(name, checksummed("0x" + f"{i + 1:02x}" * 20), EMPTY_ID, ())
        for i, name in enumerate(CONTRACTS)
    },
)
ALICE = Account.from_key(keccak(b"alice"))
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
addresses = st.binary(min_size=20, max_size=20).map(lambda b: checksummed("0x" + b.hex()))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes32[]": st.lists(st.binary(min_size=32, max_size=32), max_size=5).map(tuple),
    "address": addresses,
    "address[]": st.lists(addresses, max_size=5).map(tuple),
    "string": texts,
    "string[]": st.lists(texts, max_size=5).map(tuple),
    "bool": st.booleans(),
    **{f"uint{n}": st.integers(0, 2**n - 1) for n in (8, 32, 64, 256)},
}


def structs(kind: type[SignedStruct]) -> st.SearchStrategy[SignedStruct]:
    return st.builds(kind, **{name: VALUES[of] for name, _, of in layout(kind).fields})


any_struct = st.sampled_from(STRUCTS).flatmap(structs)


def test_each_struct_stands_in_the_file_of_the_contract_that_takes_it():
    assert {kind: kind.__module__.rpartition(".")[2] for kind in STRUCTS} == {kind: kind.CONTRACT for kind in STRUCTS}


def answer(**changes: Any) -> Answer:
    first = Answer(EMPTY_ID, ALICE.address, EMPTY_ID, "ANES 1996", EMPTY_ID, EMPTY_ID, 7, 10, 2_000_000_000)
    return dataclasses.replace(first, **changes)


@pytest.mark.parametrize("kind", STRUCTS, ids=lambda kind: kind.__name__)
@settings(max_examples=15)
@given(data=st.data())
def test_digest_equals_eth_account_for_every_struct(kind: type[SignedStruct], data: st.DataObject):
    struct = data.draw(structs(kind))
    signable = encode_typed_data(full_message=json.loads(json.dumps(struct.message(DEPLOYMENT))))
    assert struct.digest(DEPLOYMENT) == keccak(b"\x19" + signable.version + signable.header + signable.body)


@settings(max_examples=60)
@given(any_struct)
def test_json_goes_both_ways(struct: SignedStruct):
    assert type(struct).from_json(json.loads(json.dumps(struct.to_json()))) == struct


@settings(max_examples=20)
@given(any_struct)
def test_recover_names_the_signer(struct: SignedStruct):
    assert recover(struct, DEPLOYMENT, sign(struct, DEPLOYMENT, ALICE)) == ALICE.address


def test_every_struct_but_the_permit_ends_in_a_deadline_of_64_bits():
    last = {kind.__name__: layout(kind).fields[-1] for kind in STRUCTS}
    assert last.pop("Permit") == ("deadline", "deadline", "uint256")
    assert set(last.values()) == {("deadline", "deadline", "uint64")}


def test_the_message_reads_in_camel_case_and_names_its_contract():
    message = answer().message(DEPLOYMENT)
    assert message["primaryType"] == "Answer"
    assert message["domain"] == {
        "name": "Azukari survey",
        "version": "1",
        "chainId": 20170714,
        "verifyingContract": DEPLOYMENT.address("survey"),
    }
    assert list(message["message"]) == [
        "answerId", "member", "surveyId", "survey", "commitment", "recipientsHash", "items", "coins", "deadline",
    ]  # fmt: skip


def test_an_integer_beyond_json_precision_reaches_the_wallet_as_text():
    assert answer(items=2**60).message(DEPLOYMENT)["message"]["items"] == str(2**60)
    assert answer(items=2**53 - 1).message(DEPLOYMENT)["message"]["items"] == 2**53 - 1


def test_a_signature_is_bound_to_chain_contract_and_content():
    first = answer().digest(DEPLOYMENT)
    assert answer(coins=11).digest(DEPLOYMENT) != first
    assert answer().digest(dataclasses.replace(DEPLOYMENT, chain_id=1)) != first
    moved = {**DEPLOYMENT.contracts, "survey": DEPLOYMENT.contracts["coin"]}
    assert answer().digest(dataclasses.replace(DEPLOYMENT, contracts=moved)) != first


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("answer_id", b"short", "must be 32 bytes"),
        ("answer_id", "0x00", "must be 32 bytes"),
        ("member", "0x12", "must be 0x and 40 hex digits"),
        ("member", ALICE.address.lower(), "must be a checksummed address"),
        ("member", ALICE.address.swapcase().replace("0X", "0x"), "has a wrong checksum (EIP-55)"),
        ("survey", 5, "must be text"),
        ("survey", "\ud800", "must be text that UTF-8 can carry"),
        ("items", -1, "must be at least 0 and below 2^256"),
        ("items", True, "must be an integer"),
        ("coins", 2**256, "must be at least 0 and below 2^256"),
        ("deadline", 2**64, "must be at least 0 and below 2^64"),
        ("deadline", "1", "must be an integer"),
    ],
)
def test_a_bad_field_is_named_with_its_rule(field: str, value: Any, rule: str):
    with pytest.raises(MessageError) as caught:
        answer(**{field: value})
    assert (caught.value.field, caught.value.rule) == (field, rule)


def consent_json() -> dict[str, Any]:
    mask, start, end, uses, coins, deadline = 3, 1, 2, 3, 4, 5
    texts = ("I consent", "Shop", "study", ("age", "vote"))
    return Consent(
        EMPTY_ID, ALICE.address, EMPTY_ID, EMPTY_ID, *texts, mask, start, end, uses, coins, EMPTY_ID, 6, deadline
    ).to_json()


@pytest.mark.parametrize(("kind", "most"), [(Guardians, 8), (EscrowPolicy, 16), (DrawBinding, 8)])
def test_a_list_that_the_contract_does_not_read_is_refused_before_it_spoils_a_batch(kind, most):
    [(field, of)] = [(name, of) for name, _, of in layout(kind).fields if of.endswith("[]")]
    zero = {"bytes32": "0x" + "00" * 32, "address": "0x" + "00" * 20, "string": ""}
    item = zero[of.removesuffix("[]")]
    words = {name: zero.get(of, 0) for name, _, of in layout(kind).fields}
    assert len(getattr(kind.from_json(words | {field: [item] * most}), field)) == most
    with pytest.raises(MessageError, match=f"at most {most} items"):
        kind.from_json(words | {field: [item] * (most + 1)})


def test_long_texts_are_hashed_and_not_remembered():
    long = "x" * (ids.REMEMBERED_CHARACTERS_MAX + 1)
    kept = ids._text_hash.cache_info().currsize
    assert ids.text_hash(long) == keccak(long.encode())
    assert ids._text_hash.cache_info().currsize == kept


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"items": "age"}, "items", "must be a list"),
        ({"items": ["age", 4]}, "items[1]", "must be text"),
        ({"items": ["age"] * 257}, "items", "must have at most 256 items"),
        ({"extra": 1}, "extra", "is not a field of Consent"),
        ({"member": ALICE.address.lower()}, "member", f"must be written with its checksum: {ALICE.address}"),
        ({"consent_id": "0x" + "AB" * 32}, "consent_id", "must be 0x and 64 lower-case hex digits"),
        ({"consent_id": "ab" * 32}, "consent_id", "must be 0x and 64 lower-case hex digits"),
        ({"coins": 4.0}, "coins", "must be an integer"),
    ],
)
def test_from_json_names_the_field_and_the_rule(changes: dict[str, Any], field: str, rule: str):
    with pytest.raises(MessageError) as caught:
        Consent.from_json({**consent_json(), **changes})
    assert (caught.value.field, caught.value.rule) == (field, rule)


def test_from_json_wants_an_object_with_every_field():
    with pytest.raises(MessageError, match="must be an object"):
        Consent.from_json([])
    lacking = consent_json()
    del lacking["coins"]
    with pytest.raises(MessageError) as caught:
        Consent.from_json(lacking)
    assert (caught.value.field, caught.value.rule) == ("coins", "is missing")


def high_s(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.mark.parametrize(
    ("mangle", "rule"),
    [
        (lambda s: s[:64], "must be 65 bytes"),
        (lambda s: s + b"\0", "must be 65 bytes"),
        (lambda s: s[:64] + bytes([s[64] - 27]), "must end in 27 or 28"),
        (high_s, "must have its lower s value"),
        (lambda s: ORDER.to_bytes(32, "big") + s[32:], "has r or s out of range"),
        (lambda s: bytes(64) + b"\x1b", "is not a signature of any key over this message"),
    ],
)
def test_a_signature_the_contracts_would_refuse_is_refused(mangle: Any, rule: str):
    with pytest.raises(MessageError) as caught:
        recover(answer(), DEPLOYMENT, mangle(sign(answer(), DEPLOYMENT, ALICE)))
    assert (caught.value.field, caught.value.rule) == ("signature", rule)


def test_half_order_is_the_largest_s_taken():
    r = (1).to_bytes(32, "big")
    assert parse_signature(r + HALF_ORDER.to_bytes(32, "big") + b"\x1b").s == HALF_ORDER
    with pytest.raises(MessageError, match="lower s"):
        parse_signature(r + (HALF_ORDER + 1).to_bytes(32, "big") + b"\x1b")


def test_type_strings_use_plain_ascii_names():
    allowed = set(string.ascii_letters + string.digits)
    assert all(set(camel) <= allowed for kind in STRUCTS for _, camel, _ in layout(kind).fields)
