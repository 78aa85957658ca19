"""What a partner keeps of a release: rows as CSV or JSON, and what they mean in words."""

import json
from dataclasses import replace
from pathlib import Path

from bank_api.protocol.documents.statistics import Figure, StatisticsDocument
from tests.unit.wallet_cli.test_release import PARTNER, payload, release
from wallet_cli.delivery import dictionary, written_rows
from wallet_cli.messages import Messages
from wallet_cli.release import open_release

OPENED = open_release(PARTNER, payload(), release())
FIGURES = StatisticsDocument("x", 40, 5, 1500, "00" * 32, (Figure("mean", ("age",), (), "3.1", "3.0", "3.2"),))
STATED = replace(OPENED, columns=("figure", "of", "at", "value", "low", "high"), statistics=FIGURES, loss=None)


def test_rows_are_json_where_the_name_says_so_and_csv_elsewhere():
    told = json.loads(written_rows(OPENED, Path("a.JSON")))
    assert (told["columns"], told["rows"]) == (["age", "vote"], [dict(row) for row in OPENED.rows])
    assert written_rows(OPENED, Path("a.csv")).decode() == OPENED.to_csv()


def test_the_dictionary_names_each_column_and_the_method():
    told = json.loads(dictionary(Messages("en"), OPENED, {"age": "Your age", "vote": "Your vote"}))
    assert [(one["name"], one["question"], one["role"]) for one in told["columns"]] == [
        ("age", "Your age", "quasi-identifier"),
        ("vote", "Your vote", "sensitive"),
    ]
    assert (told["k"], told["left_out"], told["loss"]) == (2, 1, 0.25)
    assert "at least 2 rows" in told["method"]


def test_figures_are_explained_in_japanese_too():
    told = json.loads(dictionary(Messages("ja"), STATED, {"age": "年齢"}))
    assert (told["people"], told["epsilon"], len(told["columns"])) == (40, "1.5", 6)
    assert "差分プライバシー" in told["method"]
    assert told["questions"] == [{"name": "age", "question": "年齢"}]
