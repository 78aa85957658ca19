"""What a partner keeps of a release: rows as CSV or JSON, and what they mean in words."""

import base64
import csv
import hashlib
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyarrow import parquet

from bank_api.protocol.documents.statistics import Figure, StatisticsDocument
from bank_api.protocol.shapes.requests import RequestView
from chaincode.events.request import LegalClass
from tests.unit.wallet_cli.test_release import HOMES, PARTNER, TABLE, payload, release
from wallet_cli.commands.partner import receive
from wallet_cli.delivery import check_name, dictionary, type_of, written_rows
from wallet_cli.errors import InputError
from wallet_cli.messages import Messages
from wallet_cli.release import open_release

OPENED = open_release(PARTNER, payload(), release())
FIGURES = StatisticsDocument("x", 40, 5, 1500, "00" * 32, (Figure("mean", ("age",), (), "3.1", "3.0", "3.2"),))
STATED = replace(OPENED, columns=("figure", "of", "at", "value", "low", "high"), statistics=FIGURES, loss=None)


def test_rows_are_json_where_the_name_says_so_and_csv_elsewhere():
    told = json.loads(written_rows(OPENED, Path("a.JSON")))
    assert (told["columns"], told["rows"]) == (["age", "vote"], [dict(row) for row in OPENED.rows])
    assert written_rows(OPENED, Path("a.csv")).decode() == OPENED.to_csv()


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.ODS"])
def test_no_file_is_named_as_what_it_is_not(name):
    with pytest.raises(InputError, match="spreadsheet"):
        check_name(Path(name))
    check_name(Path("rows.csv"))


def test_the_dictionary_names_each_column_and_the_method():
    told = json.loads(dictionary(Messages("en"), OPENED, {"age": "Your age", "vote": "Your vote"}))
    assert [(one["name"], one["question"], one["role"]) for one in told["columns"]] == [
        ("age", "Your age", "quasi-identifier"),
        ("vote", "Your vote", "sensitive"),
    ]
    assert (told["k"], told["left_out"], told["loss"]) == (2, 1, 0.25)
    assert "at least 2 rows" in told["method"]


def test_the_method_of_a_series_for_people_who_come_and_go_is_told_in_both_languages():
    opened = open_release(PARTNER, payload(table=TABLE | {"classes": [0, 0]}, **HOMES), release())
    told, before = (json.loads(dictionary(Messages("en"), one, {})) for one in (opened, OPENED))
    assert (told["come_and_go"], told["answers_together"]) == (True, HOMES["answers_together"])
    assert [(one["name"], one["type"]) for one in told["columns"]] == [
        ("class_of_answers", "integer"),
        ("age", "string"),
        ("vote", "integer"),
    ]
    assert ["room" in told["columns"][1]["meaning"], "by lot" in told["columns"][2]["meaning"]] == [True, True]
    files = {Path(name): written_rows(opened, Path(name)) for name in ("a.csv", "a.json", "a.parquet")}
    package = json.loads(dictionary(Messages("en"), opened, {}, files))
    for one in package["resources"]:
        assert [field["name"] for field in one["schema"]["fields"]] == ["class_of_answers", "age", "vote"]
    assert json.loads(files[Path("a.json")])["rows"][0] == {"class_of_answers": 1, "age": "18-40", "vote": 1}
    kept = parquet.read_table(io.BytesIO(files[Path("a.parquet")]))
    assert (kept.column_names[0], str(kept.schema.field(0).type)) == ("class_of_answers", "int64")
    for language, words in (
        ("en", ("homes", "drawn by lot", "batches", "rooms", "of 4 rows on average and 4 at most", "decided by lot")),
        ("ja", ("固定グループ", "抽選", "まとまって", "小組", "平均 4 行分", "くじ")),
    ):
        method = told["languages"][language]["method"]
        assert method.startswith(before["languages"][language]["method"])
        assert [word for word in words if word not in method] == []
        assert [word for word in ("whatever they answered", "関わりなく") if word in method] == []
    assert "homes" not in json.dumps(before)


