"""What the contracts' sources say in one place only."""

from __future__ import annotations

import re

import pytest

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


PLAIN_NUMBERS = {
    "coin/purse.vy: bound", "coupon/tokens.vy: balance_of", "disclosure/book.vy: items_of", "escrow/book.vy: place",
    "rule/category.vy: place_of", "survey/book.vy: budgetLeft",
}  # fmt: skip
"""Where a number is kept as it is, not packed with others."""
WORD = re.compile(r"^(\w+): (?:public\()?HashMap\[.*\buint256\]+\)?$", re.MULTILINE)
IMPORT = re.compile(r"^from \. import (\w+)(?: as (\w+))?$", re.MULTILINE)


def words_of(module: str) -> set[str]:
    return {name for name in WORD.findall(TEXTS[module]) if f"{module}: {name}" not in PLAIN_NUMBERS}


def breaches(name: str) -> list[str]:
    """Lines of a module that take a word of another module apart, or write one."""
    found = []
    for imported, alias in IMPORT.findall(TEXTS[name]):
        for word in words_of(f"{name.split('/')[0]}/{imported}.vy"):
            kept = rf"{alias or imported}\.{word}\[.*\]"
            for function in TEXTS[name].split("\n\n\n"):
                held = re.findall(rf"(\w+): uint256 = {kept}$", function, re.MULTILINE)
                read = "|".join([kept, *(rf"\b{one}\b" for one in held)])
                apart = rf"(?:{read})\)* (?:>>|<<|&|\||\^) |[&|^] \(*(?:{read})"
                written = rf"{kept} (?:[-+|&^]?=) "
                found += [line.strip() for line in function.split("\n") if re.search(f"{apart}|{written}", line)]
    return found


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_only_the_module_that_packs_a_word_takes_it_apart_or_writes_it(name: str) -> None:
    assert breaches(name) == []


def test_breaches_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_apart = "\n\n\ndef bad():\n    draw: uint256 = draw_book.draw[drawId]\n    return (draw >> 8) & 1\n"
    for text in (taken_apart, "\n    a = draw_book.window[drawId] >> 1", "\n    draw_book.draw[drawId] += 1"):
        monkeypatch.setitem(TEXTS, "draw/draw.vy", TEXTS["draw/draw.vy"] + text)
        assert len(breaches("draw/draw.vy")) >= 1, text
        monkeypatch.undo()
    assert words_of("draw/book.vy") == {"draw", "window", "entry"}
