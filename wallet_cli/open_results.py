"""A result that everybody may read: its figures are believed as far as the ledger has their root.

1. the ledger has the release, with just this root (by proof); 2. figures and salts hash to it; 3. they are those of the
document, which tells of as many people as the bank says.
"""

from bank_api.protocol.documents.open_results import is_open
from bank_api.protocol.documents.release import read_payload
from bank_api.protocol.documents.statistics import StatisticsDocument, read_statistics
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.results import ResultDetail
from chaincode import places
from chaincode.events.request import LegalClass
from chaincode.ids import id_from_hex, to_hex
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenSlots


@translated_errors()
def checked(found: ResultDetail, ledger: ProvenSlots) -> StatisticsDocument:
    """The figures. Raises EvidenceError naming what does not hold."""
    if not is_open(found.purpose, LegalClass.STATISTICAL):
        raise EvidenceError(said("rule-words-differ", field="purpose"))
    wanted = id_from_hex(found.release_id, "release_id")
    slots = [places.slot_in(place, wanted) for place in (places.RELEASE, places.RELEASE_ROOT)]
    _, (record, root) = ledger.read("disclosure", slots)  # 1.
    recorded = to_hex(root.to_bytes(32, "big"))
    if places.read_release(record).state != DISCLOSED:
        raise EvidenceError(said("error-payload-root", found=found.payload_root, promised="0x"))
    try:
        content = read_payload(found.payload.encode())
        document = read_statistics(content.document)
    except FieldError as error:
        raise EvidenceError(said("error-field", field=error.field, rule=error.words)) from error
    if to_hex(content.root) != recorded:  # 2.
        raise EvidenceError(
            said("error-payload-root", found=to_hex(content.root), promised=recorded), said("hint-tell-the-auditor")
        )
    if list(content.rows) != document.records():  # 3.
        raise EvidenceError(said("error-rows-of-another-document"))
    if document.people != found.people:
        raise EvidenceError(said("error-people-of-another-release", found=document.people, promised=found.people))
    return document


DISCLOSED = 2
"""The state of a release that went out."""
