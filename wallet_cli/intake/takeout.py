"""A Google Takeout archive (ZIP): the profile's gender, birthday and age, and daily means of Fit's activity metrics.

    Takeout/Profile/Profile.json                                          gender, birthday
    Takeout/Fit/Daily activity metrics/Daily activity metrics.csv          a line a day

Nothing else in the archive is read.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import IO

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.errors import InputError
from wallet_cli.intake.facts import BYTES_MAX, Fact, json_document

PROFILE = "Takeout/Profile/Profile.json"
ACTIVITY = "Takeout/Fit/Daily activity metrics/Daily activity metrics.csv"


def takeout_facts(file: IO[bytes], today: date) -> list[Fact]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            found: list[Fact] = []
            if PROFILE in names:
                found += _profile(_read(archive, PROFILE), today)
            if ACTIVITY in names:
                found += _activity(_read(archive, ACTIVITY))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError("FILE", said("rule-no-zip", why=str(error))) from error
    if not found:
        raise InputError("FILE", said("rule-takeout-nothing", files=f"{PROFILE}, {ACTIVITY}"))
    return found


def _read(archive: zipfile.ZipFile, name: str) -> str:
    """What the entry says of its length is not believed."""
    with archive.open(name) as opened:
        content = opened.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise InputError("FILE", said("rule-takeout-part", part=name))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("FILE", fault(error)) from error


def _profile(text: str, today: date) -> Iterator[Fact]:
    try:
        profile = json_document(text.encode())
        gender = profile.get("gender", {}).get("type")
        born = profile.get("birthday")
        birthday = None if born is None else date.fromisoformat(born)
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError("FILE", said("rule-takeout-part", part=PROFILE)) from error
    if isinstance(gender, str):
        yield Fact("Profile.gender", "gender", gender)
    if birthday is not None:
        had_birthday = (today.month, today.day) >= (birthday.month, birthday.day)
        yield Fact("Profile.birthday", "birthday", birthday.isoformat())
        yield Fact("Profile.age", "age", today.year - birthday.year - (not had_birthday), at=today.isoformat())


def _activity(text: str) -> Iterator[Fact]:
    """The mean of each column of numbers, over the days that have one."""
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise InputError("FILE", said("rule-takeout-part", part=ACTIVITY)) from error
    days = [row["Date"] for row in rows if row.get("Date")]
    for column in rows[0] if rows else ():
        if column == "Date" or not column:
            continue
        try:
            values = [float(row[column]) for row in rows if row[column]]
        except (TypeError, ValueError) as error:
            raise InputError("FILE", said("rule-takeout-part", part=f"{ACTIVITY}: {column}")) from error
        if values:
            at = f"{min(days)} – {max(days)}" if days else ""
            yield Fact(f"Fit.{column}", column, sum(values) / len(values), at=at)
