"""The notice says everything that a consent is about, in both languages, and changes with every word of it."""

from dataclasses import replace

import pytest

from bank_api.bank import Terms
from bank_api.protocol.documents import terms
from bank_api.protocol.documents.notice import LEGAL_CLASSES, Notice
from chaincode.ids import text_hash

NOTICE = Notice(
    bank="Azukari",
    recipient="Komorebi",
    purpose="Plan the tea room",
    description="To know who drinks how much.",
    items=("Your age", "Your vote"),
    legal_class=1,
    k_minimum=5,
    coins_base=7,
    coins_per_item=3,
    valid_until=1_795_000_000,
    retention_days=90,
)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_notice_names_everything(language):
    text = NOTICE.text(language)
    form = LEGAL_CLASSES[1][0 if language == "ja" else 1]
    words = ["Azukari", "Komorebi", "Plan the tea room", "To know who drinks how much.", "Your age", "Your vote", form]
    for word in [*words, "5", "7", "3", "90", "2026-11-18 11:06 UTC"]:
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
        {"coins_base": 8},
        {"coins_per_item": 4},
        {"valid_until": 1_795_000_060},
        {"retention_days": 91},
    ],
)
def test_every_change_of_the_conditions_changes_what_is_signed(language, change):
    assert text_hash(replace(NOTICE, **change).text(language)) != text_hash(NOTICE.text(language))


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
