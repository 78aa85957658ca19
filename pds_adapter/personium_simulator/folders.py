"""Folders and boxes: made, described, given an access list, removed; and the state of a box."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final
from xml.sax.saxutils import escape

from pds_adapter.personium_simulator.acl import DAV, PERSONIUM, ask_cell, ask_node, has, parsed, refuse
from pds_adapter.personium_simulator.callers import caller_of
from pds_adapter.personium_simulator.entities import Entity
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json, as_xml
from pds_adapter.personium_simulator.files import add_child
from pds_adapter.personium_simulator.listings import parse
from pds_adapter.personium_simulator.moments import moment
from pds_adapter.personium_simulator.records import Collection
from pds_adapter.personium_simulator.unit import Cell, Node

KINDS: Final = {"odata", "service"}
ALLOWED: Final = "OPTIONS, GET, PUT, DELETE, MOVE, PROPFIND, PROPPATCH, ACL"
EVERYWHERE: Final = "OPTIONS, GET, POST, PUT, DELETE, HEAD, MERGE, MKCOL, MOVE, PROPFIND, PROPPATCH, ACL"


def make_folder(cell: Cell, folder: Node, name: str, request: Request) -> Response:
    ask_node(cell, folder, request, "bind")
    if name in folder.children:
        raise Refused("PR405-DV-0001")
    kind = "folder"
    if request.body:
        root = parse(request.body, f"{{{DAV}}}mkcol")
        for asked in root.iterfind(f"{{{DAV}}}set/{{{DAV}}}prop/{{{DAV}}}resourcetype/*"):
            if asked.tag == f"{{{DAV}}}collection":
                continue
            found = asked.tag.removeprefix(f"{{{PERSONIUM}}}")
            if found not in KINDS:
                return _unknown_kind(asked)
            kind = found
    made = add_child(folder, name, kind, cell.unit.now())
    if kind == "odata":
        made.data = Collection()
    return Response(201, b"", [("ETag", made.etag)])


def _unknown_kind(asked: ET.Element) -> Response:
    tag = escape(asked.tag.rpartition("}")[2])
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><mkcol-response xmlns:p="urn:x-personium:xmlns" '
        f'xmlns="DAV:"><propstat><prop><resourcetype><collection/><p:{tag} xmlns:D="DAV:"/></resourcetype></prop>'
        "<status>HTTP/1.1 403 Forbidden</status><error><valid-resourcetype/></error>"
        "<responsedescription>such DC1 extension not supported on this server</responsedescription>"
        "</propstat></mkcol-response>"
    )
    return as_xml(text, 403, kind="application/octet-stream")


def set_rules(cell: Cell, node: Node, request: Request) -> Response:
    """ACL: the whole list, each time. It raises the version in the ETag and looks at no If-Match."""
    ask_node(cell, node, request, "write-acl")
    aces, app = parsed(cell, request.body)
    node.aces, node.required_app, node.version = aces, app, node.version + 1
    return Response(200, b"", [("ETag", node.etag)])


def set_rules_of_cell(cell: Cell, request: Request) -> Response:
    ask_cell(cell, request, "acl", writing=True)
    aces, _ = parsed(cell, request.body)
    cell.node.aces, cell.node.version = aces, cell.node.version + 1
    return Response(200, b"", [("ETag", cell.node.etag)])


def describe_folder(cell: Cell, node: Node, url: str, request: Request) -> Response:
    ask_node(cell, node, request, "read")
    return Response(200, f"URL : {url}\n".encode(), [("Content-Type", "text/plain")])


def describe_box(cell: Cell, node: Node, request: Request) -> Response:
    """Its state; also for who may only see the cell's boxes."""
    caller = caller_of(cell.unit, cell, request, basic=True)
    if not (has(caller, node.aces, "read") or has(caller, cell.node.aces, "p:box-read")):
        raise refuse(cell.unit, cell, caller, basic=True)
    entity = entity_of(cell, node)
    box = {
        "schema": entity.values["Schema"] if entity else None,
        "installed_at": moment(entity.published if entity else node.created),
        "name": node.name,
        "url": f"{cell.url}{node.name}/",
        "status": "ready",
    }
    return as_json({"cell": {"name": cell.name, "url": cell.url}, "box": box, "unit": of_unit(cell.unit.url)})


def of_unit(url: str) -> dict[str, object]:
    return {"path_based_cellurl_enabled": True, "url": f"{url}/"}


def entity_of(cell: Cell, node: Node) -> Entity | None:
    return next((box for box in cell.sets["Box"].all() if box.holds is node), None)


def delete_box(cell: Cell, node: Node, request: Request) -> Response:
    """With all that is in it, and the roles and relations bound to it."""
    if not request.recursive:
        raise Refused("PR412-MC-0001")
    entity = entity_of(cell, node)
    if entity is None:
        raise Refused("PR405-MC-0001")
    if node.required_app is not None:
        ask_node(cell, node, request, "unbind")
    else:
        ask_cell(cell, request, "box", writing=True)
    for entities in cell.sets.values():
        for row in entities.all():
            if row.values.get("_Box.Name") == entity.values["Name"]:
                entities.remove(row)
    cell.sets["Box"].remove(entity)
    return Response(204)


def box_of_app(cell: Cell, request: Request) -> Response:
    """`__box`: the box whose schema is asked for, or that of the app which the token carries."""
    caller = caller_of(cell.unit, cell, request, basic=False)
    schema = request.options.get("schema") or caller.schema.removesuffix("#c")
    box = cell.sets["Box"].find({"Schema": schema}) if schema else None
    own = bool(schema) and caller.schema.removesuffix("#c") == schema
    if not own and not has(caller, cell.node.aces, "p:box-read"):
        raise refuse(cell.unit, cell, caller, basic=False)
    if box is None:
        raise Refused("PR403-AU-0002")
    url = f"{cell.url}{box.values['Name']}/"
    return as_json({"Url": url}, headers=[("Location", url)])


def options_of(request: Request) -> Response:
    """Anybody may ask; who sends a token is told what a file takes."""
    allowed = ALLOWED if request.header("Authorization") else EVERYWHERE
    return Response(200, b"", [("Allow", allowed)])
