"""The command line itself: wallets without a bank, exit codes, streams, and help that shows how."""

import json
import os
import re
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bank_api.protocol.messages import Catalogue
from wallet_cli.bank_client import RetryPolicy
from wallet_cli.cli import app

PASSPHRASE = "correct horse battery"


@pytest.fixture
def azukari(tmp_path, monkeypatch):
    """Runs a command with a home of its own; nobody is at the terminal."""
    for name in [name for name in os.environ if name.startswith("AZUKARI_")]:
        monkeypatch.delenv(name)

    def run(*words, passphrase=PASSPHRASE, **environment):
        given = {"AZUKARI_HOME": str(tmp_path / "home"), "AZUKARI_BANK": "http://127.0.0.1:9", "LANG": "C"}
        if passphrase is not None:
            given["AZUKARI_PASSPHRASE"] = passphrase
        return CliRunner().invoke(app, [str(word) for word in words], env=given | environment)

    return run


def test_a_wallet_is_made_listed_and_shown(azukari):
    made = azukari("wallet", "new", "alice", "--kdf", "scrypt-light", "--json")
    assert made.exit_code == 0, made.stderr
    address = json.loads(made.stdout)["address"]
    listed = json.loads(azukari("wallet", "list", "--json").stdout)["wallets"]
    assert [(one["name"], one["address"]) for one in listed] == [("alice", address)]
    assert address in azukari("wallet", "show", "alice").stdout
    exported = json.loads(azukari("wallet", "export-address", "--wallet", "alice", "--json").stdout)
    assert exported["account"] == address
    assert len(exported["encryption_key"]) == 66


def test_a_private_key_is_imported_from_a_file_and_shown_nowhere(azukari, tmp_path):
    file = tmp_path / "key"
    file.write_text("0x" + "07" * 32 + "\n")
    done = azukari("wallet", "import", "bob", "--private-key-file", file, "--kdf", "scrypt-light")
    assert done.exit_code == 0, done.stderr
    assert "07" * 32 not in done.stdout + done.stderr


