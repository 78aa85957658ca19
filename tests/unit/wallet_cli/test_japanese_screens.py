"""No English sentence on a Japanese screen: every command's help, and what is refused without a bank."""

import contextlib
import io
import re
import sys

import pytest
import typer
from typer import rich_utils
from typer.testing import CliRunner

from bank_api.cli import cli as bank
from ledger import cli as ledger
from ledger.cli_words import TITLES
from wallet_cli.cli import app as wallet

STAYS = ("azukari", "python -m chaincode deploy", "usage-")
"""Lines with these are commands, which are typed in Latin letters."""
SENTENCE = re.compile(r"[A-Za-z][a-z']+(?:,? [a-z][a-z']+){2,}")
"""Three words of Latin letters in a row."""


def english(text):
    """The English sentences of a text, but for the example that ends a command's help."""
    return [
        line
        for line in text.partition("例: ")[0].splitlines()
        if SENTENCE.search(line) and not any(one in line for one in STAYS)
    ]


def commands(command, path=(), above=None):
    """The words of each command, groups too."""
    yield path
    here = typer.Context(command, parent=above, info_name=path[-1] if path else None)
    for name in command.list_commands(here) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(here, name), (*path, name), here)


WALLET = list(commands(typer.main.get_command(wallet)))
LEDGER = list(commands(typer.main.get_command(ledger.app)))


def test_an_english_sentence_is_noticed():
    assert english("azukari bank\n  Show what is known here.\n  JSON の値を一つ") == ["  Show what is known here."]


@pytest.mark.parametrize("path", WALLET, ids=" ".join)
@pytest.mark.parametrize("place", ["before", "after"])
def test_help_of_a_command_is_japanese(path, place):
    words = ["--language", "ja", *path, "--help"] if place == "before" else [*path, "--help", "--language=ja"]
    shown = CliRunner().invoke(wallet, words)
    assert shown.exit_code == 0, shown.output
    assert re.search("[ぁ-ん]", shown.output)
    assert not english(shown.output)


@pytest.mark.parametrize("path", [(), ("serve",), ("reindex",)], ids=" ".join)
def test_help_of_the_bank_is_japanese(path):
    shown = CliRunner().invoke(bank, [*path, "--help", "--language", "ja"])
    assert (shown.exit_code, english(shown.output)) == (0, [])
    assert re.search("[ぁ-ん]", shown.output)


def run_ledger(monkeypatch, *words):
    for name in TITLES:
        monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))  # put back afterwards
    monkeypatch.setattr(sys, "argv", ["azukari-ledger", *words, "--language", "ja"])
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text), pytest.raises(SystemExit) as ended:
        ledger.main()
    return ended.value.code or 0, text.getvalue()


@pytest.mark.parametrize("path", LEDGER, ids=" ".join)
def test_help_of_the_ledger_is_japanese(monkeypatch, path):
    code, shown = run_ledger(monkeypatch, *path, "--help")
    assert (code, english(shown)) == (0, [])
    assert re.search("[ぁ-ん]", shown)


@pytest.mark.parametrize(
    ("words", "named"), [(("serve",), "--data"), (("sevre",), "sevre"), (("status", "--dota", "x"), "--dota")]
)
def test_a_command_of_the_ledger_that_is_not_understood_is_told_in_japanese(monkeypatch, words, named):
    code, shown = run_ledger(monkeypatch, *words)
    assert (code, english(shown)) == (2, [])
    assert named in shown


@pytest.mark.parametrize(
    "words",
    [
        ("wallet", "show", "nobody"),
        ("wallet", "new", "alice", "--kdf", "rot13"),
        ("wallet", "import", "alice"),
        ("audit", "replay", "/nowhere"),
        ("member", "passbook"),
        ("operator", "enroll", "partner", "Me"),
        ("member", "buy"),
        ("member", "byu"),
        ("member", "consent", "--until"),
        ("member", "answer", "0x1", "more", "words"),
        ("bank", "--bank", "http://127.0.0.1:9"),
        ("release", "dry-run", "--csv", "x.csv", "--spec", "x.toml", "--out", "o.csv", "--report", "r.json"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_japanese(monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wallet_cli.bank_client.connection.time.sleep", lambda seconds: None)
    environment = {"AZUKARI_HOME": str(tmp_path), "AZUKARI_PASSPHRASE": "correct horse"}
    shown = CliRunner().invoke(wallet, [*words, "--language", "ja"], env=environment)
    assert shown.exit_code != 0
    assert re.search("[ぁ-ん]", shown.output)
    assert not english(re.sub(r"\[Errno \d+\] [A-Za-z ]+", "", shown.output)), "the network's own words stay"


TABLE = "id,age,vote\n" + "".join(f"{number},{20 + number % 40},{number % 2}\n" for number in range(40))
SPEC = """
[columns.id]
role = "identifier"
[columns.age]
role = "quasi"
kind = "number"
[columns.vote]
role = "sensitive"
kind = "choice"
"""


@pytest.mark.parametrize(
    ("table", "spec", "k"),
    [
        (TABLE, SPEC, "100"),
        (TABLE, SPEC.replace('"quasi"', '"secret"'), "5"),
        (TABLE, SPEC.replace("columns.age", "columns.edge"), "5"),
        (TABLE, SPEC + "[columns", "5"),
        (TABLE.replace("20,", "20,,,", 1), SPEC, "5"),
    ],
)
def test_a_table_that_is_refused_is_refused_in_japanese(tmp_path, table, spec, k):
    (tmp_path / "t.csv").write_text(table)
    (tmp_path / "t.toml").write_text(spec)
    files = ("--csv", tmp_path / "t.csv", "--spec", tmp_path / "t.toml", "--out", tmp_path / "o.csv")
    words = ["release", "dry-run", *map(str, files), "--report", str(tmp_path / "r.json"), "--k", k]
    shown = CliRunner().invoke(wallet, [*words, "--language", "ja"])
    assert shown.exit_code in (2, 3), shown.output
    assert not english(re.sub(r"TOML ではありません.*", "", shown.output)), shown.output
    assert "英語で" not in shown.output
