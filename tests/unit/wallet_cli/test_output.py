"""Streams and tables: JSON alone on stdout, ids found by their first digits, nothing read as markup."""

import json

import pytest
from rich.panel import Panel

from bank_api.protocol.shapes.coupons import NamedAccount
from wallet_cli.errors import BankProblemError, InputError
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import Excerpt, Output, find_account, find_by_prefix, short, whole
from wallet_cli.shown_lists import LISTS, ShownLists

IDS = ["0xaa11", "0xaa22", "0xbb33"]


def test_with_json_stdout_holds_the_document_and_stderr_the_talk(capsys):
    output = Output(True, Messages("en"))
    output.say("working")
    output.result({"shop": NamedAccount(account="0x1", name="カフェ"), "id": b"\x01"}, "for people")
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"shop": {"account": "0x1", "name": "カフェ"}, "id": "0x01"}
    assert "カフェ" in shown.out
    assert shown.err == "working\n"


def test_without_json_people_get_the_view(capsys):
    Output(False, Messages("en")).result({"a": 1}, table("Shops", ["name"], [["[bold]Café[/]"]]))
    shown = capsys.readouterr().out
    assert "[bold]Café[/]" in shown
    assert "{" not in shown


def test_a_problem_keeps_its_code_for_programs_and_its_hint_for_people(capsys):
    error = BankProblemError(code="conflict", status=409, detail="[no]", hint="try later")
    Output(True, Messages("en")).refusal(error)
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"] == {
        "message": "[no]", "hint": "try later", "exit_code": 1, "code": "conflict", "status": 409,
    }  # fmt: skip
    assert shown.err == "error: [no]\nhint: try later\n"


