"""A member's own row in a release, proved against the root on the ledger.

The payload is sealed to the bank's release key too, and opened here in memory. Shown is one row that fits the member's
own answers. Rows of others only where they say nothing else: if every column is generalized, those of a class are
equal, and all their places are shown, so that the member's wallet counts k itself. In homes answers stand beside
descriptions by chance (ADR 85): shown is a row with the member's answers, of those whose description fits too if any.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bank_api.bank import Bank
from bank_api.domain.anonymize.document import ReleaseDocument
from bank_api.domain.anonymize.encode import clean_columns
from bank_api.domain.anonymize.table import ReleasedTable
from bank_api.errors import ConflictError, NotFoundError
from bank_api.flows.answer import BOX, answer_name, open_answer
from bank_api.flows.release_history import columns_of, value_of
from bank_api.index.rows import RecordedAnswer, position_of
from bank_api.protocol.documents.release import ReleasePayload, read_payload, release_context
from bank_api.protocol.messages.said import said
from bank_api.store.tables import ReleaseRow
from bank_api.views.kept import recorded_release, request_message, request_row, survey_of
from bank_api.views.proofs import proof_at
from chaincode import places
from chaincode.bindings import LegalClass
from chaincode.events import ConsentUsed, Disclosed
from chaincode.ids import id_from_hex, to_hex
from chaincode.merkle import inclusion_proof, leaf_hash
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.envelope import SealedDocument, open_sealed

PLACES_MAX = 64
"""Places shown of one class: more than any k that is asked for."""


def row_of(bank: Bank, account: str, release_id: str) -> dict[str, Any]:
    """Raises NotFoundError for a release that no consent of the account went into, ConflictError for an old one."""
    used = {to_hex(event.release_id) for event in bank.index.events_of(account, ConsentUsed)}
    found = recorded_release(bank, release_id) if release_id in used else None
    if found is None:
        raise NotFoundError("release", release_id)
    if found[1].legal_class == LegalClass.STATISTICAL:
        raise ConflictError(said("refusal-figures-no-row"))
    payload = _opened(bank, found[0])
    table = ReleaseDocument.from_json(payload.document).table
    released = released_answer(bank, account, found[1])
    own = _own_values(bank, released, found[0], table)
    fitting = _fitting(table, own)
    number = bank.head()
    shown = {
        "release_id": release_id,
        "survey_id": released.survey_id,
        "left_out": not fitting,
        "suppressed": payload.suppressed,
        "row": dict(payload.rows[fitting[0]]) if fitting else {},
        "count": len(payload.rows),
        "k": found[1].k,
        "proof": proof_at(bank, "disclosure", places.release_slots(id_from_hex(release_id)), number),
        "counted": bool(fitting) and not table.plain,
    }
    wanted = fitting[:1] if table.plain else fitting[:PLACES_MAX]
    shown["places"] = _places(payload, wanted)
    if fitting and table.classes is not None:
        shown["answers_together"] = _together(table, fitting)
    return shown


def _together(table: ReleasedTable, fitting: Sequence[int]) -> int:
    """Of the classes that the member may be in, the fewest rows: whose class it is is not shown (ADR 71)."""
    sizes = np.bincount(table.class_of_row)
    return int(sizes[table.class_of_row[list(fitting)]].min())


def _opened(bank: Bank, row: ReleaseRow) -> ReleasePayload:
    sealed = SealedDocument.from_bytes(row.sealed)
    try:
        return read_payload(open_sealed(sealed, bank.key_of(sealed), release_context(row.release_id)).content)
    except EnvelopeError as error:
        raise ConflictError(said("refusal-row-not-kept")) from error


def released_answer(bank: Bank, account: str, event: Disclosed) -> RecordedAnswer:
    """Which answer of a member went into a release: the one that stood when the ledger recorded it (ADR 48)."""
    survey_id = request_row(bank, to_hex(event.request_id)).survey_id
    return bank.index.answers(survey_id, position_of(event).block_number)[account]


def _own_values(bank: Bank, answered: RecordedAnswer, row: ReleaseRow, table: ReleasedTable) -> dict[str, Any]:
    """The member's answers as the anonymizer got them."""
    asked = request_message(request_row(bank, row.request_id))
    survey = survey_of(bank, answered.survey_id)
    document = bank.pds.get(answered.member, BOX, answer_name(id_from_hex(answered.answer_id)))
    values = open_answer(bank, survey, answered.member, document.content).values
    columns = columns_of(survey, asked)
    cleaned = clean_columns([{one.name: value_of(one, values[one.name]) for one in columns}], columns)
    names = [column.name for column in (*table.generalized, *table.plain)]
    return {name: cleaned[name][0] for name in names}


def _fitting(table: ReleasedTable, own: dict[str, Any]) -> list[int]:
    """Indices of rows with the values of the plain columns, of classes whose boxes hold the others; in homes the row
    itself may be described otherwise: those that are not come first."""
    boxes = {
        number
        for number, box in enumerate(table.boxes)
        if all(cell.contains(own[column.name]) for column, cell in zip(table.generalized, box, strict=True))
    }
    classes = boxes if table.classes is None else {table.classes[box] for box in boxes}
    plain = tuple(own[column.name] for column in table.plain)
    found = [
        at
        for at, (of, entry) in enumerate(zip(table.class_of_row.tolist(), table.rows, strict=True))
        if of in classes and tuple(entry[1:]) == plain
    ]
    return sorted(found, key=lambda at: table.rows[at][0] not in boxes)


def _places(payload: ReleasePayload, wanted: list[int]) -> list[dict[str, Any]]:
    leaves = [leaf_hash(salt, canonical_json(row)) for salt, row in zip(payload.salts, payload.rows, strict=True)]
    return [
        {"salt": payload.salts[at].hex(), "index": at, "path": [one.hex() for one in inclusion_proof(leaves, at)]}
        for at in wanted
    ]
