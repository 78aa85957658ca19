"""What releases over one survey told so far, kept sealed to the release key: it says who answered what.

Read and replaced under the release lock. It is saved together with the payload it counts, before the ledger is asked:
a release that then dies has only taken seats nobody saw, one that went out is never uncounted.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.domain.anonymize import AnonymizedRelease, Column, ColumnRole
from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.seats import History
from bank_api.domain.attacked import evidence_of
from bank_api.errors import ConflictError, NotFoundError, ReleaseNotPossibleError
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.store.tables import ReleaseHistoryRow, ReleaseRow
from bank_api.views.kept import recorded_release, request_message, request_row, survey_of
from bank_api.views.shared_key import standing_terms
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import DataRequest
from pds_adapter.errors import PersonalDataStoreError
from pds_adapter.escrow.shared import label_of, share
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, open_with_key, seal
from pds_adapter.sealing.keys import KeyPair

Place = tuple[str, str, str]
"""Whose document it is, its box and its name."""


def place_of(survey_id: str) -> Place:
    """By what a history is known where the board opens it."""
    return "bank", "release-history", survey_id


def shared_history(bank: Bank, survey_id: str) -> SealedDocument | None:
    """The history of a survey, where only the board opens it."""
    row = bank.catalog.release_history(survey_id)
    sealed = None if row is None else SealedDocument.from_bytes(row.sealed)
    return sealed if sealed is not None and sealed.shared else None


def history_of(bank: Bank, survey_id: str, keys: Mapping[Place, bytes] | None = None) -> History | None:
    """None before the first release. Raises ReleaseNotPossibleError if it cannot be read: no release is safe then.

    `keys` are what the board gave. Raises ConflictError where it gave none and holds the key.
    """
    row = bank.catalog.release_history(survey_id)
    if row is None:
        return None
    try:
        sealed = SealedDocument.from_bytes(row.sealed)
        if not sealed.shared:
            opened = open_sealed(sealed, bank.key_of(sealed), _context(survey_id))
            return History.from_json(opened.content.decode())
        key = (keys or {}).get(place_of(survey_id))
        if key is None:
            raise ConflictError(said("refusal-board-holds-key"))
        history = History.from_json(open_with_key(sealed, key, _context(survey_id)).content.decode())
        for account in bank.shared_keys.owed_forgettings(survey_id):
            history.forget(account, secrets.SystemRandom())
        return history
    except (PersonalDataStoreError, SeatsFormatError, UnicodeDecodeError) as error:
        raise ReleaseNotPossibleError(said("refusal-history-unreadable", why=fault(error))) from error


def keep(bank: Bank, row: ReleaseRow, survey_id: str, history: History | None) -> None:
    """The payload and, where sensitive answers leave, the history that counts it: both or neither."""
    if history is None:
        bank.catalog.save(row)
        return
    owed = bank.shared_keys.owed_forgettings(survey_id)
    bank.catalog.save(row, _sealed(bank, survey_id, history))
    bank.shared_keys.settle_forgettings(survey_id, owed)


def _sealed(bank: Bank, survey_id: str, history: History) -> ReleaseHistoryRow:
    """To the bank, or to the board where it shares a key: then by a key of the moment, which is forgotten here."""
    terms = standing_terms(bank)
    keys = bank.release_key if terms is None else KeyPair.generate()
    sealed = seal(history.to_json().encode(), [keys.public], _context(survey_id))
    if terms is not None:
        sealed = share(sealed, keys, terms, label_of(*place_of(survey_id))).without(keys.public)
    return ReleaseHistoryRow(survey_id=survey_id, sealed=sealed.to_bytes())


def forget(bank: Bank, account: str) -> int:
    """Erase a person from what is kept of all releases; returns over how many surveys they stood in it.

    To be called when everything kept for a member is erased. Safe to repeat. What stays, and why, ADR 38 says. A
    history that only the board opens forgets when it is opened next; until then nobody can read it.
    """
    erased = 0
    with bank.releasing:
        for survey_id in bank.catalog.surveys_with_history():
            if shared_history(bank, survey_id) is not None:
                bank.shared_keys.owe_forgetting(survey_id, account, bank.clock())
                continue
            history = history_of(bank, survey_id)
            if history is not None and history.forget(account, secrets.SystemRandom()):
                bank.catalog.save(_sealed(bank, survey_id, history))
                erased += 1
    return erased


def seal_anew(bank: Bank) -> None:
    """After a rotation of the release key, or when the board shares one: every history to the present key. Safe to
    repeat."""
    is_shared = standing_terms(bank) is not None
    for survey_id in bank.catalog.surveys_with_history():
        with bank.releasing:
            row = bank.catalog.release_history(survey_id)
            if row is None or shared_history(bank, survey_id) is not None:
                continue
            if not is_shared and bank.release_key.public in SealedDocument.from_bytes(row.sealed).recipients:
                continue
            history = history_of(bank, survey_id)
            if history is not None:
                bank.catalog.save(_sealed(bank, survey_id, history))


def columns_of(survey: Survey, asked: DataRequest) -> list[Column]:
    return [_column(survey, key) for key in survey.keys(asked.items)]


def _column(survey: Survey, key: str) -> Column:
    question = next(question for question in survey.questions if question.key == key)
    if question.kind == "choice":
        return Column.category(key, ColumnRole(question.role), [str(choice.value) for choice in question.choices or ()])
    low, high = question.range
    return Column.number(key, ColumnRole(question.role), low, high)


def value_of(column: Column, answer: int) -> int | str:
    """A choice is a name, however it is numbered: between choices 1 and 3 there is no distance."""
    return str(answer) if column.named else answer


def method_text(made: AnonymizedRelease, history: History | None, attacks: str, answer_ids: Sequence[str]) -> str:
    """What the bank keeps of how a release was made: opened to auditors by `evidence`, to nobody else."""
    told = 0 if history is None else len(history.releases)
    salt, description = made.method.salt.hex(), made.method.description
    kept = {"salt": salt, "description": description, "attacks": attacks, "releases": told}
    return json.dumps(kept | {"answers": answers_hash(answer_ids)})


def answers_hash(answer_ids: Iterable[str]) -> str:
    """By what a payload is known to be made of these answers, and not of one that was corrected since."""
    return to_hex(text_hash("\n".join(answer_ids)))


def evidence(bank: Bank, release_id: str) -> dict[str, Any]:
    """All that an auditor needs to check a recorded release's method and to run the attacks on it again.

    People are numbers that mean nothing elsewhere.
    """
    found = recorded_release(bank, release_id)
    if found is None:
        raise NotFoundError("release", release_id)
    row, _ = found
    kept, asked = json.loads(row.method), request_message(request_row(bank, row.request_id))
    least: dict[str, int] = json.loads(kept["description"]).get("policy", {"l": {}})["l"]
    survey = survey_of(bank, request_row(bank, row.request_id).survey_id)
    history = history_of(bank, request_row(bank, row.request_id).survey_id) if kept["releases"] else None
    told = {
        column.name: evidence_of(history, column, least[column.name], kept["releases"]).to_json()
        for column in columns_of(survey, asked)
        if history is not None and column.name in least
    }
    return {
        "release_id": release_id,
        "method_salt": kept["salt"],
        "method": kept["description"],
        "attacks": kept["attacks"],
        "evidence": told,
    }


def _context(survey_id: str) -> bytes:
    return f"release-history:{survey_id.removeprefix('0x')}".encode()
