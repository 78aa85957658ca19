"""A bank that offers its members a Personium unit beside its own store."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pds_adapter.personium_simulator.server import PersoniumSimulator
from tests.unit.bank_api.town import Town


@contextmanager
def town_with(unit: PersoniumSimulator, token: str, folder: Path, **settings: str) -> Iterator[Town]:
    """The bank, whose further settings go by their names without AZUKARI_BANK_."""
    (folder / "token").write_text(token)
    stores = {"unit": {"kind": "personium", "url": unit.url, "token_file": str(folder / "token")}}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ({"STORES": json.dumps(stores)} | settings).items():
            patched.setenv(f"AZUKARI_BANK_{name}", value)
        made = Town(folder)
        yield made
        made.close()
