"""What the law asks for with anonymized information, word for word from the record."""

import pytest

from bank_api.protocol.shapes.requests import RequestView
from tests.unit.wallet_cli.test_release import release
from wallet_cli.errors import InputError
from wallet_cli.messages import Messages
from wallet_cli.statutory_notice import kept_with, publication, to_recipient

REQUEST = RequestView.model_construct(
    recipient="Acme Research", purpose="Turnout", item_labels=["Your age", "Your vote"], retention_days=90
)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_notices_name_what_the_record_says(language):
    say = Messages(language)
    for text in (publication(say, "Azukari", release(), REQUEST), to_recipient(say, "Azukari", release(), REQUEST)):
        assert "Azukari" in text
        assert all(item in text for item in REQUEST.item_labels)
        assert "43" in text
    told = to_recipient(say, "Azukari", release(), REQUEST)
    assert all(one in told for one in ("Acme Research", "Turnout", "90", release().payload_root, release().release_id))


def test_statistics_need_none():
    with pytest.raises(InputError, match="RELEASE"):
        publication(Messages("en"), "Azukari", release(legal_class=2), REQUEST)


def test_what_is_kept_with_a_release_is_in_both_languages():
    told = kept_with("Azukari", release(), REQUEST)
    assert "To Acme Research" in told
    assert "Acme Research 御中" in told
    with pytest.raises(InputError, match="RELEASE"):
        kept_with("Azukari", release(legal_class=2), REQUEST)
