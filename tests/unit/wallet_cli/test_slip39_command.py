"""`azukari escrow slip39`: words in, a secret out, and an exit code that scripts can trust."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wallet_cli.cli import app

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "slip39_official.json").read_text())["vectors"]


def azukari(*words, given="", language="en"):
    environment = {"AZUKARI_BANK": "http://127.0.0.1:9", "AZUKARI_LANGUAGE": language}
    return CliRunner().invoke(app, ["escrow", "slip39", *map(str, words)], input=given, env=environment)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["description"])
def test_combine_judges_every_official_vector(vector):
    done = azukari("combine", "--passphrase", "TREZOR", given="\n".join(vector["mnemonics"]) + "\n")
    if vector["master_secret"]:
        assert (done.exit_code, done.stdout) == (0, vector["master_secret"] + "\n")
    else:
        assert (done.exit_code, done.stdout) == (2, "")


def test_what_split_prints_combine_reads():
    secret = "00112233445566778899aabbccddeeff"
    done = azukari("split", "--group", "2/3", "--group", "1/1", "--group-threshold", "2", given=secret)
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# group 1: any 2 of 3", "# group 2: any 1 of 1"]
    chosen = [line for at, line in enumerate(lines) if at != 2]
    assert azukari("combine", given="\n".join(chosen)).stdout == secret + "\n"
    assert json.loads(azukari("combine", "--json", given="\n".join(chosen)).stdout) == {"master_secret": secret}


@pytest.mark.parametrize(("bits", "count"), [(128, 20), (256, 33)])
def test_a_new_secret_is_made_of_as_many_bits_as_asked(bits, count):
    made = json.loads(azukari("split", "--group", "1/1", "--bits", bits, "--no-extendable", "--json").stdout)
    [[words]] = made["groups"]
    assert len(words.split()) == count
    assert len(azukari("combine", given=words).stdout.strip()) == bits // 4


@pytest.mark.parametrize(
    "words",
    [
        ("combine",),
        ("split", "--group", "2of3"),
        ("split", "--group", "1/1", "--bits", "100"),
        ("split", "--group", "1/1"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_unusable_input_is_named(words, language):
    done = azukari(*words, given="" if words[0] == "combine" else "no hex", language=language)
    assert done.exit_code == 2
    assert done.stderr
