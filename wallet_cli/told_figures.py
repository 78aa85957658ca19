"""Figures that the bank shows a member: those of a release of statistics, read and checked."""

from collections.abc import Iterable

from bank_api.protocol.documents.statistics import StatisticsDocument, read_statistics
from bank_api.protocol.shapes.releases import ReleaseView
from chaincode.events.request import LegalClass
from wallet_cli.foreign_errors import translated_errors


def of_statistics(releases: Iterable[ReleaseView]) -> list[str]:
    return [one.release_id for one in releases if one.legal_class == LegalClass.STATISTICAL]


@translated_errors()
def read_figures(document: str) -> StatisticsDocument:
    """Raises InputError for figures that are malformed or do not add up."""
    return read_statistics(document)
