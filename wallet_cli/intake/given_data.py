"""A file of data that somebody names: of which kind it is, by its content, and what it says."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bank_api.protocol import sd_jwt
from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.given_file import read_given, read_text
from wallet_cli.intake import facts, fhir, takeout

KINDS = ("csv", "json", "fhir", "takeout")


def read_facts(path: Path, kind: str | None, row: int | None, today: date) -> tuple[str, list[facts.Fact]]:
    """The kind of the file and its facts. Raises InputError naming what is wrong with it."""
    if kind is not None and kind not in KINDS:
        raise InputError("--format", said("rule-one-of", names=", ".join(KINDS)))
    if path.is_file() and path.stat().st_size > facts.BYTES_MAX and not zipfile.is_zipfile(path):
        raise InputError("FILE", said("rule-bytes-at-most", most=str(facts.BYTES_MAX), found=str(path.stat().st_size)))
    if kind == "takeout" or (kind is None and path.is_file() and zipfile.is_zipfile(path)):
        with io.BytesIO(read_given(path, "FILE")) if not path.is_file() else path.open("rb") as file:
            return "takeout", takeout.takeout_facts(file, today)
    content = read_given(path, "FILE")
    if kind == "csv" or (kind is None and path.suffix.lower() in (".csv", ".tsv")):
        return "csv", facts.csv_facts(content, row)
    document = facts.json_document(content)
    if kind == "fhir" or (kind is None and fhir.is_fhir(document)):
        if not fhir.is_fhir(document):
            raise InputError("FILE", said("rule-fhir-part", part="resourceType"))
        return "fhir", fhir.fhir_facts(document, today)
    return "json", facts.json_facts(document)


def read_credential(path: Path) -> sd_jwt.Credential:
    """Raises EvidenceError for what is none."""
    with translated_errors():
        return sd_jwt.Credential.from_text(read_text(path, "FILE"))


def claimed_facts(found: sd_jwt.Verified) -> list[facts.Fact]:
    """What a credential says that was found to hold."""
    at = datetime.fromtimestamp(found.issued_at, UTC).isoformat()
    return [replace(fact, at=at) for fact in facts.json_facts(dict(found.claims))]