def test_parquet_holds_the_same_rows_with_numbers_as_numbers():
    found = parquet.read_table(io.BytesIO(written_rows(OPENED, Path("a.parquet"))))
    assert found.to_pylist() == [dict(row) for row in OPENED.rows]
    assert str(found.schema.field("vote").type) == type_of(OPENED, "vote").replace("integer", "int64")
    assert found.schema.metadata[b"payload_root"].decode() == "0x" + OPENED.payload_root.hex()
    rows = ({"figure": "mean", "of": "age", "at": "", "value": "3.1", "low": "3.0", "high": "3.2"},)
    [figure] = parquet.read_table(io.BytesIO(written_rows(replace(STATED, rows=rows), Path("a.parquet")))).to_pylist()
    assert (figure["figure"], figure["value"], figure["high"]) == ("mean", 3.1, 3.2)


def test_without_the_library_parquet_is_refused_with_the_way_to_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="Parquet") as refused:
        written_rows(OPENED, Path("a.parquet"))
    assert "requirements/parquet.txt" in str(refused.value.hint)


def test_the_dictionary_is_a_data_package_of_the_files_in_both_languages():
    files = {Path(name): written_rows(OPENED, Path(name)) for name in ("a.csv", "a.json", "a.parquet")}
    told = json.loads(dictionary(Messages("ja"), OPENED, {"age": "Your age", "vote": "Your vote"}, files))
    assert told["$schema"].startswith("https://datapackage.org/")
    for one, (path, content) in zip(told["resources"], files.items(), strict=True):
        assert (one["path"], one["bytes"]) == (path.name, len(content))
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert [field["name"] for field in one["schema"]["fields"]] == list(OPENED.columns)
        assert one["schema"]["fields"][0]["title"] == "Your age"
    assert "at least 2 rows" in told["languages"]["en"]["method"]
    assert "匿名加工情報" in told["languages"]["ja"]["method"]
    rows = list(csv.DictReader(files[Path("a.csv")].decode().splitlines()))
    types = {field["name"]: field["type"] for field in told["resources"][0]["schema"]["fields"]}
    numbers = [row[name] for row in rows for name, kind in types.items() if kind == "integer" and row[name]]
    assert numbers
    assert all(str(int(one)) == one for one in numbers)


def test_a_notice_that_cannot_be_made_leaves_no_files_behind(tmp_path):
    """Written first, they stood in the way of the next try, which never wrote over them."""
    words = {"recipient": "Acme", "purpose": "p", "retention_days": 9}
    asked = RequestView.model_construct(
        request_id=release().request_id, items=["age"], item_labels=["Your age"], **words
    )
    shown = [release(legal_class=int(LegalClass.STATISTICAL))]
    sealed = base64.b64decode(payload().sealed_base64)
    face = SimpleNamespace(releases=lambda: shown, requests=lambda: [asked], sealed=lambda *_: sealed)
    run = SimpleNamespace(
        client=SimpleNamespace(partner=face),
        signer=SimpleNamespace(encryption=PARTNER),
        bank=SimpleNamespace(name="Azukari"),
        messages=Messages("en"),
        output=SimpleNamespace(result=lambda *_: None),
    )
    beside = {name: tmp_path / name for name in ("payload_out", "notice_out", "dictionary")}
    with pytest.raises(InputError, match="RELEASE"):
        receive(run, [tmp_path / "a.csv"], acknowledge=False, **beside)
    assert list(tmp_path.iterdir()) == []
    shown[:] = [release()]
    receive(run, [tmp_path / "a.csv"], acknowledge=False, **beside)
    assert {one.name for one in tmp_path.iterdir()} == {"a.csv", *beside}


def test_each_file_has_a_name_of_its_own_and_stands_at_or_below_the_dictionarys_folder(tmp_path):
    files = {tmp_path / name: b"" for name in ("a.csv", "b.csv", "more/c.csv", "a.json")}
    told = json.loads(dictionary(Messages("en"), OPENED, {}, files, tmp_path))
    assert [(one["name"], one["path"]) for one in told["resources"]] == [
        ("csv", "a.csv"), ("csv-2", "b.csv"), ("csv-3", "more/c.csv"), ("json", "a.json"),
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"must be in the folder of .*a\.csv, or above it"):
        dictionary(Messages("en"), OPENED, {}, files, tmp_path / "more")


def test_figures_are_explained_in_japanese_too():
    told = json.loads(dictionary(Messages("ja"), STATED, {"age": "年齢"}))
    assert (told["people"], told["epsilon"], len(told["columns"])) == (40, "1.5", 6)
    assert "差分プライバシー" in told["method"]
    assert told["questions"] == [{"name": "age", "question": "年齢"}]
