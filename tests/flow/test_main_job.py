"""The demo as a user runs it, once straight and once with the ledger killed in the middle of the answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.stage import survey

MEMBERS = 40


def demo(folder: Path, *options: str) -> dict:
    out = folder / "out.json"
    command = [
        sys.executable,
        "-m",
        "scripts.demo",
        "--members",
        str(MEMBERS),
        "--json",
        str(out),
        "--keep",
        str(folder / "run"),
    ]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("straight"))


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("killed"), "--kill-ledger")


def check_books(result):
    first, second = result["releases"]
    day = result["second_day"]
    assert result["members"] == MEMBERS
    assert result["answers"] == MEMBERS + 1, "a guardian answered another survey for a ward"
    assert result["consents_given"] + result["consents_refused"] == MEMBERS
    assert result["consents_refused"] > 0
    assert result["consents_withdrawn"] > 0
    assert first["k"] >= 5
    assert second["k"] >= 5
    assert first["rows"] + first["suppressed"] == result["consents_given"]
    assert second["rows"] + second["suppressed"] == result["consents_given"] - result["consents_withdrawn"]
    assert result["coins_supply"] == result["coins_granted"] - result["coins_spent"]
    assert result["coins_spent"] == 15 * (result["coupons_issued"] - day["gifts"]) + day["draw_coins"]
    assert (day["ruled"], day["entries"], day["gifts"]) == (MEMBERS - 5, 12, 3)
    assert (day["accepted"], day["released"]) == (MEMBERS - 1, MEMBERS - 6), "one did not accept and was left out"
    assert result["coins_granted"] >= MEMBERS * survey.COINS
    assert 0 < result["coupons_redeemed"] <= result["coupons_issued"]
    assert result["escrow_recovered"] is True
    assert result["audit"]["verdict"] == "true"
    assert result["audit"]["transactions"] > 0
    assert result["audit"]["events"] > 6 * MEMBERS


def test_the_main_job_runs_and_the_auditor_finds_it_true(straight):
    check_books(straight)
    assert {one["attempt"] for one in straight["refused"]} >= {
        "a second answer",
        "a coupon used twice",
        "a coupon at another company's shop",
        "recovery with one share of two",
    }


def test_a_killed_ledger_loses_nothing_and_doubles_nothing(killed, straight):
    check_books(killed)
    same = ("members", "answers", "consents_given", "consents_refused", "consents_withdrawn", "coins_granted")
    assert {key: killed[key] for key in same} == {key: straight[key] for key in same}
    for key in ("coins_spent", "coins_supply", "coupons_issued", "coupons_redeemed"):
        assert killed[key] == straight[key], key
