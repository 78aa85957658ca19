"""Files in boxes: written, read, moved, removed. The traps are the unit's own.

If-Match is looked at only where the file is there; If-None-Match on a PUT never is: there is no "create only". 201 says
that it was made, 204 that it was overwritten.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from pds_adapter.personium_simulator.acl import ask_node
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, by_container
from pds_adapter.personium_simulator.unit import Cell, Node

CHILDREN_MAX, DEPTH_MAX, NAME_CHARACTERS_MAX, NAME_BYTES_MAX = 1024, 50, 256, 255
FORBIDDEN: Final = re.compile(r'[\x00-\x20\\/:*?"<>|]')


def get_file(cell: Cell, node: Node, request: Request) -> Response:
    ask_node(cell, node, request, "read")
    return content_of(node, request)


def content_of(node: Node, request: Request) -> Response:
    etag = ("ETag", node.etag)
    if (known := request.header("If-None-Match")) is not None and known.removeprefix("W/") == node.etag:
        return Response(304, None, [etag])
    status, body, ranged = 200, node.content, _range(request.header("Range"), len(node.content))
    headers = [etag, ("Accept-Ranges", "bytes"), ("Content-Type", node.content_type)]
    if ranged is not None:
        first, last = ranged
        status, body = 206, body[first : last + 1]
        headers.append(("Content-Range", f"bytes {first}-{last}/{len(node.content)}"))
    return Response(status, body, headers)


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte; None for the whole."""
    if header is None or not header.startswith("bytes="):
        return None
    if "," in header:
        raise Refused("PR501-MC-0002")
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if found is None or found[1] + found[2] == "":
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if first >= size or last < first:
        raise Refused("PR416-DV-0001")
    return first, min(last, size - 1)


def put_file(cell: Cell, folder: Node, name: str, request: Request) -> Response:
    present = folder.children.get(name)
    ask_node(cell, present or folder, request, "write-content" if present else "bind")
    kind = request.header("Content-Type")
    if kind is not None and "/" not in kind:
        return by_container("Bad Request")
    now = cell.unit.now()
    if present is None:
        present = add_child(folder, name, "file", now)
        status = 201
    elif present.kind != "file":
        raise Refused("PR405-MC-0001")
    else:
        check_match(present, request)
        present.touch(now)
        status = 204
    present.content, present.content_type = request.body, kind or "application/octet-stream"
    return Response(status, b"" if status == 201 else None, [("ETag", present.etag)])


def check_match(node: Node, request: Request) -> None:
    wanted = request.header("If-Match")
    if wanted is not None and wanted != "*" and wanted.removeprefix("W/") != node.etag:
        raise Refused("PR412-DV-0001")


def add_child(folder: Node, name: str, kind: str, now: int) -> Node:
    """Raises Refused: a bad name, a full folder, too deep a one."""
    if FORBIDDEN.search(name) or len(name) > NAME_CHARACTERS_MAX:
        raise Refused("PR403-DV-0004")
    if len(name.encode()) > NAME_BYTES_MAX:
        raise Refused("PR500-DV-0001")
    if len(folder.children) >= CHILDREN_MAX:
        raise Refused("PR400-DV-0007")
    if kind != "file" and len(folder.ancestors) > DEPTH_MAX:
        raise Refused("PR400-DV-0008")
    folder.children[name] = made = Node(name, kind, folder, now, now)
    return made


def delete_node(cell: Cell, node: Node, request: Request) -> Response:
    folder = node.parent
    if folder is None:
        raise Refused("PR405-MC-0001")
    ask_node(cell, folder, request, "unbind")
    check_match(node, request)
    full = bool(node.children) or (node.data is not None and not node.data.is_empty)
    if full and not request.recursive:
        raise Refused("PR403-DV-0003")
    del folder.children[node.name]
    return Response(204)


def move_node(cell: Cell, node: Node, url: str, request: Request) -> Response:
    """1. Where to.  2. May it.  3. The same ETag.  4. What is there already.  5. Moved, with its access list."""
    ask_node(cell, node, request, "read")
    # 1.
    destination = request.header("Destination")
    if destination is None:
        raise Refused("PR400-DV-0010")
    box = node.ancestors[-1]
    inside = f"{cell.url}{box.name}/"
    if not destination.startswith(inside) or not urlsplit(destination).scheme:
        raise Refused("PR400-DV-0009", destination)
    if unquote(destination) == url:
        raise Refused("PR403-DV-0005", destination)
    parts = [unquote(part) for part in destination.removeprefix(inside).split("/")]
    folder = box
    for name in parts[:-1]:
        found = folder.children.get(name)
        if found is None or found.kind == "file":
            raise Refused("PR409-DV-0001", name)
        folder = found
    # 2.
    ask_node(cell, folder, request, "bind")
    # 3.
    check_match(node, request)
    # 4.
    present = folder.children.get(parts[-1])
    if present is not None and request.header("Overwrite") != "T":
        raise Refused("PR412-DV-0002")
    # 5.
    if node.parent is not None:
        del node.parent.children[node.name]
    if present is None:
        add_child(folder, parts[-1], node.kind, node.created)
    folder.children[parts[-1]] = node
    node.name, node.parent = parts[-1], folder
    headers = [("ETag", node.etag)]
    if unquote(destination).isascii():
        headers.insert(0, ("Location", destination))
    return Response(201 if present is None else 204, b"" if present is None else None, headers)
