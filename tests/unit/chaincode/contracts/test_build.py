"""build.py and errors.py: same sources, same artifact; a changed source is never answered from the cache."""

import json
from pathlib import Path

import pytest

from chaincode import build
from chaincode.errors import BuildError, ChaincodeError, ContractRefusedError, MessageError, parse_refusal

CODE_BYTES_MAXIMUM = 24_576
"""EIP-170."""


def test_every_contract_compiles_within_the_size_every_engine_allows() -> None:
    artifacts = build.compile_all()
    assert list(artifacts) == list(build.CONTRACTS)
    for artifact in artifacts.values():
        assert len(artifact.runtime) // 2 - 1 <= CODE_BYTES_MAXIMUM
        assert artifact.natspec["dev"]["title"]


def test_a_build_is_reproducible_and_cached(tmp_path: Path) -> None:
    fresh = build.compile_contract("escrow", tmp_path)
    (stored,) = tmp_path.iterdir()
    assert stored.name == f"escrow-{fresh.source_hash[:32]}.json"
    stored.write_text(stored.read_text(encoding="utf-8").replace(fresh.runtime_hash, "from the cache"))
    assert build.compile_contract("escrow", tmp_path).runtime_hash == "from the cache"
    again = build.compile_contract("escrow", None)
    assert (again.runtime_hash, again.bytecode) == (fresh.runtime_hash, fresh.bytecode)
    assert json.loads(stored.read_text(encoding="utf-8"))["source_hash"] == again.source_hash


def test_a_changed_module_changes_the_source_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("contracts", "interfaces"):
        (tmp_path / folder).mkdir()
        for source in (build.PACKAGE / folder).iterdir():
            (tmp_path / folder / source.name).write_bytes(source.read_bytes())
    before = build.compile_contract("membership", None)
    monkeypatch.setattr(build, "PACKAGE", tmp_path)
    assert build.compile_contract("membership", None).source_hash == before.source_hash
    module = tmp_path / "contracts" / "authority.vy"
    module.write_text(module.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    changed = build.compile_contract("membership", None)
    assert changed.source_hash != before.source_hash
    module.write_text("this is no Vyper", encoding="utf-8")
    with pytest.raises(BuildError, match="membership does not compile"):
        build.compile_contract("membership", None)


def test_an_unknown_contract_is_refused() -> None:
    with pytest.raises(BuildError, match="no such contract") as caught:
        build.compile_contract("authority")
    assert caught.value.contract == "authority"


@pytest.mark.parametrize(
    ("text", "contract", "reason"),
    [
        ("coin: balance too low", "coin", "balance too low"),
        ("execution reverted: consent: rule: odd", "consent", "rule: odd"),
        ("execution reverted", "unknown", "reverted without a reason"),
        ("", "unknown", "reverted without a reason"),
        ("out of gas", "unknown", "out of gas"),
        ("no contract: at all", "unknown", "no contract: at all"),
    ],
)
def test_refusals_are_read_in_one_place(text: str, contract: str, reason: str) -> None:
    refused = parse_refusal(text)
    assert (refused.contract, refused.reason) == (contract, reason)


def test_errors_have_one_root_and_name_their_parts() -> None:
    assert isinstance(ContractRefusedError("coin", "no"), ChaincodeError)
    error = MessageError("deadline", "must be a whole number")
    assert (error.field, error.rule, str(error)) == (
        "deadline",
        "must be a whole number",
        "deadline: must be a whole number",
    )
