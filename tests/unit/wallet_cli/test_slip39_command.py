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


@pytest.mark.parametrize(
    "vector", [one for one in VECTORS if not one["master_secret"]], ids=lambda one: one["description"]
)
def test_why_official_vectors_are_refused_is_said_in_japanese_and_never_in_the_librarys_words(vector):
    told = azukari("combine", given="\n".join(vector["mnemonics"]) + "\n", language="ja").stderr
    assert told.startswith("エラー: stdin")
    assert "Invalid" not in told
    assert "英語で" not in told
    assert any("ぁ" <= letter <= "龠" for letter in told.partition(": ")[2])


@pytest.mark.parametrize(
    ("given", "words", "told"),
    [
        ("", ("--group", "2/3"), "stdin: 16 進の秘密が必要です"),
        ("00" * 8, ("--group", "2/3"), "秘密は 16 バイト以上"),
        ("00" * 17, ("--group", "2/3"), "偶数のバイト数"),
        ("00" * 16, ("--group", "3/2"), "必要人数はその人数まで"),
        ("00" * 16, ("--group", "1/3"), "1/1 とし"),
        ("00" * 16, ("--group", "2/3", "--group-threshold", "2"), "要るグループの数"),
        ("00" * 16, ("--group", "2/3", "--exponent", "77"), "指数は 0 から 15"),
        ("00" * 16, ("--group", "2/3", "--passphrase", "日本"), "ASCII"),
        (b"\xff\xfe", ("--group", "2/3"), "文字(UTF-8)"),
    ],
)
def test_why_a_split_is_refused_is_said_in_japanese(given, words, told):
    done = azukari("split", *words, given=given, language="ja")
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_wrong_word_and_a_damaged_set_are_named_by_the_number_of_their_set():
    [first, second] = azukari("split", "--group", "2/2", given="00" * 16).stdout.splitlines()[1:]
    unknown, cut = second.split(), " ".join(second.split()[:9])
    unknown[4] = "zzzz"
    told = azukari("combine", given=f"{first}\n{' '.join(unknown)}", language="ja").stderr
    assert told.startswith("エラー: stdin、2 組目: 5 番目の単語 zzzz")
    assert "2 組目の言葉: 20 語以上" in azukari("combine", given=f"{first}\n{cut}", language="ja").stderr
    assert "2 組必要です。1 組あります" in azukari("combine", given=first, language="ja").stderr


def test_help_names_no_empty_default():
    told = azukari("combine", "--help", language="ja").stdout
    assert "--passphrase" in told
    assert "既定値 ]" not in told
