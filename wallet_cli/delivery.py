"""A verified release as files for its partner: rows as CSV, JSON or Parquet, and a data dictionary that names them all.

The dictionary is a Data Package (datapackage.org, version 2): each file is a resource with its hash and a Table Schema,
which other programs read. What each column means and how the release was made stands there in words, in both languages.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.release import read_payload
from bank_api.protocol.messages import LANGUAGES
from bank_api.protocol.messages.figures import figure
from bank_api.protocol.messages.said import said
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.messages import Messages
from wallet_cli.release import OpenedRelease

CSV, JSON, PARQUET = ".csv", ".json", ".parquet"
MEDIA_TYPES = {CSV: "text/csv", JSON: "application/json", PARQUET: "application/vnd.apache.parquet"}
SPREADSHEETS = {".xls", ".xlsx", ".ods", ".numbers"}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIGURE_TYPES = {"value": "number", "low": "number", "high": "number"}


@dataclass(frozen=True)
class Column:
    """What is known of a column besides its values; `meaning` is a message."""

    name: str
    meaning: str
    type: str
    """Of Table Schema: string, integer or number."""
    question: str | None = None
    kind: str | None = None
    role: str | None = None


def written_rows(opened: OpenedRelease, out: Path) -> bytes:
    """As the file's name says: JSON for .json, Parquet for .parquet, else CSV."""
    form = form_of(out)
    if form == JSON:
        names, rows = opened.written
        return _text({"columns": list(names), "rows": [dict(row) for row in rows]})
    return parquet(opened) if form == PARQUET else opened.to_csv().encode()


def check_name(out: Path) -> None:
    """Raises InputError for the name of a form that is not written here: it would hold CSV, and not open."""
    if out.suffix.lower() in SPREADSHEETS:
        raise InputError("--out", said("rule-no-spreadsheet", file=str(out)), said("hint-spreadsheet"))


def form_of(out: Path) -> str:
    form = out.suffix.lower()
    return form if form in MEDIA_TYPES else CSV


def parquet(opened: OpenedRelease) -> bytes:
    """One column each, numbers as numbers. Raises InputError where the library for it was not installed."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError("--out", said("rule-needs-parquet"), said("hint-install-parquet")) from error
    kinds = {"integer": arrow.int64(), "number": arrow.float64(), "string": arrow.string()}
    fields, columns = [], []
    names, rows = opened.written
    for name in names:
        values, kind = [row[name] for row in rows], type_of(opened, name)
        fields.append(arrow.field(name, kinds[kind], nullable=True))
        columns.append(arrow.array([_as(value, kind) for value in values], kinds[kind]))
    about = {"release_id": opened.release_id, "payload_root": to_hex(opened.payload_root)}
    sink = arrow.BufferOutputStream()
    pyarrow.parquet.write_table(arrow.Table.from_arrays(columns, schema=arrow.schema(fields, about)), sink)
    return bytes(sink.getvalue().to_pybytes())


def type_of(opened: OpenedRelease, name: str) -> str:
    """Of Table Schema, as the rows show it: a column is of numbers where every value is one."""
    if opened.statistics is not None:
        return FIGURE_TYPES.get(name, "string")
    if name == opened.class_column:
        return "integer"
    values = [row[name] for row in opened.rows if row[name] is not None]
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "integer"
    is_number = values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return "number" if is_number else "string"


def _as(value: Any, kind: str) -> Any:
    """In the column's type; figures stand as text in a release, as they were signed."""
    if value is None or value == "":
        return None
    return str(value) if kind == "string" else float(value) if kind == "number" else value


def dictionary(
    say: Messages,
    opened: OpenedRelease,
    labels: Mapping[str, str],
    files: Mapping[Path, bytes] | None = None,
    folder: Path = Path(),
) -> bytes:
    """What each column is and how the release was made, to be kept in `folder`. `labels` are the questions by their
    keys. Raises InputError for a file outside of it, which a Data Package cannot name."""
    columns, facts, *method = _described(opened, labels)
    told: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"release-{opened.release_id[2:18]}",
        "title": say("delivery-title", release=opened.release_id),
        "description": _method(say, method),
        "resources": _resources(say, files or {}, folder, columns),
        "release_id": opened.release_id,
        "payload_root": to_hex(opened.payload_root),
        "rows": len(opened.rows),
        "left_out": opened.suppressed,
        "k": opened.k,
        "columns": [_column(say, one) for one in columns],
        "method": _method(say, method),
        "languages": {language: _in_words(Messages(language), columns, method) for language in LANGUAGES},
    }
    return _text(told | facts)


