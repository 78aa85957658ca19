"""The notice says everything that a consent is about, in both languages, and changes with every word of it."""

from dataclasses import replace

import pytest

from bank_api.bank import Terms
from bank_api.protocol.documents import terms
from bank_api.protocol.documents.notice import Notice
from chaincode.events.request import LegalClass
from chaincode.ids import text_hash

NOTICE = Notice(
    bank="Azukari",
    recipient="Komorebi",
    purpose="Plan the tea room",
    description="To know who drinks how much.",
    items=("Your age", "Your vote"),
    legal_class=1,
    k_minimum=5,
    l_minimum=2,
    t_percent=40,
    coins_base=7,
    coins_per_item=3,
    valid_until=1_795_000_000,
    retention_days=90,
    salt="0x77",
)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_notice_names_everything(language):
    text = NOTICE.text(language)
    form = {"ja": "匿名加工情報", "en": "anonymized information"}[language]
    words = ["Azukari", "Komorebi", "Plan the tea room", "To know who drinks how much.", "Your age", "Your vote", form]
    for word in [*words, "5", "2", "40", "7", "3", "90", "0x77", "2026-11-18 11:06 UTC"]:
        assert word in text, word


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    "change",
    [
        {"bank": "Other"},
        {"recipient": "Other"},
        {"purpose": "Other"},
        {"description": "Other"},
        {"items": ("Your age",)},
        {"legal_class": 2},
        {"k_minimum": 6},
        {"l_minimum": 3},
        {"t_percent": 41},
        {"t_percent": 100},
        {"salt": "0x78"},
        {"coins_base": 8},
        {"coins_per_item": 4},
        {"valid_until": 1_795_000_060},
        {"retention_days": 91},
    ],
)
def test_every_change_of_the_conditions_changes_what_is_signed(language, change):
    assert text_hash(replace(NOTICE, **change).text(language)) != text_hash(NOTICE.text(language))


def test_a_former_wording_never_changes():
    """Consents on ledgers hold its hash."""
    found = {language: text_hash(NOTICE.text(language, "notice-text-1")).hex()[:16] for language in ("ja", "en")}
    assert found == {"ja": "e824bcad63742356", "en": "acd91609f2f3e5e2"}


def test_a_language_we_do_not_write_is_answered_in_english():
    assert NOTICE.text("fr") == NOTICE.text("en") != NOTICE.text("ja")


def test_only_anonymized_data_is_said_to_be_made_indistinguishable():
    assert "cannot be told apart" in NOTICE.text("en")
    assert "区別できない形" in NOTICE.text("ja")
    for legal_class in (2, 3):
        other = replace(NOTICE, legal_class=legal_class)
        assert "told apart" not in other.text("en")
        assert "区別できない" not in other.text("ja")


def test_a_legal_class_we_do_not_know_is_called_so():
    assert "unknown" in replace(NOTICE, legal_class=9).text("en")


def test_the_terms_hash_is_that_of_their_text():
    now = Terms(terms.STATEMENT, terms.TEXT, terms.LANGUAGE)
    assert now.hash == text_hash(terms.TEXT)
    assert now.hash != Terms(terms.STATEMENT, terms.TEXT + " ", terms.LANGUAGE).hash
    assert len(terms.STATEMENT) < 200, "a wallet shows it whole"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_values_stand_in_the_notice_as_they_are(language):
    """No grouping of digits, no escaping, no trimming: other programs must come to the same bytes."""
    odd = {"description": "  { $k }\nsecond line  ", "k_minimum": 12345, "coins_base": 67890}
    text = replace(NOTICE, **odd).text(language)
    assert all(value in text for value in ("  { $k }\nsecond line  ", "12345", "67890"))
    assert text.endswith("0x77\n")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_legal_class_has_its_words_and_another_number_is_called_unknown(language):
    said = [replace(NOTICE, legal_class=number).text(language) for number in (*LegalClass, 9)]
    assert len(set(said)) == 4
    assert {"en": "unknown", "ja": "不明"}[language] in said[-1]
