"""What a file says, as a flat list: each fact with its path in the file, a name, a value, and the time it is of.

CSV (one row of it) and JSON as they come; FHIR and Takeout have files of their own.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from bank_api.protocol.documents.sourced import Scalar, scalars
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from pds_adapter.sealing.canonical import depth_of
from wallet_cli.errors import InputError

BYTES_MAX = 64 * 1024 * 1024
DEPTH_MAX = 32


@dataclass(frozen=True, slots=True)
class Fact:
    path: str
    """Where in the file, for `--map`."""
    name: str
    value: Scalar
    unit: str = ""
    at: str = ""
    """The date or time that the file gives it, if it does."""

    def __repr__(self) -> str:
        return f"Fact({self.path}, hidden)"


def csv_facts(content: bytes, row_number: int | None) -> list[Fact]:
    """The cells of one row under the names of the first line; `row_number` counts from 1 and may be left out of one."""
    text = _text(content)
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        lines = list(csv.reader(io.StringIO(text), dialect, strict=True))
    except csv.Error as error:
        raise InputError("FILE", said("rule-no-csv", why=str(error))) from error
    rows = [line for line in lines if any(cell.strip() for cell in line)]
    if len(rows) < 2:
        raise InputError("FILE", said("rule-csv-rows"))
    names, rows = [name.strip() for name in rows[0]], rows[1:]
    if len(set(names)) < len(names) or not all(names):
        raise InputError("FILE", said("rule-csv-names"))
    if row_number is None and len(rows) > 1:
        raise InputError("--row", said("rule-csv-which-row", count=len(rows)))
    chosen = 1 if row_number is None else row_number
    if not 1 <= chosen <= len(rows):
        raise InputError("--row", said("rule-from-to", low="1", high=str(len(rows))))
    cells = rows[chosen - 1]
    if len(cells) != len(names):
        raise InputError("FILE", said("rule-csv-cells", row=str(chosen), expected=str(len(names))))
    return [Fact(name, name, cell.strip()) for name, cell in zip(names, cells, strict=True) if cell.strip()]


def json_document(content: bytes) -> Any:
    """Depth is counted before anything is parsed: `pds_adapter.sealing.canonical.depth_of` says why."""
    text = _text(content)
    if depth_of(text.encode()) > DEPTH_MAX:
        raise InputError("FILE", said("rule-nests-too-deeply"))
    try:
        return json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise InputError("FILE", said("rule-no-json", why=fault(error))) from error


def json_facts(document: Any) -> list[Fact]:
    """Every text, number and truth value of it, by its path: `person.age`, `visits[0].date`."""
    return [Fact(path, path.rpartition(".")[2] or path, value) for path, value in scalars(document)]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("FILE", fault(error)) from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
