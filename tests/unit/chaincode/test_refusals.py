"""refusals.py: the list of what contracts say when they refuse is what their sources say, no more and no less."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from chaincode.build import CONTRACTS, module_name, modules
from chaincode.refusals import RULES, declared

LITERAL = re.compile(rf'"({"|".join(CONTRACTS)}): ([^"\n]+)"')
FUNCTION = re.compile(r"^def (\w+)\(.*?(?=^(?:@|def |# ----)|\Z)", re.MULTILINE | re.DOTALL)
OWN = re.compile(r'self\.reason\("([^"]+)"\)')

TEXTS = {module_name(path): path.read_text(encoding="utf-8") for path in modules()}
AUTHORITY = {found[1]: found[0] for found in FUNCTION.finditer(TEXTS["shared/authority.vy"])}


def in_authoritys_name(function: str) -> set[str]:
    """What a function of authority says in the name of the contract that calls it, itself or through another."""
    body = AUTHORITY[function]
    called = {name for name in AUTHORITY if name != function and f"self.{name}(" in body}
    return set(OWN.findall(body)).union(*(in_authoritys_name(name) for name in called))


def said() -> Iterator[tuple[str, str]]:
    for name, text in TEXTS.items():
        yield from LITERAL.findall(text)
        folder = name.split("/")[0]
        for function in AUTHORITY if folder != "shared" else ():
            if f"authority.{function}(" in text:
                yield from ((folder, rule) for rule in in_authoritys_name(function))


def test_the_list_is_what_the_sources_say() -> None:
    found: dict[str, set[str]] = {name: set() for name in CONTRACTS}
    for contract, rule in said():
        found[contract].add(rule)
    assert {name: sorted(rules) for name, rules in found.items()} == {n: sorted(r) for n, r in RULES.items()}


def test_what_authority_says_is_found_through_the_functions_that_call_it() -> None:
    assert in_authoritys_name("only_operator") == {"not the operator"}
    assert in_authoritys_name("actor") == {"deadline passed", "signature malformed"}
    assert in_authoritys_name("signer") == set()


def test_every_reason_has_room_in_a_reverts_text() -> None:
    assert all(len(f"{contract}: {rule}") <= 64 for contract, rules in RULES.items() for rule in rules)


def test_a_quoted_reason_must_be_one() -> None:
    assert declared("membership: already a member") == "membership: already a member"
    assert declared("already a member") == "already a member", "without its contract: one that some contract says"
    for unknown in ("coin: already a member", "already a customer", "membership: ", ""):
        with pytest.raises(ValueError, match="no contract refuses with"):
            declared(unknown)
