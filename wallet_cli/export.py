"""A member's copy of everything kept for them, as JSON files that need no program of ours.

Answers are opened with the member's own key and compared with the commitment on the ledger: a store that kept another
answer than the one given is found out here. The folder must be new; its files are the owner's alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.answer import answer_context, parse_answer
from bank_api.protocol.fields import Shape
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.member import StoredDocument
from bank_api.protocol.shapes.surveys import StoredAnswer
from chaincode.ids import to_hex
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from wallet_cli.bank_client import BankClient
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.output import Output
from wallet_cli.private_file import write_private
from wallet_cli.sealed_records import Record, record_context
from wallet_cli.signing.signer import Signer, from_base64

ANSWER_BOX, FILE_BOX, RECORD_BOX = "answers", "files", "records."


@dataclass(frozen=True, slots=True)
class Written:
    """The files of an export, and those among them that hold a document still sealed: this wallet cannot open it."""

    paths: list[Path]
    closed: list[Path]


def write_export(
    client: BankClient,
    signer: Signer,
    folder: Path,
    output: Output,
    check: Callable[[StoredAnswer], None] = lambda _: None,
) -> Written:
    """Write everything; answers what was written, and what of it is no clear text.

    `check` raises unless the ledger is proven to have an answer's commitment as the bank shows it.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise InputError(
            "FOLDER",
            said("rule-cannot-be-made", folder=str(folder), why=fault(error)),
            said("hint-new-folder"),
        ) from error
    member = client.member
    answers = member.answers()
    written = [
        _write(folder / "profile.json", _plain(member.me())),
        _write(folder / "passbook.json", _plain(member.passbook())),
        _write(folder / "answers.json", [_plain(answer) for answer in answers]),
        _write(folder / "consents.json", [_plain(consent) for consent in member.consents()]),
        _write(folder / "coupons.json", [_plain(coupon) for coupon in member.coupons()]),
        _write(folder / "releases.json", [_plain(release) for release in member.releases()]),
    ]
    documents = member.documents()
    by_name = {answer.answer_id.removeprefix("0x"): answer for answer in answers}
    closed = []
    (folder / "documents").mkdir(mode=0o700)
    with output.progress() as bar:
        for document in bar.track(documents, description=output.messages("done-documents")):
            path = folder / "documents" / f"{document.box}-{document.name}.json"
            if document.box == ANSWER_BOX and document.name in by_name:
                check(by_name[document.name])
            content = open_document(signer, document, by_name)
            written.append(_write(path, content))
            if "sealed_base64" in content and document.box != FILE_BOX:  # their contents are opened apart
                closed.append(path)
    return Written(written, closed)


@translated_errors()
def open_document(signer: Signer, document: StoredDocument, answers: dict[str, StoredAnswer]) -> Any:
    """An answer in clear, if it is the one committed to, and a record of a box; the rest, and what this key does not
    open, as the bank keeps it: sealed.
    """
    if document.box.startswith(RECORD_BOX):
        return _record(signer, document)
    answer = answers.get(document.name)
    if document.box != ANSWER_BOX or answer is None:
        return _plain(document)
    sealed = SealedDocument.from_bytes(from_base64(document.sealed_base64, f"document {document.name}"))
    if signer.encryption.public not in sealed.recipients:
        return _plain(document)  # sealed to a key that was lost and replaced since
    context = answer_context(answer.survey_id, signer.account)
    opened = parse_answer(open_sealed(sealed, signer.encryption, context).content, answer.survey_id, signer.account)
    if to_hex(opened.commitment) != answer.commitment:
        raise EvidenceError(said("error-answer-not-committed", answer=answer.answer_id))
    return json.loads(opened.to_bytes())


def _record(signer: Signer, document: StoredDocument) -> Any:
    box = document.box.removeprefix(RECORD_BOX)
    sealed = SealedDocument.from_bytes(from_base64(document.sealed_base64, f"document {document.name}"))
    if signer.encryption.public not in sealed.recipients:
        return _plain(document)
    context = record_context(signer.account, box, document.name)
    record = Record.from_bytes(open_sealed(sealed, signer.encryption, context).content)
    return {"box": box, "name": document.name, **json.loads(record.to_bytes())}


def _plain(shape: Shape) -> dict[str, Any]:
    return shape.model_dump(mode="json")


def _write(path: Path, document: Any) -> Path:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_private(path, text.encode(), "FOLDER")
    return path
