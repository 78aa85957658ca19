"""From an anonymized release to what a partner receives: a fresh salt per row, one Merkle root for the ledger."""

from collections.abc import Callable

from bank_api.domain.anonymize.release import AnonymizedRelease
from bank_api.protocol.documents.release import ReleasePayload
from chaincode.merkle import SALT_BYTES


def make_payload(release: AnonymizedRelease, random_bytes: Callable[[int], bytes]) -> ReleasePayload:
    """Accepts an AnonymizedRelease and nothing else: this is the only way from answers to a partner."""
    if not isinstance(release, AnonymizedRelease):
        raise TypeError("only an AnonymizedRelease may be sent out")
    records = release.records()
    salts = [random_bytes(SALT_BYTES) for _ in records]
    return ReleasePayload(records, salts, release.k, release.suppressed, release.to_json())
