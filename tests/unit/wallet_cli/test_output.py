"""Streams and tables: JSON alone on stdout, ids found by their first digits, nothing read as markup."""

import json

import pytest
from rich.panel import Panel

from bank_api.protocol.shapes.coupons import NamedAccount
from wallet_cli.errors import BankProblemError, InputError
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import Output, find_by_prefix, short

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


@pytest.mark.parametrize(("waiting", "rule"), [([], "none waits"), (IDS, "3 that fit: 0xaa11, 0xaa22, 0xbb33")])
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
