"""A series of surveys: one file, a survey for each wave, all published ahead; each opens by itself at its time.

The file is a survey's, and says besides how often a wave opens and how many there are:

    "series": {"every": "week", "waves": 12}      or "month", "14d"; or "until": "2027-03-31" in place of "waves"

`opens_at` is the first opening, `closes_at` the end of the first wave: every wave is open as long. "{wave}" and
"{waves}" in the title stand for the numbers; a title without gets them at its end. Ids follow from the series' own,
which follows from what the file says unless it gives an "id": the same file again publishes what is missing of the
same series, and nothing twice.
"""

import calendar
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.survey import WAVES_MAX, Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from chaincode.ids import text_hash, to_hex
from wallet_cli.errors import InputError
from wallet_cli.moments import parse_length, parse_moment
from wallet_cli.operator_files import read_object

MONTH, MONTHS, WEEK_LENGTH = "month", 12, "1w"


def read_series(path: Path, now: int, published: Callable[[str], tuple[int, int] | None]) -> list[Survey]:
    """Every wave, in order. Raises InputError naming the field.

    `published` answers the window of a survey that is there already: a series that is gone on with keeps its first
    wave's, whatever "+0s" would mean now.
    """
    document = read_object(path)
    own_id = to_hex(text_hash(f"series {json.dumps(document, ensure_ascii=False, sort_keys=True)}"))
    series = document.pop("series", None)
    if not isinstance(series, dict) or not set(series) <= {"id", "every", "waves", "until"} or "every" not in series:
        raise InputError(f"{path}: series", said("rule-series"))
    series_id = str(series.get("id") or own_id)
    before = published(wave_id(series_id, 1))
    first, closes = before or tuple(_moment(document, name, now, path) for name in ("opens_at", "closes_at"))
    openings = _openings(first, series, now, path)
    if any(following <= one + closes - first for one, following in pairwise(openings)):
        raise InputError(f"{path}: closes_at", said("rule-waves-overlap"))
    try:
        return [
            Survey.from_json(_wave(document, series_id, openings, place) | {"closes_at": opening + closes - first})
            for place, opening in enumerate(openings)
        ]
    except FieldError as error:
        raise InputError(f"{path}: {error.field}", error.words) from error


def wave_id(series_id: str, number: int) -> str:
    """The survey id of a wave."""
    return to_hex(text_hash(f"wave {number} of {series_id}"))


def _wave(document: dict[str, Any], series_id: str, openings: list[int], place: int) -> dict[str, Any]:
    title, number, waves = str(document.get("title", "")), place + 1, len(openings)
    is_named = "{wave}" in title
    own = title.replace("{wave}", str(number)).replace("{waves}", str(waves))
    wave = {
        "series_id": series_id,
        "series": title.replace("{wave}", "").replace("{waves}", "").strip(" ()/") or own,
        "number": number,
        "waves": waves,
        "next_opens_at": openings[number] if number < waves else None,
    }
    return document | {
        "survey_id": wave_id(series_id, number),
        "title": own if is_named else f"{own} ({number}/{waves})",
        "opens_at": openings[place],
        "wave": wave,
    }


def _moment(document: dict[str, Any], name: str, now: int, path: Path) -> int:
    given = document.get(name)
    if isinstance(given, str):
        return parse_moment(given, now, f"{path}: {name}")
    if isinstance(given, bool) or not isinstance(given, int):
        raise InputError(f"{path}: {name}", said("rule-moment"))
    return given


def _openings(first: int, series: dict[str, Any], now: int, path: Path) -> list[int]:
    """When each wave opens. A number of waves, or a moment after which none opens any more."""
    field, waves, until = f"{path}: series", series.get("waves"), series.get("until")
    if (waves is None) == (until is None):
        raise InputError(field, said("rule-series"))
    every = _every(first, str(series["every"]), f"{field}.every")
    if waves is not None:
        if isinstance(waves, bool) or not isinstance(waves, int) or not 2 <= waves <= WAVES_MAX:
            raise InputError(f"{field}.waves", said("rule-from-to", low="2", high=str(WAVES_MAX)))
        return [next(every) for _ in range(waves)]
    end, openings = parse_moment(str(until), now, f"{field}.until"), list[int]()
    for opening in every:
        if opening > end or len(openings) > WAVES_MAX:
            break
        openings.append(opening)
    if not 2 <= len(openings) <= WAVES_MAX:
        raise InputError(f"{field}.until", said("rule-from-to", low="2", high=str(WAVES_MAX)))
    return openings


def _every(first: int, every: str, field: str) -> Iterator[int]:
    """Openings without end: by lengths, or on the same day of each month at the same hour of this machine's clock."""
    if every != MONTH:
        length = parse_length(WEEK_LENGTH if every == "week" else "1d" if every == "day" else every, field)
        return (first + place * length for place in range(WAVES_MAX + 2))
    return (_months_later(first, place) for place in range(WAVES_MAX + 2))


def _months_later(first: int, months: int) -> int:
    """The last day of the month where it has no such day."""
    begun = datetime.fromtimestamp(first)
    year, month = divmod(begun.year * MONTHS + begun.month - 1 + months, MONTHS)
    day = min(begun.day, calendar.monthrange(year, month + 1)[1])
    return int(begun.replace(year=year, month=month + 1, day=day).timestamp())
