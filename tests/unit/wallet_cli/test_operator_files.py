"""Invitations, identities and surveys from files: what is wrong is named with its line or field."""

import json

import pytest

from wallet_cli.bank_client import Invitation
from wallet_cli.errors import InputError
from wallet_cli.operator_files import (
    new_code,
    read_identity,
    read_invitations,
    read_survey,
    write_invitations,
)

NOW = 1_795_000_000
SURVEY = {
    "title": "S", "description": "d", "base_coins": 1, "budget_coins": 9, "opens_at": "+0s", "closes_at": "+1d",
    "questions": [
        {"key": "age", "label": "Age", "kind": "number", "minimum": 0, "maximum": 9, "role": "harmless", "coins": 0}
    ],
}  # fmt: skip


def write(tmp_path, text):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_line_gets_a_code_and_a_line_with_one_keeps_it(tmp_path):
    path = write(tmp_path, "name,email,code\nAlice,a@x,KEEP-THIS-CODE\n Bob ,,\n")
    alice, bob = read_invitations(path, lambda size: b"\x00" * size)
    assert (alice.name, alice.email, alice.code) == ("Alice", "a@x", "KEEP-THIS-CODE")
    assert (bob.name, bob.email, bob.code) == ("Bob", None, "AAAA-AAAA-AAAA-AAAA")


def test_codes_are_eighty_bits_and_never_look_like_an_option():
    assert new_code(lambda size: b"\xff" * size) == "7777-7777-7777-7777"


def test_what_was_written_is_read_back_and_never_overwritten(tmp_path):
    invitations = [Invitation(code="A" * 12, name='Alice "A", B', email=None)]
    path = tmp_path / "codes.csv"
    write_invitations(path, invitations)
    assert read_invitations(path, lambda size: b"") == invitations
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match="not overwritten"):
        write_invitations(path, invitations)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "column named name"), ("email\na@x\n", "column named name"), ("name\nAlice\n \n", "line 3: has no name")],
)
def test_a_file_without_names_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_invitations(write(tmp_path, text), lambda size: b"")


def test_an_identity_is_read_as_export_address_prints_it(tmp_path):
    assert read_identity(write(tmp_path, '{"account": "0x1", "encryption_key": "0x2"}')) == ("0x1", "0x2")


@pytest.mark.parametrize("text", ["{}", '{"account": "0x1"}', "[]", "{"])
def test_another_file_is_no_identity(tmp_path, text):
    with pytest.raises(InputError):
        read_identity(write(tmp_path, text))


def test_a_survey_gets_an_id_and_moments_in_seconds(tmp_path):
    draft = read_survey(write(tmp_path, json.dumps(SURVEY)), NOW, lambda: "0x" + "11" * 32)
    assert draft.survey_id == "0x" + "11" * 32
    assert (draft.opens_at, draft.closes_at) == (NOW, NOW + 86_400)


def test_a_survey_keeps_its_own_id(tmp_path):
    given = SURVEY | {"survey_id": "0x" + "22" * 32}
    assert read_survey(write(tmp_path, json.dumps(given)), NOW, lambda: "").survey_id == "0x" + "22" * 32


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": None}, "title"),
        ({"closes_at": "someday"}, "closes_at: must be a date"),
        ({"colour": "red"}, "colour"),
        ({"questions": [{"key": "age"}]}, r"questions\[0\]\.label"),
    ],
)
def test_a_survey_that_breaks_a_rule_names_the_field(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read_survey(write(tmp_path, json.dumps(SURVEY | change)), NOW, lambda: "0x" + "11" * 32)
