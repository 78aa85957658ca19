"""Events, the rules that log them, the log itself, and messages between cells."""

from __future__ import annotations

import json
import secrets
from typing import Any, Final
from uuid import uuid4

from pds_adapter.personium_simulator.acl import ask_cell, grants
from pds_adapter.personium_simulator.callers import Caller, roles_of_stranger
from pds_adapter.personium_simulator.entities import Entity
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json
from pds_adapter.personium_simulator.listings import multistatus, propstat
from pds_adapter.personium_simulator.moments import created, modified, moment
from pds_adapter.personium_simulator.tokens import Token
from pds_adapter.personium_simulator.unit import Cell

LEVELS: Final = {"log": "INFO ", "log.info": "INFO ", "log.warn": "WARN ", "log.error": "ERROR"}
SHOWN: Final = ("Action", "EventInfo", "EventType", "EventExternal", "EventSubject", "TargetUrl", "EventObject", "Name")
LOG_FILE: Final = "default.log"


def take_event(cell: Cell, request: Request) -> Response:
    """An event from outside: logged where a rule says so, else forgotten."""
    caller = ask_cell(cell, request, "event", writing=True)
    event = _event(request)
    for rule in cell.sets["Rule"].all():
        wanted = rule.values
        fits = wanted["EventExternal"] and wanted["EventType"] in (None, event["Type"])
        if not fits or not str(event["Object"]).startswith(wanted["EventObject"] or ""):
            continue
        cell.hits[id(rule)] = cell.hits.get(id(rule), 0) + 1
        if wanted["Action"] in LEVELS:
            cell.log.append(_line(cell, caller, LEVELS[wanted["Action"]], event))
    return Response(200, b"")


def _event(request: Request) -> dict[str, str]:
    text = request.body.decode("utf-8", "replace")
    try:
        event = json.loads(text)
    except ValueError:
        where = "[Source: (BufferedReader); line: 1, column: "
        reason = (
            f"Unexpected end-of-input: expected close marker for Object (start marker at {where}1])"
            f"\\u000A at {where}{len(text) + 2}]"
        )
        raise Refused("PR400-CM-0004", reason) from None
    for name, value in event.items():
        if not isinstance(value, str):
            raise Refused("PR400-EV-0004", name)
    return {"Type": "", "Object": "", "Info": "", **event}


def _line(cell: Cell, caller: Caller, level: str, event: dict[str, str]) -> str:
    who = f"{cell.url}#{caller.account.values['Name']}" if caller.account else ""
    key = secrets.token_urlsafe(17)
    words = [key, "true", caller.schema, who, event["Type"], event["Object"], event["Info"]]
    quoted = ",".join('"' + word.replace('"', '""') + '"' for word in words)
    return f"{moment(cell.unit.now())},[{level}],{quoted}\n"


def rules_in_force(cell: Cell, request: Request) -> Response:
    ask_cell(cell, request, "rule", writing=False)
    rules: list[dict[str, Any]] = [
        {**{name: rule.values[name] for name in SHOWN}, "HitCount": cell.hits.get(id(rule), 0)}
        for rule in reversed(cell.sets["Rule"].all())
    ]
    return as_json({"boxes": [], "timers": [], "rules": rules})


def log(cell: Cell, segments: list[str], request: Request) -> Response:
    ask_cell(cell, request, "log", writing=request.method == "DELETE")
    if segments == ["archive"] and request.method == "PROPFIND":
        at = cell.entity.published
        lines = [
            f"<creationdate>{created(at)}</creationdate>",
            f"<getlastmodified>{modified(at)}</getlastmodified>",
            "<resourcetype>",
            "    <collection/>",
            "</resourcetype>",
        ]
        inner = "".join(f"{' ' * 16}{line}\n" for line in lines)
        return multistatus([propstat(f"{cell.url}__log/archive", inner)], None)
    if len(segments) < 2:
        raise Refused("PR501-MC-0001")
    if request.method == "DELETE":
        raise Refused("PR400-EV-0005")
    if request.method != "GET":
        raise Refused("PR405-MC-0001")
    if segments[1] != LOG_FILE:
        raise Refused("PR404-DV-0001", segments[1])
    return Response(200, "".join(cell.log).encode(), [("Content-Type", "text/csv")])


def message(cell: Cell, segments: list[str], request: Request) -> Response:
    """`send` makes a message here and hands it to the cells it is for; `port` takes one in."""
    ask_cell(cell, request, "message", writing=True)
    if segments not in (["send"], ["port"]) or request.method != "POST":
        raise Refused("PR404-MC-0001")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused("PR400-OD-0001") from None
    if segments == ["port"]:
        _receive(cell, str(body.get("From", "")), body.get("__id") or uuid4().hex, body)
        return Response(201, b"")
    return _send(cell, body)


def _send(cell: Cell, body: dict[str, Any]) -> Response:
    key, results = uuid4().hex, []
    for url in str(body.get("To") or "").split(","):
        target = cell.unit.cell_at(url)
        trusted = target is not None and _may_write_to(target, cell)
        if target is not None and trusted:
            _receive(target, cell.url, key, body)
        code, reason = ("201", "Created.") if trusted else ("403", "Necessary privilege is lacking.")
        results.append({"To": url, "Code": code, "Reason": reason})
    values = _common(body) | {"__id": key, "To": body.get("To"), "ToRelation": None, "Result": results}
    sent = cell.sets["SentMessage"]
    entity: Entity = sent.add(values, cell.unit.now())
    shown = sent.shown(entity, f"{cell.url}__ctl/", deferred=False)
    headers = [("Location", shown["__metadata"]["uri"]), ("ETag", entity.etag)]
    return as_json({"d": {"results": shown}}, 201, headers, odata=True)


def _may_write_to(target: Cell, sender: Cell) -> bool:
    roles = roles_of_stranger(target, Token("", "", sender.url, 0, 0))
    return any(grants(ace, "p:message") for ace in target.node.aces if ace.role in roles)


def _receive(cell: Cell, sender: str, key: str, body: dict[str, Any]) -> None:
    values = _common(body) | {"__id": key, "From": sender, "MulticastTo": None, "Status": "unread"}
    cell.sets["ReceivedMessage"].add(values, cell.unit.now())


def _common(body: dict[str, Any]) -> dict[str, Any]:
    names = ("InReplyTo", "Title", "Body", "RequestObjects", "_Box.Name")
    kept = {name: body.get(name) for name in names}
    return kept | {"Type": body.get("Type", "message"), "Priority": body.get("Priority", 3)}