def test_no_progress_bar_outside_a_terminal(capsys):
    with Output(False, Messages("en")).progress() as bar:
        assert list(bar.track([1, 2], description="x")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_an_id_is_found_by_its_first_digits():
    assert find_by_prefix("0xb", IDS, "survey") == "0xbb33"
    assert find_by_prefix("0xAA1", IDS, "survey") == "0xaa11"


@pytest.mark.parametrize(
    ("prefix", "rule"), [("0xaa", "fits 2"), ("0xcc", "is not among"), ("0x", "is not among"), ("", "empty")]
)
def test_none_and_several_are_refused(prefix, rule):
    with pytest.raises(InputError, match=rule):
        find_by_prefix(prefix, IDS, "survey")


def test_without_an_id_the_only_one_that_waits_is_meant():
    assert find_by_prefix(None, IDS, "REQUEST", ["0xbb33"]) == "0xbb33"
    assert find_by_prefix(None, IDS[:1], "REQUEST") == "0xaa11"
    assert find_by_prefix("0xaa1", IDS, "REQUEST", ["0xbb33"]) == "0xaa11"


@pytest.mark.parametrize(("waiting", "rule"), [([], "nothing fits"), (IDS, "3 that fit: 0xaa11, 0xaa22, 0xbb33")])
def test_without_an_id_none_and_several_are_refused(waiting, rule):
    with pytest.raises(InputError, match=rule):
        find_by_prefix(None, IDS, "REQUEST", waiting)


def test_what_is_shown_short_is_long_enough_to_be_typed_back():
    identifier = "0x" + "5a" * 32
    assert find_by_prefix(short(identifier), [identifier], "x") == identifier


def test_facts_show_nothing_for_nothing(capsys):
    Output(False, Messages("en")).result({}, facts("T", [("a", None), ("b", 0)]))
    assert "None" not in capsys.readouterr().out


def test_what_a_person_signs_is_wrapped_and_never_cut(capsys):
    words = " ".join(f"word{number}" for number in range(200))
    Output(False, Messages("en")).show(Panel(words, title="Terms"))
    shown = capsys.readouterr().err
    assert all(f"word{number}" in shown for number in range(200))


def test_long_facts_run_on_so_that_they_can_be_copied(capsys):
    Output(False, Messages("en")).result({}, facts("T", [("名前", "x" * 300), ("b", "one\ntwo")]))
    lines = capsys.readouterr().out.split("\n")
    assert lines[1] == "  名前  " + "x" * 300
    assert lines[2:4] == ["  b     one", "        two"]


def ids_table(*ids):
    return table("Requests", ["id", "what"], [(short(one), f"row {place}") for place, one in enumerate(ids)])


@pytest.fixture
def lists(tmp_path):
    token = LISTS.set(ShownLists(tmp_path, "http://bank.example", "alice"))
    yield LISTS.get()
    LISTS.reset(token)


LONG = ["0x" + digit * 64 for digit in "abcdef"]


def test_a_number_means_the_row_that_was_seen_under_it(capsys, lists):
    output = Output(False, Messages("en"))
    output.result({"requests": LONG[:3]}, ids_table(*LONG[:3]))
    shown = capsys.readouterr().out
    assert [line.split()[1] for line in shown.splitlines() if "row" in line] == ["1", "2", "3"]
    assert find_by_prefix("2", LONG, "REQUEST") == LONG[1]
    output.result({"consents": LONG[4:]}, ids_table(*LONG[4:]))
    assert find_by_prefix("2", LONG[:3], "REQUEST") == LONG[1], "another kind of list does not stand in the way"
    output.result({"requests": LONG[:2][::-1]}, ids_table(*LONG[:2][::-1]))
    assert find_by_prefix("2", LONG[:3], "REQUEST") == LONG[0], "the latest list is meant"
    with pytest.raises(InputError, match="no list that you saw last has a number 9"):
        find_by_prefix("9", LONG, "REQUEST")


def test_digits_may_begin_an_id_that_has_no_0x(capsys, lists):
    documents = ["4711" + "a" * 60, "2" + "b" * 63]
    assert find_by_prefix("4711", documents, "DOCUMENT") == documents[0]
    assert find_by_prefix("2", documents, "DOCUMENT") == documents[1]
    Output(False, Messages("en")).result({}, ids_table(*documents[::-1]))
    assert find_by_prefix("2", documents, "DOCUMENT") == documents[0], "what was seen under the number goes first"
    with pytest.raises(InputError, match="is not among"):
        find_by_prefix("99", documents, "DOCUMENT")


def test_numbers_are_of_one_wallet_and_survive_a_broken_file(capsys, lists, tmp_path):
    Output(False, Messages("en")).result({}, ids_table(*LONG))
    other = ShownLists(tmp_path, "http://bank.example", "bob")
    assert (lists.find(1, LONG), other.find(1, LONG)) == (LONG[0], None)
    (file,) = (tmp_path / "lists").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("{")
    assert lists.find(1, LONG) is None
    Output(False, Messages("en")).result({}, ids_table(*LONG[1:]))
    assert lists.find(1, LONG) == LONG[1]


def test_programs_change_no_numbers(capsys, lists):
    Output(False, Messages("en")).result({}, ids_table(*LONG[:2]))
    Output(True, Messages("en")).result({}, ids_table(*LONG[2:]))
    assert lists.find(1, LONG) == LONG[0]


def test_an_account_is_found_by_its_number(capsys, lists):
    account = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
    with pytest.raises(InputError, match="no list"):
        find_account("1", "ACCOUNT")
    Output(False, Messages("en")).result({}, table("People", ["account"], [(whole(account),)]))
    Output(False, Messages("en")).result({}, ids_table(*LONG))
    assert find_account("1", "ACCOUNT") == find_account(account, "ACCOUNT") == account
    with pytest.raises(InputError, match="ACCOUNT"):
        find_account("0x7E", "ACCOUNT")


def test_a_page_keeps_the_numbers_of_the_whole_list(capsys, lists):
    output = Output(False, Messages("en"), Excerpt(page=2, limit=2))
    output.result({"requests": LONG}, ids_table(*LONG))
    shown = capsys.readouterr()
    assert [line.split()[1] for line in shown.out.splitlines() if "row" in line] == ["3", "4"]
    assert "--page 3" in shown.err
    assert find_by_prefix("4", LONG, "REQUEST") == LONG[3]


@pytest.mark.parametrize(
    ("excerpt", "rows"),
    [
        (Excerpt(), [0, 1, 2, 3, 4, 5]),
        (Excerpt(find="ROW 3"), [3]),
        (Excerpt(find="cccc"), [2]),
        (Excerpt(find="nothing of it"), []),
        (Excerpt(limit=2), [0, 1]),
        (Excerpt(page=3, limit=2), [4, 5]),
        (Excerpt(page=4, limit=2), []),
        (Excerpt(find="row", page=2, limit=5), [5]),
        (Excerpt(page=2), []),
    ],
)
def test_of_a_list_programs_get_the_same_rows(capsys, excerpt, rows):
    Output(True, Messages("en"), excerpt).result({"requests": LONG, "more": 1}, ids_table(*LONG))
    assert json.loads(capsys.readouterr().out) == {"requests": [LONG[row] for row in rows], "more": 1}


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Requests: nothing here"), ("ja", "Requests: 何もありません")]
)
def test_an_empty_list_says_so(capsys, language, sentence):
    Output(False, Messages(language)).result({"requests": []}, ids_table())
    assert capsys.readouterr().out.strip() == sentence
