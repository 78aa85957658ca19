"""What people read: the language chosen from the setting or the environment, lines told from their facts."""

import pytest

from bank_api.protocol.kinds import LineKind
from bank_api.protocol.messages import language_of
from bank_api.protocol.messages.figures import figure
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


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1e-6, "0.000001"),
        (0.0000125, "0.0000125"),
        (3, "3"),
        (2.5, "2.5"),
        (1234567, "1234570"),
        (0, "0"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_figures_are_told_in_plain_digits(value, told):
    assert figure(value) == told


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (1e-6, "1 in 1,000,000", "1,000,000 分の 1"),
        (9e-6, "9 in 1,000,000", "1,000,000 分の 9"),
        (0.0000095, "95 in 10,000,000", "10,000,000 分の 95"),
        (0.01, "1 in 100", "100 分の 1"),
        (0.0, "0", "0"),
        (1.0, "1", "1"),
    ],
)
def test_a_chance_is_told_as_so_many_in_so_many(value, english, japanese):
    assert (Messages("en").chance(value), Messages("ja").chance(value)) == (english, japanese)
