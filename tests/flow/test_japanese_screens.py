"""A real bank's screens in Japanese: nothing English is on them but what people or organizations wrote themselves."""

import json
import os
import re
import shutil

import pytest
from typer.testing import CliRunner

from chaincode.ids import new_id, to_hex
from scripts.stage import acts
from scripts.stage.cast import PASSPHRASE, save_wallets
from wallet_cli.cli import app

SENTENCE = re.compile(r"[A-Za-z][a-z']+(?:,? [a-z][a-z']+){2,}")
"""Three words of Latin letters in a row."""
LATIN = re.compile("[A-Za-z']+")
STAYS = ("azukari ",)
"""Commands, as they are typed."""


@pytest.fixture(scope="module")
def asked(company, story):
    """One request approved and one refused; two members consent, too few for a release."""
    acts.ask(company, story)
    return story


@pytest.fixture(scope="module")
def run(stage, company, tmp_path_factory):
    home = tmp_path_factory.mktemp("wallets")
    save_wallets(home, company)
    environment = {"AZUKARI_HOME": str(home), "AZUKARI_BANK": stage.bank.url, "AZUKARI_PASSPHRASE": PASSPHRASE}

    def run(who, *words):
        return CliRunner().invoke(app, [*words, "--wallet", who, "--language", "ja"], env=environment)

    return run


def written(value):
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in written(one)]
    if isinstance(value, list):
        return [text for one in value for text in written(one)]
    return [value] if isinstance(value, str) else []


def english(screen, data=()):
    """English sentences of a screen, but for those whose words its data holds (tables wrap, so lines are no help)."""
    known = {word for text in data for word in LATIN.findall(text)}
    lines = [line for line in re.sub("[│┃]", " ", screen).splitlines() if not any(one in line for one in STAYS)]
    found = [match.group() for line in lines for match in SENTENCE.finditer(line)]
    return [one for one in found if not set(LATIN.findall(one)) <= known]


READS = [
    ("member-001", "bank"),
    ("member-001", "member", "surveys"),
    ("member-001", "member", "requests"),
    ("member-001", "member", "passbook"),
    ("member-001", "member", "coupons"),
    ("member-001", "member", "releases"),
    ("member-001", "member", "consents"),
    ("member-001", "wallet", "list"),
    ("media", "partner", "requests"),
    ("media", "partner", "releases"),
    ("media", "partner", "summary"),
    ("board", "board", "requests"),
    ("operator", "operator", "summary"),
    ("operator", "operator", "health"),
    ("guardian", "custodian", "shares"),
    ("member-001", "escrow", "status"),
    ("shop", "shop", "redemptions"),
]


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_a_screen_is_japanese(run, asked, words):
    shown, told = run(*words), run(*words, "--json")
    assert (shown.exit_code, told.exit_code) == (0, 0), shown.output + told.output
    assert re.search("[ぁ-んァ-ン一-龠]", shown.output)
    assert english(shown.output, written(json.loads(told.stdout))) == []


REFUSED = [
    ("member-001", "member", "consent", "0x12", "--yes"),
    ("member-001", "member", "withdraw", "0x12", "--yes"),
    ("member-001", "operator", "summary"),
    ("member-001", "member", "buy", "0x12", "--yes"),
    ("media", "partner", "receive", "0x12", "--out", "nowhere.csv"),
    ("media", "board", "approve", "0x12", "--note", "x"),
    ("operator", "operator", "invite", "/nowhere.csv", "--out", "/nowhere/codes.csv"),
    ("operator", "operator", "sell-coins", "0x12", "5"),
    ("guardian", "custodian", "acknowledge", "0x12"),
]


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_refusal_is_japanese(run, asked, words):
    done = run(*words)
    assert done.exit_code != 0
    assert re.search("[ぁ-ん]", done.output), done.output
    assert english(done.output) == []
    assert "英語で" not in done.output


def test_a_release_that_too_few_consented_to_is_refused_in_japanese(run, asked):
    done = run("operator", "operator", "release", asked.request_id, "--yes", "--release-id", to_hex(new_id()))
    assert done.exit_code == 1
    assert "k = " in done.output
    asked_for = json.loads(run("board", "board", "requests", "--json").stdout)
    assert english(done.output, written(asked_for)) == []  # it shows the request that it is about
    assert "英語で" not in done.output


@pytest.mark.parametrize("change", [None, "cut", "bent"])
def test_an_audit_is_japanese_whatever_it_finds(stage, run, asked, tmp_path, change):
    stage.export(tmp_path / "audit")
    chain = tmp_path / "audit" / "chain.rlp"
    whole = chain.read_bytes()
    if change == "cut":
        chain.write_bytes(whole[:-40])
    elif change == "bent":
        at = len(whole) // 2
        chain.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    done = run("member-001", "audit", "replay", str(tmp_path / "audit"))
    assert done.exit_code == (0 if change is None else 1), done.output
    assert english(done.output) == []
    shutil.rmtree(tmp_path / "audit")


def test_what_the_bank_says_of_a_broken_field_is_japanese(company, asked):
    from bank_api.protocol.messages import Catalogue
    from wallet_cli.errors import BankProblemError

    person = company.members[0]
    with pytest.raises(BankProblemError) as caught:
        person.client.session.post("/v1/consents", {"consent": {"message": {}, "signature": "0x"}, "more": os.sep})
    told = caught.value.what.told(Catalogue("ja"))
    assert re.search("[ぁ-ん]", told)
    assert english(told) == []
