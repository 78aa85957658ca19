"""What the contracts' sources say in one place only."""

from __future__ import annotations

import re

from chaincode.bindings import Scope
from chaincode.build import CONTRACTS, PACKAGE, SOURCES, module_name, modules

TEXTS = {module_name(path): path.read_text(encoding="utf-8") for path in modules()}


def test_every_contract_has_a_folder_and_what_is_in_none_is_shared() -> None:
    folders = {path.name for path in (PACKAGE / SOURCES).iterdir()}
    assert folders == {*CONTRACTS, "shared"}
    assert all(f"{name}/{name}.vy" in TEXTS for name in CONTRACTS)


def test_scopes_are_numbered_in_authority_and_nowhere_else() -> None:
    numbered = re.compile(r"^(\w*SCOPE\w*): constant\(uint256\) = (\d+)$", re.MULTILINE)
    found = {name: dict(numbered.findall(text)) for name, text in TEXTS.items() if numbered.search(text)}
    assert list(found) == ["shared/authority.vy"]
    numbers = {name: int(number) for name, number in found["shared/authority.vy"].items()}
    assert numbers.pop("EVERY_SCOPE") == sum(numbers.values())
    assert numbers == {f"SCOPE_{one.name}": one.value for one in Scope}
