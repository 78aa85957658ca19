"""What the bank shows a member of a release of statistics: its figures, read and checked, or how rows were made up."""

from collections.abc import Iterable

from bank_api.protocol.documents.statistics import StatisticsDocument, read_statistics
from bank_api.protocol.documents.synthetic import SyntheticDocument, is_synthetic, read_synthetic
from bank_api.protocol.shapes.releases import ReleaseView
from chaincode.events.request import LegalClass
from wallet_cli.foreign_errors import translated_errors


def of_statistics(releases: Iterable[ReleaseView]) -> list[str]:
    return [one.release_id for one in releases if one.legal_class == LegalClass.STATISTICAL]


@translated_errors()
def read_figures(document: str) -> StatisticsDocument | SyntheticDocument:
    """Raises InputError for figures that are malformed or do not add up."""
    return read_synthetic(document) if is_synthetic(document) else read_statistics(document)
