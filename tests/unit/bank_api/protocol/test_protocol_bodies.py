"""Request bodies: strict, closed, and parsed into the structs that were signed."""

import base64
import dataclasses

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bank_api.protocol.acts import SUBMISSIONS
from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import Body, from_base64
from bank_api.protocol.signed import SignedBody, schema_of
from bank_api.protocol.signed import read_signed as signed
from bank_api.routes import operator, organization, public
from chaincode.errors import MessageError
from chaincode.ids import id_from_hex, parse_address
from chaincode.typed_data import Veto, structs
from chaincode.typed_data.eip712 import SignedStruct, layout

ROUTERS = (operator, organization, public)
BODIES = sorted(
    {
        kind
        for module in ROUTERS
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Body) and kind.model_config["extra"] == "forbid"
    }
    | {one.body for one in SUBMISSIONS},
    key=lambda kind: kind.__name__,
)
STRUCTS = [kind for kind in vars(structs).values() if isinstance(kind, type) and issubclass(kind, SignedStruct)]
KEY = Account.from_key(b"\x01" * 32)
VETO = Veto(opening_id=b"\x02" * 32, owner=KEY.address, deadline=1_795_000_000)
SIGNATURE = "0x" + "11" * 32 + "22" * 32 + "1b"


def refused(action, field, rule=None):
    with pytest.raises((FieldError, MessageError)) as caught:
        action()
    assert caught.value.field == field
    assert rule is None or caught.value.rule == rule


@pytest.mark.parametrize("kind", BODIES, ids=lambda kind: kind.__name__)
def test_every_body_is_strict_and_closed(kind):
    assert kind.model_config["extra"] == "forbid"
    assert kind.model_config["strict"] is True
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        kind.model_validate({"surely_unknown": 1})


def test_there_are_bodies_to_check():
    assert len(BODIES) > 20
    assert all(issubclass(kind, BaseModel) for kind in BODIES)


@pytest.mark.parametrize("wrong", ["5", 5.0, True, None])
def test_numbers_are_not_guessed_from_other_things(wrong):
    with pytest.raises(ValidationError):
        operator.SaleBody.model_validate({"invoice_id": "0x" + "11" * 32, "coins": wrong})


@pytest.mark.parametrize("coins", [0, -1, 2**53 + 1])
def test_a_sale_is_of_at_least_one_coin(coins):
    with pytest.raises(ValidationError):
        operator.SaleBody.model_validate({"invoice_id": "0x" + "11" * 32, "coins": coins})


# ---- signed structs ----


def body_of(message=None, signature=SIGNATURE):
    return SignedBody(message=VETO.to_json() if message is None else message, signature=signature)


def test_a_signed_struct_is_parsed():
    parsed = signed(Veto, body_of(), "veto")
    assert (parsed.struct, parsed.signature) == (VETO, bytes.fromhex(SIGNATURE[2:]))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deadline": "soon"}, "deadline"),
        ({"deadline": -1}, "deadline"),
        ({"deadline": 2**64}, "deadline"),
        ({"owner": "0x12"}, "owner"),
        ({"opening_id": "0x12"}, "opening_id"),
        ({"more": 1}, "more"),
        ({"deadline": ...}, "deadline"),
    ],
)
def test_a_bent_message_is_refused_by_field(changes, field):
    message = {key: value for key, value in (VETO.to_json() | changes).items() if value is not ...}
    refused(lambda: signed(Veto, body_of(message), "veto"), f"veto.message.{field}")


@pytest.mark.parametrize(
    ("signature", "rule"),
    [
        ("0xzz", "must be 0x and 130 hex digits"),
        ("", "must be 65 bytes"),
        ("0x" + "11" * 64, "must be 65 bytes"),
        ("0x" + "11" * 64 + "05", "must end in 27 or 28"),
        ("0x" + "11" * 32 + "ff" * 32 + "1b", "must have its lower s value"),
    ],
)
def test_a_bent_signature_is_refused_by_rule(signature, rule):
    refused(lambda: signed(Veto, body_of(signature=signature), "veto"), "veto.signature", rule)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_the_schema_of_a_signed_struct_lists_exactly_its_fields(struct):
    schema = schema_of(struct).json_schema
    message = schema["properties"]["message"]
    assert list(message["properties"]) == [field.name for field in dataclasses.fields(struct)] == message["required"]
    assert message["title"] == struct.__name__
    assert message["description"]
    assert schema["required"] == ["message", "signature"]
    for name, _, kind in layout(struct).fields:
        wanted = {"bytes32": "string", "address": "string", "string": "string", "bool": "boolean"}
        shown = message["properties"][name]["type"]
        assert shown == ("array" if kind.endswith("[]") else wanted.get(kind, "integer")), name


# ---- small values ----


def test_addresses_and_ids():
    assert parse_address(KEY.address.lower(), "account") == KEY.address
    assert id_from_hex("0x" + "1f" * 32, "id") == b"\x1f" * 32
    refused(lambda: parse_address(KEY.address.swapcase(), "account"), "account")
    refused(lambda: parse_address("0x12", "account"), "account", "must be 0x and 40 hex digits")
    refused(lambda: id_from_hex("0x" + "1F" * 32, "id"), "id", "must be 0x and 64 lower-case hex digits")


@given(st.binary(max_size=200))
def test_base64_comes_back_whole(content):
    assert from_base64(base64.b64encode(content).decode(), "f", 200) == content


@pytest.mark.parametrize("text", ["a", "YQ", "YQ=", "Y Q==", "YQ==\n", "YQ-_", "ÿ"])
def test_other_spellings_of_base64_are_refused(text):
    refused(lambda: from_base64(text, "sealed_base64", 10), "sealed_base64", "must be base64 with padding")


def test_too_much_is_refused():
    text = base64.b64encode(bytes(11)).decode()
    refused(lambda: from_base64(text, "sealed_base64", 10), "sealed_base64", "must be at most 10 bytes, not 11")
