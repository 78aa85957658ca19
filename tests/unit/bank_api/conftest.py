"""One bank with its people for each module of tests (`town`)."""

import base64
from functools import partial

import pytest

from tests.unit.bank_api.person import refusal
from tests.unit.bank_api.town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory):
    """One town per test module: people are made afresh by each test, so tests do not meet."""
    made = Town(tmp_path_factory.mktemp("bank"))
    yield made
    made.close()


@pytest.fixture
def mended(town: Town):
    """The town, with its line to the ledger whole again afterwards."""
    yield town
    town.line.mend()


@pytest.fixture(scope="session")
def from_base64():
    return partial(base64.b64decode, validate=True)


@pytest.fixture(scope="session", name="refusal")
def refusal_fixture():
    """Reads a problem: `refusal(answer) == (409, "conflict")`."""
    return refusal
