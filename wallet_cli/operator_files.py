"""Files that the bank's staff works with: people to invite, identities to enroll, surveys to publish.

Every refusal names the file and the line or field.
"""

import base64
import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.bank_client import Invitation
from wallet_cli.errors import InputError
from wallet_cli.moments import parse_moment
from wallet_cli.private_file import write_private

INVITATION_COLUMNS = ("name", "email", "code")


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """Eighty random bits in four groups that a person can read out and type."""
    digits = base64.b32encode(random_bytes(10)).decode("ascii")
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def read_invitations(path: Path, random_bytes: Callable[[int], bytes]) -> list[Invitation]:
    """One invitation a line; a line without a code gets a new one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(str(path), said("rule-csv", why=fault(error))) from error
    if not rows or "name" not in rows[0]:
        raise InputError(str(path), said("rule-column-name"))
    invitations = []
    for number, row in enumerate(rows, 2):
        name = (row["name"] or "").strip()
        if not name:
            raise InputError(said("error-line", file=str(path), number=str(number)), said("rule-has-no-name"))
        code, email = (row.get("code") or "").strip(), (row.get("email") or "").strip()
        invitations.append(Invitation(code=code or new_code(random_bytes), name=name, email=email or None))
    return invitations


def write_invitations(path: Path, invitations: Sequence[Invitation]) -> None:
    """For its owner's eyes alone, and never over another file: codes admit people."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(INVITATION_COLUMNS)
    writer.writerows((one.name, one.email or "", one.code) for one in invitations)
    write_private(path, text.getvalue().encode(), "--out")


def read_identity(path: Path) -> tuple[str, str]:
    """Account and encryption key, as `azukari wallet export-address --json` prints them."""
    document = read_object(path)
    account, key = document.get("account"), document.get("encryption_key")
    if not isinstance(account, str) or not isinstance(key, str):
        raise InputError(str(path), said("rule-identity-file"))
    return account, key


def read_survey(path: Path, now: int, new_id: Callable[[], str]) -> Survey:
    """A survey; its moments may be dates or lengths from now."""
    document = read_object(path)
    document.setdefault("survey_id", new_id())
    for name in ("opens_at", "closes_at"):
        if isinstance(document.get(name), str):
            document[name] = parse_moment(document[name], now, f"{path}: {name}")
    try:
        return Survey.from_json(document)
    except FieldError as error:
        raise InputError(f"{path}: {error.field}", error.words) from error


def read_object(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), said("rule-cannot-be-read", why=fault(error))) from error
    except ValueError as error:
        raise InputError(str(path), said("rule-json", why=fault(error))) from error
    if not isinstance(document, dict):
        raise InputError(str(path), said("rule-json-object"))
    return document
