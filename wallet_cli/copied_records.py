"""Records of boxes out of a copy, put into one's own boxes: each read back and compared, none written over (ADR 51).

Which file of a copy is a record stands in its name, as `export` writes it; what is in it was checked against the
copy's manifest before.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.boxes import BoxName, RecordName
from wallet_cli import sealed_records as records
from wallet_cli.bank_client.boxes import BoxesFace
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.intake.facts import json_document
from wallet_cli.sealed_records import Box, Record
from wallet_cli.signing.signer import Signer

FILE = re.compile(r"documents/records\.[a-z][a-z0-9-]*\.json")
NAMES = TypeAdapter(tuple[BoxName, RecordName])
"""As the bank takes them; what is not so is a ValidationError, which is a ValueError."""
FIELDS = {"box", "fields", "labels", "links", "name"}
BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class CopiedRecord:
    box: str
    name: str
    record: Record


@dataclass(slots=True)
class Put:
    put: int = 0
    there: int = 0
    """Those that were there already, the same."""
    differing: list[str] = field(default_factory=list)
    """Those of whose name there is another, or one that this key does not open: left as they are."""


def read_record(file: str, data: bytes) -> CopiedRecord | None:
    """None for one that was still sealed in the copy. Raises InputError."""
    body: Any = json_document(data)
    if isinstance(body, dict) and "sealed_base64" in body:
        return None
    try:
        if set(body) != FIELDS:
            raise InputError("FILE", said("rule-copy-record", file=file))
        NAMES.validate_python((body["box"], body["name"]))
        links = tuple((rel, other) for rel, other in body["links"])
        record = Record(body["fields"], tuple(body["labels"]), links)
        records.check_record(record)
        if Record.from_bytes(record.to_bytes()) != record:
            raise InputError("FILE", said("rule-copy-record", file=file))
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError("FILE", said("rule-copy-record", file=file)) from error
    return CopiedRecord(body["box"], body["name"], record)


@translated_errors()
def put_records(face: BoxesFace, signer: Signer, opened: Mapping[str, Box], copied: Iterable[CopiedRecord]) -> Put:
    """Into boxes, by name. Safe to repeat. Raises EvidenceError where another record is given back than was put."""
    done, pair, boxes = Put(), signer.encryption, dict[str, tuple[Box, dict[str, Record | None]]]()
    for one in copied:
        if one.box not in boxes:
            boxes[one.box] = (opened[one.box], _known(face, opened[one.box], signer))
        box, known = boxes[one.box]
        if one.name in known:
            if known[one.name] == one.record:
                done.there += 1
            else:
                done.differing.append(f"{one.box}/{one.name}")
            continue
        records.put(face, box, pair, one.name, one.record)
        if records.get(face, box, pair, one.name) != one.record:
            raise EvidenceError(said("error-record-not-kept", box=one.box, name=one.name))
        known[one.name] = one.record
        done.put += 1
    return done


def _known(face: BoxesFace, box: Box, signer: Signer) -> dict[str, Record | None]:
    closed: dict[str, Record | None] = {}
    found = records.find(face, box, signer.encryption, closed=lambda name: closed.update({name: None}))
    return found | closed
