"""What people read: the language chosen from the setting or the environment, lines told from their facts."""

import pytest

from bank_api.protocol.kinds import LineKind
from bank_api.protocol.messages import language_of
from bank_api.protocol.shapes.member import PassbookEntry
from wallet_cli.messages import Messages


@pytest.mark.parametrize(
    ("setting", "environment", "language"),
    [
        ("ja", {}, "ja"),
        ("en", {"LANG": "ja_JP.UTF-8"}, "en"),
        (None, {"LANG": "ja_JP.UTF-8"}, "ja"),
        (None, {"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_comes_from_the_setting_or_the_environment(monkeypatch, setting, environment, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(setting) == language


def entry(kind, **facts):
    place = {"time": 1, "block_number": 1, "transaction_hash": "0x", "coins": 0, "balance": 0}
    return PassbookEntry(kind=kind, **place, **facts)


@pytest.mark.parametrize("kind", LineKind)
def test_every_kind_of_line_is_told_in_both_languages(kind):
    line = entry(kind, title="選挙調査", partner="Acme", state="given")
    assert Messages("ja").passbook_line(line) != Messages("en").passbook_line(line) != kind
    assert Messages("ja").named("kind", kind) != kind


def test_a_line_is_told_from_its_facts():
    assert Messages("ja").passbook_line(entry("answer", title="選挙調査")) == "アンケートに回答: 選挙調査"
    given = entry("consent", partner="Acme", state="given")
    assert Messages("en").passbook_line(given) == "Consent given: Acme"
    assert Messages("ja").passbook_line(entry("something-new")) == "something-new"


@pytest.mark.parametrize("seconds", [253_402_128_000, 2**40, 2**64 - 1])
def test_a_moment_that_no_calendar_has_is_told_all_the_same(seconds):
    assert Messages("en").moment(seconds) == Messages("ja").moment(seconds) == "∞"
    assert Messages("en").moment(253_402_127_999).startswith("9999-12-")