def test_a_v3_file_is_imported_with_its_own_passphrase(azukari, tmp_path):
    azukari("wallet", "new", "alice", "--kdf", "scrypt-light", passphrase="the old secret")
    (tmp_path / "old").write_text("the old secret\n")
    source = tmp_path / "home" / "wallets" / "alice.json"
    done = azukari(
        "wallet", "import", "carol", "--keyfile", source, "--old-passphrase-file", tmp_path / "old",
        "--kdf", "scrypt-light",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert azukari("wallet", "export-address", "--wallet", "carol").exit_code == 0


@pytest.mark.parametrize(
    ("words", "passphrase", "code", "said"),
    [
        (("wallet", "show", "nobody"), PASSPHRASE, 3, "no wallet named nobody"),
        (("wallet", "new", "alice", "--kdf", "rot13"), PASSPHRASE, 2, "--kdf: must be one of"),
        (("wallet", "new", "alice"), "short", 2, "at least 8 characters"),
        (("wallet", "new", "alice"), None, 3, "AZUKARI_PASSPHRASE"),
        (("wallet", "import", "alice"), PASSPHRASE, 2, "only one of them"),
        (("wallet", "new", "alice", "--passphrase-file", "/nowhere"), PASSPHRASE, 2, "--passphrase-file"),
        (("audit", "replay", "/nowhere"), PASSPHRASE, 2, "/nowhere/genesis.json"),
        (("member", "passbook"), PASSPHRASE, 3, "no wallet named default"),
        (("operator", "enroll", "king", "Me", "--account", "0x1"), PASSPHRASE, 2, "ROLE: must be one of"),
        (("operator", "enroll", "partner", "Me"), PASSPHRASE, 2, "--account"),
    ],
)
def test_a_refusal_has_its_exit_code_and_words_on_stderr(azukari, words, passphrase, code, said):
    done = azukari(*words, passphrase=passphrase)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr


def test_with_json_a_refusal_is_one_json_value_on_stdout(azukari):
    done = azukari("wallet", "new", "alice", "--kdf", "rot13", "--json")
    error = json.loads(done.stdout)["error"]
    assert (error["field"], error["exit_code"]) == ("--kdf", 2)
    assert error["rule"].startswith("must be one of")


def test_a_wrong_passphrase_is_named(azukari):
    azukari("wallet", "new", "alice", "--kdf", "scrypt-light")
    done = azukari("wallet", "export-address", "--wallet", "alice", passphrase="something else")
    assert done.exit_code == 3
    assert "does not open" in done.stderr
    assert "azukari recovery ask" in done.stderr
    assert "something else" not in done.stderr


def test_the_version_is_told(azukari):
    assert azukari("--version").stdout.startswith("azukari 0.")


def test_a_bank_without_encryption_elsewhere_is_refused(azukari, monkeypatch):
    monkeypatch.setattr(RetryPolicy, "wait_seconds", lambda *_: 0)
    done = azukari("bank", "--bank", "http://bank.invalid")
    assert done.exit_code == 2
    assert "must be https" in done.stderr
    assert azukari("bank", "--bank", "https://bank.invalid").exit_code == 4
    assert azukari("bank").exit_code == 4, "on this very machine nobody is on the way"


def commands(group, ctx, path=()):
    """Every command with its path, as `azukari` finds it when somebody asks for it."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, command.make_context(name, [], ctx, resilient_parsing=True), (*path, name))
        else:
            yield (*path, name), command


ROOT = get_command(app)
ALL = dict(commands(ROOT, ROOT.make_context("azukari", [], resilient_parsing=True)))


def test_every_promised_command_is_there():
    promised = {
        "wallet": "new list show import export-address",
        "member": "join surveys answer requests consent refuse withdraw consents passbook coupons buy redeem export",
        "partner": "request releases receive summary",
        "shop": "offer redemptions",
        "operator": "invite enroll top-up sell-coins release summary",
        "recovery": "guardians ask approve begin complete veto",
        "board": "requests approve refuse",
        "custodian": "shares acknowledge contribute publish-key",
        "escrow": "create open status recover veto",
        "audit": "replay show powers",
    }
    for group, names in promised.items():
        for name in names.split():
            assert (group, name) in ALL
    assert {("partner", "coupon", "publish"), ("operator", "survey", "publish")} <= set(ALL)


@pytest.mark.parametrize("path", sorted(ALL), ids=" ".join)
def test_every_command_explains_itself_by_an_example_and_offers_json(path, azukari):
    done = azukari(*path, "--help")
    assert done.exit_code == 0
    assert f"Example: azukari {' '.join(path)}" in done.stdout
    assert "--json" in done.stdout


@pytest.mark.parametrize("path", sorted({path[:end] for path in ALL for end in range(len(path) + 1)}), ids=" ".join)
def test_help_is_japanese_throughout(path, azukari):
    shown = azukari(*path, "--help", AZUKARI_LANGUAGE="ja").stdout
    assert "使い方: azukari" in shown
    assert not re.search("Usage|Options|Commands|Arguments|Example|Show this|default:|required|env var", shown)
    joined = re.sub(r"\s", "", shown)
    say = Catalogue("ja")
    assert re.sub(r"\s", "", say("-".join(("help", *(path or ("azukari",)))))) in joined
    for name in ("language", "as-json", "help") if path in ALL else ("help",):
        assert re.sub(r"\s", "", say(f"help-shared.{name}")) in joined


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mmber",), "mmber というコマンドはありません (もしかして: member)"),
        (("operator", "survey", "publish"), "FILE がありません"),
        (("member", "buy", "0x1", "--count", "none"), "--count に使えない値です"),
        (("member", "buy", "0x1", "--count", "0"), "1 以上でなければなりません"),
        (("member", "buy", "0x1", "0x2"), "余分な引数があります: 0x2"),
        (("member", "buy", "0x1", "--cuont", "2"), "--cuont というオプションはありません (もしかして: --count"),
        (("member", "buy", "0x1", "--count"), "--count の値の数が違います"),
        (("operator", "release", "0x1", "--suppression-limit", "2"), "0 以上 1 以下"),
        (("wallet", "show", "nobody"), "nobody という名前のウォレットはありません"),
        (("operator", "enroll", "king", "Me", "--account", "0x1"), "ROLE: partner, shop, board"),
    ],
)
def test_what_is_wrong_with_a_command_is_told_in_japanese(azukari, words, said):
    done = azukari(*words, "--language", "ja") if words[-1] != "--count" else azukari(*words, AZUKARI_LANGUAGE="ja")
    assert done.exit_code in (2, 3)
    assert said in done.stderr
    assert "エラー: " in done.stderr
    assert "rror:" not in done.stderr


HEAVY = ("eth_account", "eth_keyfile", "eth_utils", "web3", "vyper", "fastapi", "sqlmodel", "eth_abi", "eth", "numpy")


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("--help",), ("httpx", "pydantic", "chaincode.events")),
        (("member", "--help"), ("httpx", "chaincode.events")),
        (("wallet", "list"), ("httpx", "chaincode.events")),
        (("member", "passbook"), ("chaincode.events",)),
    ],
)
def test_a_command_imports_nothing_heavy_before_it_talks(words, more, tmp_path):
    """Its start stays quick (scripts/bench/start.py measures it): what this names costs most."""
    program = (
        "import sys\n"
        "from wallet_cli.cli import app\n"
        f"try: app({list(words)!r})\n"
        "except SystemExit: pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    environment = os.environ | {"AZUKARI_HOME": str(tmp_path), "AZUKARI_BANK": "http://127.0.0.1:9"}
    environment |= {"AZUKARI_PASSPHRASE": PASSPHRASE}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.splitlines()[-1].split())
    assert loaded.isdisjoint((*HEAVY, *more))
