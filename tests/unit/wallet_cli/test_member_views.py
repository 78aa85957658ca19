"""A member's screens show what a decision needs."""

import io

import pytest
from rich.console import Console

from bank_api.protocol.shapes.releases import Expectation, Rehearsal, ReleaseReceipt
from bank_api.protocol.shapes.rows import RowPreview
from tests.unit.wallet_cli.test_release import release
from tests.unit.wallet_cli.test_signing_member import open_request
from wallet_cli.messages import Messages
from wallet_cli.own_row import Checked
from wallet_cli.views import member as views
from wallet_cli.views import organization
from wallet_cli.views.organization import made_release
from wallet_cli.views.rows import preview as previewed
from wallet_cli.views.rows import rows as rows_seen
from wallet_cli.views.statistics import expectation, loss_told

CHOICE = {"consent_id": "0x" + "cc" * 32, "state": "given", "valid_until": 1_795_000_000, "uses": 1, "uses_maximum": 4}


def shown(view):
    console = Console(file=io.StringIO(), width=200)
    console.print(view)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("language", "number", "name"),
    [("en", 1, "anonymized"), ("ja", 1, "匿名加工"), ("en", 3, "personal"), ("en", 9, "9")],
)
def test_a_member_sees_in_which_form_data_is_asked_for(language, number, name):
    assert name in shown(views.requests(Messages(language), [open_request(legal_class=number)]))


@pytest.mark.parametrize(("language", "uses", "end"), [("en", "uses", "until"), ("ja", "提供回数", "期限")])
def test_a_request_shows_what_was_consented_to_beside_its_notice(language, uses, end):
    say = Messages(language)
    told = shown(views.request_notice(say, open_request(consent=CHOICE)))
    assert [line.split()[-1] for line in told.splitlines() if uses in line] == ["1/4"]
    assert any(end in line and say.moment(1_795_000_000) in line for line in told.splitlines())
    assert say.moment(1_795_000_000) in shown(views.requests(say, [open_request(consent=CHOICE)]))


def test_before_consenting_end_uses_and_coins_are_shown_as_chosen():
    say = Messages("en")
    told = shown(views.choice(say, open_request(), 1_795_000_000, 4))
    for word in (say.moment(1_795_000_000), "4", "3", "Your age"):
        assert word in told


def test_a_request_that_awaits_an_answer_has_its_own_end_and_no_uses():
    say = Messages("ja")
    asked = CHOICE | {"state": "requested", "valid_until": 0, "uses": 0, "uses_maximum": 0}
    waiting = open_request(consent=asked)
    for view in (views.requests(say, [waiting]), views.request_notice(say, waiting)):
        assert "1970" not in shown(view)
        assert "0/0" not in shown(view)
    assert say.moment(waiting.valid_until) in shown(views.requests(say, [waiting]))
    for answered, state in ((True, "回答待ち"), (False, "先にアンケートに回答")):
        assert state in shown(views.requests(say, [open_request(consent=asked, answered=answered)]))


def test_everybody_is_told_in_words_what_a_series_began_with():
    """Operator, before and after; board and member of a request and a release that stand."""
    say = Messages("ja")
    tried = {"consents": 4, "rows": 4, "suppressed": 0, "k": 2, "loss": 0.4, "coins": 9}
    for homes, word in ((True, "固定グループ"), (False, "席"), (None, None)):
        expected = shown(expectation(say, Rehearsal(**tried, come_and_go=homes)))
        asked = shown(organization.request(say, open_request(come_and_go=homes)))
        for told in (expected, asked):
            assert ("伝え方" in told, word is None or word in told) == (homes is not None, True)
    first, later, plain = (open_request(**one) for one in ({"sensitive": ["vote"]}, {"come_and_go": False}, {}))
    assert "固定グループ" in organization.begins(say, first, True)
    assert "席" in organization.begins(say, first, False)
    assert [organization.begins(say, one, True) for one in (later, plain)] == [None, None]
    made = release(come_and_go=True)
    assert "固定グループ" in shown(views.releases(say, [made]))
    assert "固定グループ" in shown(made_release(say, ReleaseReceipt.model_construct(**made.model_dump())))
    assert "固定グループ" not in shown(views.releases(say, [release()]))
    left_out = Checked("0x1", True, {}, None)
    stands = Checked("0x1", False, {"vote": "1"}, None, 84)
    standing = shown(rows_seen(say, [(release(come_and_go=True), stands)])).replace("\n", "")
    assert ("84" in standing, "外れて" in standing) == (True, True), "whoever was left out may see a row that fits"
    tried |= {"come_and_go": True, "answers_together": 84}
    for told in (Rehearsal(**tried), Expectation(**{name: tried[name] for name in tried if name != "suppressed"})):
        assert "84" in shown(expectation(say, told))
    seen = {"request_id": "0x1", "k": 5, "consents": 9, "coins": 3, "row": {"vote": "1"}, "people": 6}
    assert "84" in shown(previewed(say, "Acme", RowPreview(**seen, answers_together=84)))
    assert "まとめて" not in shown(previewed(say, "Acme", RowPreview(**seen)))
    for homes, word in ((True, "抽選"), (False, "k 人の組")):
        assert word in shown(rows_seen(say, [(release(come_and_go=homes), left_out)]))


def test_what_a_release_lost_is_told_in_percent():
    made = ReleaseReceipt.model_construct(
        release_id="0xaa", recipient="Media", purpose="News", rows=20, suppressed=3, k=5, loss=0.3725954272775242,
        payload_root="0xbb",
    )  # fmt: skip
    assert "37.3 %" in shown(made_release(Messages("ja"), made))
    assert (loss_told(None), loss_told(0.0)) == ("", "0.0 %")
