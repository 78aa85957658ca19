"""Installing a box from a bar file (a zip with a manifest, properties and contents)."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from typing import Final

from pds_adapter.personium_simulator.acl import DAV, ask_cell
from pds_adapter.personium_simulator.exchange import Refused, Request, Response
from pds_adapter.personium_simulator.files import add_child
from pds_adapter.personium_simulator.unit import Cell, Node

MANIFEST, PROPERTIES, CONTENTS = "00_meta/00_manifest.json", "00_meta/90_rootprops.xml", "90_contents/"
SELF: Final = "dav:"


def install(cell: Cell, name: str, request: Request) -> Response:
    ask_cell(cell, request, "box-install", writing=True)
    if request.header("Content-Type") != "application/zip":
        raise Refused("PR400-BI-0001")
    try:
        archive = zipfile.ZipFile(io.BytesIO(request.body))
        root = next((entry[: -len(MANIFEST)] for entry in archive.namelist() if entry.endswith(MANIFEST)), "")
        schema = json.loads(archive.read(root + MANIFEST)).get("schema")
        kinds = _content_types(archive, root)
    except (zipfile.BadZipFile, KeyError, ValueError, ET.ParseError):
        raise Refused("PR400-BI-0007") from None
    boxes, now = cell.sets["Box"], cell.unit.now()
    if schema is not None and boxes.find({"Schema": schema}) is not None:
        raise Refused("PR400-BI-0004", schema)
    entity = boxes.add(boxes.check({"Name": name, "Schema": schema}), now)
    entity.holds = Node(name, "folder", None, now, now)
    for entry in archive.namelist():
        path = entry.removeprefix(root + CONTENTS)
        if path in (entry, "") or entry.endswith("/"):
            continue
        *folders, file = path.split("/")
        node: Node = entity.holds
        for folder in folders:
            node = node.children.get(folder) or add_child(node, folder, "folder", now)
        made = add_child(node, file, "file", now)
        made.content, made.content_type = archive.read(entry), kinds.get(path, made.content_type)
    return Response(202, b"", [("Location", f"{cell.url}{name}")])


def _content_types(archive: zipfile.ZipFile, root: str) -> dict[str, str]:
    """Of each path inside the box, where the properties tell it."""
    text = archive.read(root + PROPERTIES)
    if b"<!" in text:
        raise ValueError
    kinds = {}
    for part in ET.fromstring(text).iter(f"{{{DAV}}}response"):  # noqa: S314  no declarations: see above
        href = part.findtext(f"{{{DAV}}}href", "")
        kind = part.findtext(f".//{{{DAV}}}getcontenttype")
        if kind is not None:
            kinds[href.removeprefix(SELF).lstrip("/")] = kind
    return kinds
