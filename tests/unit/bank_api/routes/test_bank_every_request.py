"""Whatever fits the API's own description is answered as it describes, to everybody: no fault of the bank, no shape of
an answer that is not written down. Schemathesis draws the requests from the OpenAPI document, the same each time."""

import json
from urllib.parse import urlsplit

import pytest
import schemathesis
from eth_account.messages import encode_defunct
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bank_api.app import api_document
from bank_api.protocol import order
from bank_api.protocol.as_of import NOT_BEFORE

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LEFT_OUT = {
    ("get", "/v1/inbox/stream"),  # it never ends
    ("get", "/v1/shop/redemptions/stream"),  # as little
    ("delete", "/v1/session"),  # whoever asks next would be a stranger
}
EXAMPLES = 6
ROLES = ("stranger", "member", "partner", "shop", "board", "custodian", "auditor", "operator")


def operations():
    document = api_document()
    for path in document["paths"].values():
        for operation in path.values():
            # Whoever names a block that is far away waits for it: that is tried elsewhere.
            operation["parameters"] = [one for one in operation.get("parameters", ()) if one.get("name") != NOT_BEFORE]
    schema = schemathesis.openapi.from_dict(document)
    found = [one.ok() for one in schema.get_all_operations()]
    return [one for one in found if (one.method, one.path) not in LEFT_OUT]


OPERATIONS = operations()


@pytest.fixture(scope="module")
def people(town):
    partner = town.organization("partner")
    made = {role: town.organization(role) for role in ("board", "custodian", "auditor")}
    made |= {"partner": partner, "shop": town.organization("shop", parent=partner), "operator": town.operator}
    return made | {"member": town.member(), "stranger": None}


def test_the_document_has_all_the_routes():
    assert len(OPERATIONS) > 100


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_every_answer_is_as_the_document_says(town, people, operation):
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(), some.sampled_from(ROLES))
    def sent(case, role):
        case.validate_response(answer_of(town, people[role], case), checks=CHECKS)

    sent()


def answer_of(town, person, case):
    """What the bank answers to a drawn request of somebody; what the operator orders is signed."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    headers = {key: value for key, value in dict(sent["headers"] or {}).items() if value is not None}
    content = sent.get("data")
    if "json" in sent:
        content, headers["Content-Type"] = json.dumps(sent["json"]).encode(), "application/json"
    if person is not None:
        headers |= person.headers
        if person.is_operator:
            headers |= ordered(town, sent["method"], urlsplit(sent["url"]).path, content or b"")
    answer = town.client.request(
        sent["method"], sent["url"], params=sent.get("params"), content=content, headers=headers
    )
    return Response.from_httpx(answer, verify=False)


def ordered(town, method, path, content):
    until = town.bank.clock() + order.SECONDS
    text = order.order_text("http://testserver", town.operator.account, method, path, content, until=until)
    signature = town.operator.signer.key.sign_message(encode_defunct(text=text)).signature
    return {order.HEADER: f"{until}.0x{bytes(signature).hex()}"}
