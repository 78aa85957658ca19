"""build.py and errors.py: same sources, same artifact; a changed source is never answered from the cache."""

import json
import shutil
from pathlib import Path

import pytest
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.phases import CompilerData

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
    usual = build.compile_contract("escrow")
    fresh = build.compile_contract("escrow", tmp_path)
    assert (fresh.runtime_hash, fresh.bytecode) == (usual.runtime_hash, usual.bytecode)
    (stored,) = tmp_path.iterdir()
    assert stored.name == f"escrow-{fresh.source_hash[:32]}.json"
    assert json.loads(stored.read_text(encoding="utf-8"))["source_hash"] == usual.source_hash
    stored.write_text(stored.read_text(encoding="utf-8").replace(fresh.runtime_hash, "from the cache"))
    assert build.compile_contract("escrow", tmp_path).runtime_hash == "from the cache"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources that a test may change; builds read it."""
    for folder in ("contracts", "interfaces"):
        shutil.copytree(build.PACKAGE / folder, tmp_path / folder)
    monkeypatch.setattr(build, "PACKAGE", tmp_path)
    return tmp_path


def _hashes() -> dict[str, str]:
    return {name: build._source_hash(name) for name in build.CONTRACTS}


def _append(source: Path, text: str) -> None:
    source.write_text(source.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "importers"),
    [
        ("contracts/shared/authority.vy", set(build.CONTRACTS)),
        ("contracts/coin/book.vy", {"coin"}),
        ("contracts/shared/item_bits.vy", {"request", "consent", "disclosure", "escrow", "rule"}),
        ("contracts/consent/hold.vy", {"consent"}),
        ("contracts/request/request.vy", {"request"}),
        ("interfaces/IRule.vyi", {"consent", "rule"}),
        ("interfaces/IConsent.vyi", {"consent", "disclosure", "coupon"}),
    ],
)
def test_a_changed_source_changes_the_hash_of_its_importers_and_of_nobody_else(
    sources: Path, changed: str, importers: set[str]
) -> None:
    before = _hashes()
    _append(sources / changed, "\n# changed\n")
    after = _hashes()
    assert {name for name in build.CONTRACTS if after[name] != before[name]} == importers


def test_the_hash_covers_every_file_that_the_compiler_reads() -> None:
    for name in build.CONTRACTS:
        source = build.source_of(name)
        read = {source}
        bundle = FilesystemInputBundle([build.PACKAGE])
        data = CompilerData(bundle.load_file(source), input_bundle=bundle)
        read |= {Path(one.resolved_path) for one in data.resolved_imports.compiler_inputs.values()}
        assert {path for path in read if path.is_relative_to(build.PACKAGE)} == build.sources_of(name)


def test_a_changed_module_is_not_answered_from_the_cache(sources: Path) -> None:
    build.compile_contract("draw")
    (sources / "contracts" / "draw" / "lottery.vy").write_text("this is no Vyper", encoding="utf-8")
    with pytest.raises(BuildError, match="draw does not compile"):
        build.compile_contract("draw")


@pytest.mark.parametrize(
    "line", ["from . import nowhere", "from ..shared import nowhere", "from interfaces import INowhere"]
)
def test_an_import_that_leads_nowhere_is_refused(sources: Path, line: str) -> None:
    _append(sources / "contracts" / "draw" / "lottery.vy", f"\n{line}\n")
    with pytest.raises(BuildError, match=r"draw/lottery\.vy imports .*, which is not there"):
        build.compile_contract("draw", None)


@pytest.mark.parametrize(
    "line", ["import authority", "from .. import purse", "from ..coin import purse", "from . import book, lottery"]
)
def test_an_import_in_another_form_is_refused_since_its_changes_would_go_unseen(sources: Path, line: str) -> None:
    _append(sources / "contracts" / "draw" / "lottery.vy", f"\n{line}\n")
    with pytest.raises(BuildError, match=r"draw/lottery\.vy has an import that is not understood"):
        build.compile_contract("draw", None)


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
