"""A release as its partner receives it: opened, checked row by row against the root on the ledger, written as CSV.

Plan: 1. open the payload with the partner's key; 2. its rows and salts give the very payload root that the release
names; 3. the rows are those of the release document; 4. every combination of generalized values stands for at least
k people, in homes within each class. A payload that fails is reported, not written.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bank_api.protocol.documents.release import CLASS_OF_ANSWERS, read_payload, release_context
from bank_api.protocol.documents.release import ReleasePayload as Payload
from bank_api.protocol.documents.statistics import StatisticsDocument, is_statistics, read_statistics
from bank_api.protocol.documents.synthetic import SyntheticDocument, check_rows, is_synthetic, read_synthetic
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.releases import ReleasePayload, ReleaseView
from chaincode.ids import to_hex
from ledger.strict_json import load_json
from pds_adapter.sealing.envelope import KeyPair, SealedDocument, open_sealed
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import from_base64


@dataclass(frozen=True)
class OpenedRelease:
    """A verified release in the partner's hands."""

    release_id: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    k: int
    """As measured here, on the rows that came."""
    suppressed: int
    loss: float | None
    payload_root: bytes
    opened: bytes = field(repr=False, default=b"")
    """The payload as it came out of its seal: what an auditor is handed."""
    statistics: StatisticsDocument | None = None
    """Figures, where the release is one of statistics; `rows` are then these."""
    classes: tuple[int, ...] | None = None
    """In homes (ADR 85): of each row the number, from 1, of those whose answers are told as one."""
    made_up: SyntheticDocument | None = None
    """How the rows were made up, where they were: then none is anybody's."""

    def to_csv(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text)
        columns, rows = self.written
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if row[name] is None else row[name] for name in columns])
        return text.getvalue()

    @property
    def class_column(self) -> str | None:
        """What the column of the classes is called where rows are written: as no question is."""
        if self.classes is None:
            return None
        name = CLASS_OF_ANSWERS
        while name in self.columns:
            name += "_"
        return name

    @property
    def written(self) -> tuple[Sequence[str], Sequence[Mapping[str, Any]]]:
        """Columns and rows for a file: with the class first, in homes."""
        name = self.class_column
        if name is None or self.classes is None:
            return self.columns, self.rows
        rows = [{name: of, **row} for of, row in zip(self.classes, self.rows, strict=True)]
        return (name, *self.columns), rows


@translated_errors()
def open_release(key: KeyPair, payload: ReleasePayload, release: ReleaseView) -> OpenedRelease:
    """As `open_sealed_release`, of the payload as an answer in JSON has it."""
    return open_sealed_release(key, from_base64(payload.sealed_base64, "the payload"), release)


@translated_errors()
def open_sealed_release(key: KeyPair, sealed_bytes: bytes, release: ReleaseView) -> OpenedRelease:
    """See the plan above. Raises EvidenceError naming what does not hold."""
    sealed = SealedDocument.from_bytes(sealed_bytes)  # 1.
    try:
        opened = open_sealed(sealed, key, release_context(release.release_id)).content
        content = read_payload(opened)
    except FieldError as error:
        raise EvidenceError(said("error-field", field=error.field, rule=error.words)) from error
    rows, root = content.rows, content.root  # 2.
    if to_hex(root) != release.payload_root:
        raise EvidenceError(
            said("error-payload-root", found=to_hex(root), promised=release.payload_root),
            said("hint-tell-the-auditor"),
        )
    if is_statistics(content.document):
        return _opened_statistics(release, content, opened)
    if is_synthetic(content.document):
        return _opened_made_up(release, content, opened)
    document = load_json(content.document)
    generalized, plain, records, told_of = _table(document)  # 3.
    if rows != records:
        raise EvidenceError(said("error-rows-of-another-document"))
    described = (tuple(row[name] for name in generalized) for row in rows)
    classes = Counter(zip(told_of or [0] * len(rows), described, strict=True))  # 4.
    k = min(classes.values())
    if k < release.k:
        raise EvidenceError(said("error-k-not-reached", claimed=release.k, found=k))
    columns = (*generalized, *plain)
    loss = document.get("loss")
    return OpenedRelease(
        release.release_id, columns, tuple(rows), k, content.suppressed, loss, root, opened, classes=told_of
    )


def _opened_statistics(release: ReleaseView, content: Payload, opened: bytes) -> OpenedRelease:
    """3. for figures: they are those of the document, counts add up, and people and k are what the ledger says."""
    try:
        document = read_statistics(content.document)
    except FieldError as error:
        raise EvidenceError(said("error-field", field=error.field, rule=error.words)) from error
    if list(content.rows) != document.records():
        raise EvidenceError(said("error-rows-of-another-document"))
    if document.people != release.rows:
        raise EvidenceError(said("error-people-of-another-release", found=document.people, promised=release.rows))
    if document.k < release.k:
        raise EvidenceError(said("error-k-not-reached", claimed=release.k, found=document.k))
    columns = ("figure", "of", "at", "value", "low", "high")
    return OpenedRelease(
        release.release_id, columns, tuple(content.rows), document.k, 0, None, content.root, opened, document
    )


def _opened_made_up(release: ReleaseView, content: Payload, opened: bytes) -> OpenedRelease:
    """3. for made-up rows: as many as the document says, of what it says, and people and k are the ledger's."""
    try:
        document = read_synthetic(content.document)
        check_rows(document, content.rows)
    except FieldError as error:
        raise EvidenceError(said("error-field", field=error.field, rule=error.words)) from error
    if document.people != release.rows:
        raise EvidenceError(said("error-people-of-another-release", found=document.people, promised=release.rows))
    if document.k < release.k:
        raise EvidenceError(said("error-k-not-reached", claimed=release.k, found=document.k))
    columns = tuple(one.name for one in document.columns)
    rows = tuple(content.rows)
    return OpenedRelease(release.release_id, columns, rows, document.k, 0, None, content.root, opened, made_up=document)


def _table(
    document: dict[str, Any],
) -> tuple[list[str], list[str], list[dict[str, Any]], tuple[int, ...] | None]:
    """Column names and every row as a reader sees it, from the release document's boxes; in homes the class of each."""
    try:
        table = document["table"]
        generalized = [column["name"] for column in table["generalized"]]
        plain = [column["name"] for column in table["plain"]]
        texts = [[cell["text"] for cell in box] for box in table["boxes"]]
        records = [dict(zip((*generalized, *plain), (*texts[row[0]], *row[1:]), strict=True)) for row in table["rows"]]
        told_of = _classes_told(document, table)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise EvidenceError(said("error-release-document", why=repr(error))) from error
    return generalized, plain, records, told_of


def _classes_told(document: dict[str, Any], table: dict[str, Any]) -> tuple[int, ...] | None:
    """In homes, and nowhere else, the class of each row, from 1; what is said of their sizes is counted again. Raises
    ValueError, KeyError, TypeError or IndexError where it does not hold."""
    if ("classes" in table) != (document.get("come_and_go") is True):
        raise ValueError("classes are told in homes, and nowhere else")
    if "classes" not in table:
        return None
    classes = table["classes"]
    if len(classes) != len(table["boxes"]) or any(type(one) is not int or one < 0 for one in classes):
        raise ValueError("classes are whole numbers, one a box")
    told_of = tuple(classes[row[0]] + 1 for row in table["rows"])
    sizes = Counter(told_of).values()
    if document["answers_together"] != {"mean": sum(one * one for one in sizes) / len(told_of), "most": max(sizes)}:
        raise ValueError("answers_together does not follow from the table")
    return told_of
