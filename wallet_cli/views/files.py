"""Documents in one's store, as people read them."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from bank_api.protocol.shapes.files import FileGrant, FileReading
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.sealed_files import OwnFile

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size(count: int) -> str:
    """In the unit that leaves it below 1,024."""
    amount, unit = float(count), 0
    while amount >= 1024 and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{count} B" if unit == 0 else f"{amount:.1f} {UNITS[unit]}"


def files(say: Messages, found: Sequence[OwnFile], used: int, quota: int) -> Table:
    columns = say.words("id", "title", "version", "media-type", "size", "state")
    rows = [
        (
            short(one.kept.document),
            one.cover.title if one.cover else say("word-closed"),
            one.kept.version,
            one.cover.media_type if one.cover else "",
            size(one.kept.size_bytes),
            say("word-under-way") if one.kept.finished_at is None else say.moment(one.kept.finished_at),
        )
        for one in found
    ]
    return table(say("word-files", used=size(used), quota=size(quota)), columns, rows, right=(2, 4))


def grants(say: Messages, found: Sequence[FileGrant], titles: dict[str, str]) -> Table:
    columns = say.words("id", "title", "version", "owner", "read-by", "until", "state")
    rows = [
        (
            short(one.grant_id),
            titles.get(one.document, one.document[:12]),
            one.version,
            one.owner,
            one.recipient,
            say.moment(one.until),
            say("word-live") if one.is_live else say("word-ended"),
        )
        for one in found
    ]
    return table(say("word-grants"), columns, rows, right=(2,))


def readings(say: Messages, found: Sequence[FileReading], titles: dict[str, str]) -> Table:
    columns = say.words("time", "read-by", "title", "version", "chunk", "grant")
    rows = [
        (
            say.moment(one.at),
            one.recipient,
            titles.get(one.document, one.document[:12]),
            one.version,
            say("word-cover") if one.chunk is None else one.chunk,
            short(one.grant_id),
        )
        for one in found
    ]
    return table(say("word-readings"), columns, rows, right=(3, 4))


def put(say: Messages, path: Path, document: str, version: int, chunks: int, sent: int) -> str:
    return say(
        "done-file-put", file=path.name, document=document, version=str(version), chunks=str(chunks), sent=str(sent)
    )
