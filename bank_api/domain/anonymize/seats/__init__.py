"""Releases over time and across partners that tell nothing more together than each alone. Start at `structure`."""

from bank_api.domain.anonymize.seats.collector import collector_resting
from bank_api.domain.anonymize.seats.draws import SECRET_BYTES, Draws
from bank_api.domain.anonymize.seats.history import History, ToldClass, ToldRelease
from bank_api.domain.anonymize.seats.making import Making
from bank_api.domain.anonymize.seats.release import new_history, release_in_series

__all__ = [
    "SECRET_BYTES",
    "Draws",
    "History",
    "Making",
    "ToldClass",
    "ToldRelease",
    "collector_resting",
    "new_history",
    "release_in_series",
]
