"""Answers from a file, from pairs and from a person who mistypes."""

import pytest

from bank_api.protocol.documents.survey import Survey
from wallet_cli.errors import InputError
from wallet_cli.messages import Messages
from wallet_cli.questions import ask_values, given_values

SURVEY = Survey.from_json(
    {
        "survey_id": "0x" + "5a" * 32, "title": "S", "base_coins": 0, "opens_at": 0, "closes_at": 9, "budget_coins": 0,
        "description": "d", "language": "en",
        "questions": [
            {"key": "age", "label": "Your age", "kind": "number", "minimum": 18, "maximum": 99,
             "role": "quasi-identifier", "required": True, "coins": 0},
            {"key": "vote", "label": "Your vote", "kind": "choice", "role": "sensitive", "required": False, "coins": 0,
             "choices": [{"value": 0, "label": "Clinton"}, {"value": 1, "label": "Dole"}]},
        ],
    }
)  # fmt: skip


def test_pairs_win_over_the_file(tmp_path):
    file = tmp_path / "values.json"
    file.write_text('{"age": 20, "vote": 0}')
    assert given_values(SURVEY, file, ["age=41"]) == {"age": 41, "vote": 0}
    assert given_values(SURVEY, None, ["age=41"]) == {"age": 41}


@pytest.mark.parametrize(
    ("text", "pairs", "said"),
    [
        ("{", [], "cannot be read as JSON"),
        ("[1]", [], "one JSON object"),
        ("{}", ["age"], "must be key=value"),
        ("{}", ["age=old"], "values.age: must be a whole number"),
        ('{"age": 1.5}', [], "values.age: must be a whole number"),
        ('{"age": 17}', [], "values.age: must be from 18 to 99"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, text, pairs, said):
    file = tmp_path / "values.json"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        given_values(SURVEY, file, pairs)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        given_values(SURVEY, tmp_path / "nowhere", [])


def ask(lines, language="en"):
    typed, prompts, complaints = iter(lines), [], []

    def one(prompt):
        prompts.append(prompt)
        return next(typed)

    return ask_values(SURVEY, one, complaints.append, Messages(language)), prompts, complaints


def test_a_person_is_asked_again_until_the_answer_fits():
    values, prompts, complaints = ask(["", "old", "17", " 41 ", "2", "1"])
    assert values == {"age": 41, "vote": 1}
    assert len(prompts) == 6
    assert complaints == [
        "This question must be answered.",
        "Please answer with: whole number from 18 to 99",
        "Please answer with: whole number from 18 to 99",
        "Please answer with: 0=Clinton / 1=Dole",
    ]


def test_an_empty_line_skips_what_need_not_be_answered():
    values, prompts, _ = ask(["41", ""], "ja")
    assert values == {"age": 41}
    assert "18 から 99 の整数" in prompts[0]
    assert "空欄で飛ばします" in prompts[1]
    assert "空欄" not in prompts[0]


def test_a_prompt_shows_the_choices():
    _, prompts, _ = ask(["41", "0"])
    assert "[2/2] Your vote" in prompts[1]
    assert "0=Clinton / 1=Dole" in prompts[1]


def test_errors_name_the_question():
    with pytest.raises(InputError) as refusal:
        given_values(SURVEY, None, ["age=100"])
    assert (refusal.value.field, refusal.value.exit_code) == ("values.age", 2)
