"""Export and import of a whole cell: a zip under `__snapshot`, made or taken in while the cell is shut for writing."""

from __future__ import annotations

import json
import re
import zipfile
from typing import Any, Final

from pds_adapter.personium_simulator import cells
from pds_adapter.personium_simulator.acl import ask_cell
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json
from pds_adapter.personium_simulator.files import add_child, check_match, content_of
from pds_adapter.personium_simulator.moments import moment
from pds_adapter.personium_simulator.snapshot_zip import packed, unpacked
from pds_adapter.personium_simulator.unit import Cell, Job

NAME: Final = "^[a-zA-Z0-9-_]{1,192}$"
SAYS: Final = {"__export": ("export", "exportation"), "__import": ("import", "importation")}


def settle(cell: Cell) -> None:
    """End the running job if its time is over."""
    job = cell.job
    if job is not None and cell.unit.clock() >= job.ends:
        cell.job = None
        job.finish()


def job(cell: Cell, service: str, request: Request) -> Response:
    kind, word = SAYS[service]
    ask_cell(cell, request, "root", writing=True)
    if request.method == "GET":
        running = cell.job
        if running is None:
            return as_json({"status": "ready"})
        return as_json(
            {
                f"{word}_name": running.name,
                "started_at": moment(running.started),
                "progress": "0%",
                "status": f"{word} in progress",
            }
        )
    if request.method != "POST":
        raise Refused("PR405-MC-0001")
    name = _name(request)
    file = f"{name}.zip"
    if kind == "export":
        if file in cell.snapshots.children:
            raise Refused("PR409-DV-0002", file)
        _start(cell, kind, name, lambda: _keep(cell, file))
    else:
        found = cell.snapshots.children.get(file)
        if found is None:
            raise Refused("PR404-DV-0001", file)
        try:
            content = unpacked(found.content)
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise Refused("PR500-SV-9999") from None
        _start(cell, kind, name, lambda: content.into(cell))
    return Response(202, b"", [("Location", f"{cell.url}{service}")])


def _name(request: Request) -> str:
    try:
        body: Any = json.loads(request.body)
    except ValueError:
        raise Refused("PR400-CM-0004", "not JSON") from None
    if "Name" not in body:
        raise Refused("PR400-CM-0001", "Name")
    if not re.fullmatch(NAME[1:-1], str(body["Name"])):
        raise Refused("PR400-CM-0002", "Name", NAME)
    return str(body["Name"])


def _start(cell: Cell, kind: str, name: str, finish: Any) -> None:
    now = cell.unit.clock()
    cell.job = Job(kind, name, cell.unit.now(), now + cell.unit.job_seconds, finish)


def _keep(cell: Cell, file: str) -> None:
    made = add_child(cell.snapshots, file, "file", cell.unit.now())
    made.content, made.content_type = packed(cell), "application/zip"


def archive(cell: Cell, segments: list[str], request: Request) -> Response:
    """The files under `__snapshot`."""
    ask_cell(cell, request, "root", writing=True)
    if not segments:
        if request.method != "PROPFIND":
            raise Refused("PR405-MC-0001")
        return cells.list_snapshots(cell, request)
    [name] = segments if len(segments) == 1 else [""]
    found = cell.snapshots.children.get(name)
    if request.method == "PUT":
        status, now = 201 if found is None else 204, cell.unit.now()
        if found is None:
            found = add_child(cell.snapshots, name, "file", now)
        else:
            check_match(found, request)
            found.touch(now)
        found.content, found.content_type = request.body, request.header("Content-Type") or "application/octet-stream"
        return Response(status, b"" if status == 201 else None, [("ETag", found.etag)])
    if found is None:
        raise Refused("PR404-DV-0001", f"{cell.url}__snapshot/{name}")
    if request.method in ("GET", "HEAD"):
        return content_of(found, request)
    if request.method == "DELETE":
        check_match(found, request)
        del cell.snapshots.children[name]
        return Response(204)
    raise Refused("PR405-MC-0001")
