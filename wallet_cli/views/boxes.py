"""Boxes: apps, records, who is let in, and what they did."""

from collections.abc import Iterable, Mapping

from rich.table import Table

from bank_api.protocol.shapes.boxes import AppView, BoxGrant, BoxReading
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.open_grants import OpenGrant
from wallet_cli.sealed_records import Record


def apps(say: Messages, found: Iterable[AppView]) -> Table:
    return table(say("word-apps"), say.words("id", "name"), [(one.app_id, one.name) for one in found])


def records(say: Messages, found: Mapping[str, Record]) -> Table:
    rows = [
        (
            name,
            ", ".join(f"{key}={value}" for key, value in one.fields.items()),
            ", ".join(one.labels),
            ", ".join(f"{rel}={other}" if rel else other for rel, other in one.links),
        )
        for name, one in found.items()
    ]
    return table(say("word-records"), say.words("name", "fields", "labels", "links"), rows)


def grants(say: Messages, found: Iterable[BoxGrant]) -> Table:
    answer = {True: say("word-yes"), False: say("word-no")}
    rows = [
        (one.box, one.owner, one.grantee, answer[one.may_write], say.moment(one.until), answer[one.is_live])
        for one in found
    ]
    columns = say.words("box", "owner", "grantee", "may-write", "until", "live")
    return table(say("word-box-grants"), columns, rows)


def open_grants(say: Messages, found: Iterable[OpenGrant]) -> Table:
    """Of boxes and of documents, that one key signed."""
    answer = {True: say("word-yes"), False: say("word-no")}
    rows = [(one.box or "", one.document, one.grantee, answer[one.may_write], say.moment(one.until)) for one in found]
    return table(say("word-open-grants"), say.words("box", "document", "grantee", "may-write", "until"), rows)


def readings(say: Messages, found: Iterable[BoxReading]) -> Table:
    rows = [(say.moment(one.at), one.reader, one.box, say.named("page-box-did", one.what), one.name) for one in found]
    return table(say("word-box-readings"), say.words("when", "reader", "box", "what", "name"), rows)
