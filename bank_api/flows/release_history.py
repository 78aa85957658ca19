"""What releases over one survey told so far, kept sealed to the bank's release key: it says who answered what.

Read and replaced under the release lock. It is saved together with the payload it counts, before the ledger is asked:
a release that then dies has only taken seats nobody saw, one that went out is never uncounted.
"""

from bank_api.bank import Bank
from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.seats import History
from bank_api.errors import ReleaseNotPossibleError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.store.tables import ReleaseHistoryRow, ReleaseRow
from pds_adapter.errors import PersonalDataStoreError
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal


def history_of(bank: Bank, survey_id: str) -> History | None:
    """None before the first release. Raises ReleaseNotPossibleError if it cannot be read: no release is safe then."""
    row = bank.catalog.release_history(survey_id)
    if row is None:
        return None
    try:
        opened = open_sealed(SealedDocument.from_bytes(row.sealed), bank.release_key, _context(survey_id))
        return History.from_json(opened.content.decode())
    except (PersonalDataStoreError, SeatsFormatError, UnicodeDecodeError) as error:
        raise ReleaseNotPossibleError(said("refusal-history-unreadable", why=fault(error))) from error


def keep(bank: Bank, row: ReleaseRow, survey_id: str, history: History | None) -> None:
    """The payload and, where sensitive answers leave, the history that counts it: both or neither."""
    if history is None:
        bank.catalog.save(row)
        return
    sealed = seal(history.to_json().encode(), [bank.release_key.public], _context(survey_id))
    bank.catalog.save(row, ReleaseHistoryRow(survey_id=survey_id, sealed=sealed.to_bytes()))


def _context(survey_id: str) -> bytes:
    return f"release-history:{survey_id.removeprefix('0x')}".encode()
