"""`$batch` of an OData collection: one multipart body, many requests. A changeset is not atomic; MERGE is refused.

Only the access list of the collection itself is asked, not what the folders above it grant.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from pds_adapter.personium_simulator import records
from pds_adapter.personium_simulator.acl import ask_node
from pds_adapter.personium_simulator.exchange import Refused, Request, Response
from pds_adapter.personium_simulator.unit import Cell, Node

METHODS: Final = ("GET", "POST", "PUT", "DELETE")
BOUNDARY: Final = re.compile(r"boundary=([^;\s]+)")
PART: Final = "Content-Type: application/http"
BINARY: Final = "Content-Transfer-Encoding: binary"


def answer(cell: Cell, node: Node, url: str, request: Request) -> Response:
    ask_node(cell, node, request, "write", inherited=False)
    boundary = _boundary(request.header("Content-Type") or "")
    parts = [_parsed(part) for part in _split(request.body.decode(), boundary)]
    rows = records.Records(cell, node, url)
    out = []
    for inner, asked in parts:
        if inner is None:
            done = _done(rows, asked[0])
            out.append(f"--{boundary}\n{PART}\n\n{_written(done)}\n")
            continue
        answers = "".join(f"--{inner}\n{PART}\n{BINARY}\n\n{_written(_done(rows, each))}\n" for each in asked)
        out.append(f"--{boundary}\nContent-Type: multipart/mixed; boundary={inner}\n\n{answers}--{inner}--\n\n")
    text = "".join(out) + f"--{boundary}--"
    headers = [("DataServiceVersion", "2.0"), ("Content-Type", f"multipart/mixed; boundary={boundary}")]
    return Response(202, text.encode(), headers)


def _boundary(header: str) -> str:
    found = BOUNDARY.search(header)
    if found is None:
        raise Refused("PR400-OD-0023")
    return found[1]


def _split(text: str, boundary: str) -> list[str]:
    text = text.replace("\r\n", "\n")
    if f"--{boundary}--" not in text:
        raise Refused("PR400-OD-0023")
    body = text.partition(f"--{boundary}--")[0]
    return [part.removeprefix("\n") for part in body.split(f"--{boundary}\n")[1:]]


def _parsed(part: str) -> tuple[str | None, list[Request]]:
    """The boundary of a changeset (None: a single request), and its requests."""
    head, _, body = part.partition("\n\n")
    if "multipart/mixed" in head:
        inner = _boundary(head)
        return inner, [_request(each) for each in _split(body, inner)]
    return None, [_request(part)]


def _request(part: str) -> Request:
    text = part.partition("\n\n")[2]
    head, _, body = text.partition("\n\n")
    line, *headers = head.split("\n")
    found = re.fullmatch(r"(\w+) (\S+) HTTP/1.1", line)
    if found is None or not re.match(r"\w", found[2]):
        raise Refused("PR400-OD-0034", line)
    if found[1] not in METHODS:
        raise Refused("PR400-OD-0035", found[1])
    path, _, query = found[2].partition("?")
    named = dict(each.split(": ", 1) for each in headers if ": " in each)
    return Request(found[1], f"/{path}", query, {k.lower(): v for k, v in named.items()}, body.strip("\n").encode())


def _done(rows: records.Records, request: Request) -> Response:
    try:
        segments = request.segments
        if request.method == "POST" and segments[0] in rows.schema.types and len(segments) == 1:
            return rows.create(segments[0], request, as_batch=True)
        return records.answer_unasked(rows, segments, request)
    except Refused as refusal:
        return refusal.response()


def _written(response: Response) -> str:
    phrase = HTTPStatus(response.status).phrase if response.status < HTTPStatus.BAD_REQUEST else ""
    order = ["ETag", "DataServiceVersion", "Content-Type", "Location"]
    named = dict(response.headers)
    named["Content-Type"] = named.get("Content-Type", "").removesuffix(";charset=utf-8")
    lines = [f"{name}: {named[name]}" for name in order if named.get(name)]
    body = f"{response.body.decode()}\n" if response.body else ""
    head = "\n".join([f"HTTP/1.1 {response.status} {phrase}", *lines])
    return f"{head}\n\n{body}" if body else f"{head}\n"
