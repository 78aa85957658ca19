"""From a release of statistics to what a partner receives: the figures are the rows under the root on the ledger."""

from collections.abc import Callable

from bank_api.domain.statistics.made import StatisticsRelease
from bank_api.protocol.documents.release import ReleasePayload
from chaincode.merkle import SALT_BYTES


def make_payload(release: StatisticsRelease, random_bytes: Callable[[int], bytes]) -> ReleasePayload:
    """Accepts a StatisticsRelease and nothing else."""
    if not isinstance(release, StatisticsRelease):
        raise TypeError("only a StatisticsRelease may be sent out")
    records = release.document.records()
    salts = [random_bytes(SALT_BYTES) for _ in records]
    return ReleasePayload(records, salts, release.document.k, 0, release.document.to_json())