_Method = tuple[str, dict[str, Any]]
"""A message with its values."""


def _described(
    opened: OpenedRelease, labels: Mapping[str, str]
) -> tuple[list[Column], dict[str, Any], *tuple[_Method, ...]]:
    """Columns, facts, and the sentences that tell the method."""
    if opened.made_up is not None:
        told = opened.made_up
        columns = [Column(name, "delivery-made-up", type_of(opened, name), labels.get(name)) for name in opened.columns]
        facts = {
            "people": told.people,
            "epsilon": told.epsilon,
            "delta": figure(told.delta),
            "count_error": told.count_error,
            "made_up": True,
        }
        values = {"people": told.people, "epsilon": told.epsilon, "delta": told.delta, "error": told.count_error}
        return columns, facts, ("delivery-method-made-up", values)
    if opened.statistics is None:
        document = json.loads(read_payload(opened.opened).document)
        table, in_homes = document["table"], bool(document.get("come_and_go"))
        columns = [
            Column(
                column["name"],
                f"delivery-{group}{'-homes' if in_homes else ''}",
                type_of(opened, column["name"]),
                labels.get(column["name"]),
                column["kind"],
                column["role"],
            )
            for group in ("generalized", "plain")
            for column in table[group]
        ]
        methods: list[_Method] = [("delivery-method-rows", {"k": opened.k})]
        lost: dict[str, Any] = {"loss": opened.loss}
        if in_homes:
            together = document["answers_together"]
            methods.append(("delivery-method-homes", {"mean": round(together["mean"]), "most": together["most"]}))
            lost |= {"come_and_go": True, "answers_together": together}
            columns.insert(0, Column(str(opened.class_column), "delivery-class", "integer"))
        return columns, lost, *methods
    figures = opened.statistics
    epsilon = figure(figures.epsilon_thousandths / 1000)
    columns = [Column(name, f"delivery-column-{name}", type_of(opened, name)) for name in opened.columns]
    facts = {
        "people": figures.people,
        "epsilon": epsilon,
        "questions": [{"name": name, "question": label} for name, label in labels.items()],
    }
    return columns, facts, ("delivery-method-figures", {"epsilon": epsilon, "people": figures.people, "k": figures.k})


def _resources(
    say: Messages, files: Mapping[Path, bytes], folder: Path, columns: Sequence[Column]
) -> list[dict[str, Any]]:
    """Each under a name of its own: its form, and from the second on a number."""
    told, many = list[dict[str, Any]](), Counter[str]()
    for path, content in files.items():
        form = form_of(path)
        many[form] += 1
        number = f"-{many[form]}" if many[form] > 1 else ""
        told.append({"name": f"{form[1:]}{number}"} | _resource(say, form, _below(folder, path), content, columns))
    return told


def _below(folder: Path, path: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError as error:
        raise InputError("--dictionary", said("rule-above-files", file=str(path))) from error


def _resource(say: Messages, form: str, path: str, content: bytes, columns: Sequence[Column]) -> dict[str, Any]:
    fields = [
        {"name": one.name, "type": one.type, "title": one.question or one.name, "description": say(one.meaning)}
        for one in columns
    ]
    told: dict[str, Any] = {
        "path": path,
        "format": form[1:],
        "mediatype": MEDIA_TYPES[form],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if form == JSON:
        return told | {"schema": {"fields": fields}}
    is_csv = {"encoding": "utf-8", "dialect": {"delimiter": ",", "header": True}} if form == CSV else {}
    return told | {"type": "table"} | is_csv | {"schema": {"fields": fields, "missingValues": [""]}}


def _column(say: Messages, one: Column) -> dict[str, Any]:
    told = {"name": one.name, "type": one.type, "meaning": say(one.meaning)}
    return told if one.role is None else told | {"question": one.question, "kind": one.kind, "role": one.role}


def _in_words(say: Messages, columns: Sequence[Column], method: Sequence[_Method]) -> dict[str, Any]:
    return {"columns": {one.name: say(one.meaning) for one in columns}, "method": _method(say, method)}


def _method(say: Messages, method: Sequence[_Method]) -> str:
    return " ".join(
        say(name, **values | ({"delta": say.chance(values["delta"])} if "delta" in values else {}))
        for name, values in method
    )


def _text(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
