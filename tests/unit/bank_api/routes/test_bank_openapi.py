"""The OpenAPI document tells a stranger how to use the bank: every route in words, every signed field by name."""

import dataclasses

import pytest

from chaincode.typed_data import structs
from chaincode.typed_data.eip712 import SignedStruct

METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def document(town):
    return town.client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_every_route_is_described(operations):
    silent = [name for name, operation in operations.items() if len(operation.get("description", "")) < 15]
    assert silent == [], "give these routes a docstring"


def test_descriptions_are_sentences(operations):
    odd = [name for name, operation in operations.items() if not operation["description"].rstrip().endswith((".", ")"))]
    assert odd == []


def test_every_route_has_a_tag_and_a_version(operations):
    for name, operation in operations.items():
        assert operation["tags"], name
        assert name.split()[1].startswith("/v1/"), name


SHAPELESS = {"text/event-stream", "application/ld+json", "application/octet-stream"}
"""Whose form is not ours to describe: NGSI-LD's, and sealed bytes."""
PROBLEMS = {"400", "401", "403", "404", "409", "422", "429", "503"}


def test_every_route_says_how_it_may_refuse(operations):
    for name, operation in operations.items():
        refused = {status: found for status, found in operation["responses"].items() if status[0] in "45"}
        assert set(refused) == PROBLEMS, name
        for found in refused.values():
            assert found["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, name


def test_every_answer_has_a_shape_with_typed_fields(document, operations):
    for name, operation in operations.items():
        ((status, answered),) = [
            (code, one) for code, one in operation["responses"].items() if code[0] == "2" and code != "206"
        ]
        if status == "204" or SHAPELESS & set(answered["content"]):
            continue
        shape = resolve(document, answered["content"]["application/json"]["schema"])
        assert shape["properties"], name
        untyped = [
            field for field, found in shape["properties"].items() if not {"type", "$ref", "anyOf", "allOf"} & set(found)
        ]
        assert untyped == [], name


def test_operation_ids_are_unique(operations):
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(set(ids)) == len(ids)


def resolve(document, schema):
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def signed_fields(document):
    """Every object of the shape {message, signature} in any body: its struct's title and its schema."""
    for name, schema in document["components"]["schemas"].items():
        for field, found in schema.get("properties", {}).items():
            inner = resolve(document, found).get("properties", {})
            if "message" in inner:
                yield f"{name}.{field}", resolve(document, inner["message"])


def test_signed_bodies_list_the_fields_of_their_struct(document):
    known = {
        kind.__name__: kind
        for kind in vars(structs).values()
        if isinstance(kind, type) and issubclass(kind, SignedStruct)
    }
    found = dict(signed_fields(document))
    assert len(found) >= 16
    for where, message in found.items():
        struct = known[message["title"]]
        assert list(message["properties"]) == [field.name for field in dataclasses.fields(struct)], where
        assert message["required"] == list(message["properties"]), where


def test_ids_and_addresses_carry_examples(document):
    for where, message in signed_fields(document):
        for name, schema in message["properties"].items():
            if "pattern" in schema:
                assert schema["example"].startswith("0x"), f"{where}.{name}"


def test_every_body_field_is_typed_and_most_show_an_example(document):
    bare = []
    for name, schema in document["components"]["schemas"].items():
        for field, found in schema.get("properties", {}).items():
            if not ({"type", "$ref", "anyOf", "properties"} & set(found)):
                bare.append(f"{name}.{field}")
    assert bare == []


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ("ChallengeBody", "address"),
        ("SessionBody", "signature"),
        ("Survey", "survey_id"),
        ("Survey", "opens_at"),
        ("SaleBody", "invoice_id"),
        ("ReleaseBody", "release_id"),
        ("RecoveryBody", "encryption_key"),
        ("Invitation", "code"),
        ("Question", "key"),
        ("OrganizationBody", "role"),
        ("OrganizationBody", "encryption_key"),
        ("Survey", "language"),
        ("JoinBody", "encryption_key"),
        ("OpeningRequestBody", "recipient_key"),
    ],
)
def test_a_field_of_a_certain_form_shows_an_example(document, schema, field):
    found = document["components"]["schemas"][schema]["properties"][field]
    assert found.get("examples") or any(one.get("examples") for one in found.get("anyOf", ())), f"{schema}.{field}"


def test_the_document_says_how_to_log_in_and_how_errors_look(document):
    assert document["components"]["securitySchemes"]
    assert "RFC 9457" in document["info"]["description"]
    assert document["info"]["title"] == "Azukari"
