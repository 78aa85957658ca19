"""Which request goes where: the unit, a cell's own services, or a path inside a box."""

from __future__ import annotations

from pds_adapter.personium_simulator import (
    bars,
    batches,
    cells,
    control,
    events,
    files,
    folders,
    identity,
    listings,
    records,
    schemas,
    snapshots,
)
from pds_adapter.personium_simulator.acl import ask_node
from pds_adapter.personium_simulator.atom import service_document
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json, as_xml, by_container
from pds_adapter.personium_simulator.token_endpoint import give_token
from pds_adapter.personium_simulator.unit import Cell, Node, Unit

READING = ("GET", "HEAD", "OPTIONS", "PROPFIND")
UNKNOWN_METHODS = ("REPORT",)
MISSING_METHODS = ("LOCK", "COPY", "PATCH")


def answer(unit: Unit, request: Request) -> Response:
    """Raises Refused."""
    lowered = request.path.lower()
    if "%00" in lowered or "%5c" in lowered:
        return by_container("Invalid URI")
    segments = request.segments
    if segments == [""]:
        return cells.describe_unit(unit, request)
    if segments[0] == "__status":
        shown = {"io.personium.core.pathBasedCellUrl.enabled": "true"}
        return as_json({"properties": shown, "ElasticSearch": {"health": {}}})
    if segments[0] == "__ctl":
        return control.unit_control(unit, segments[1:], request)
    cell = unit.cell(segments[0])
    if cell is None:
        raise Refused("PR404-DV-0003")
    if "" in segments:
        raise Refused("PR404-MC-0001")
    snapshots.settle(cell)
    writing = request.method not in READING and not (len(segments) > 1 and segments[1] in ("__token", "__introspect"))
    if cell.job is not None and writing:
        raise Refused("PR409-CM-0002", cell.job.kind)
    return _in_cell(unit, cell, segments[1:], request)


def _in_cell(unit: Unit, cell: Cell, segments: list[str], request: Request) -> Response:
    if not segments:
        return _cell_itself(unit, cell, request)
    name, rest = segments[0], segments[1:]
    if name == "__ctl":
        return control.cell_control(cell, rest, request)
    if name == "__token":
        return give_token(cell, request)
    if name == "__introspect":
        return identity.introspect(cell, request)
    if name == "__mypassword":
        return identity.change_password(cell, request)
    if name == "__certs":
        return identity.certificates(cell)
    if name == "__role":
        return identity.role(cell, rest, request)
    if name == "__box":
        return folders.box_of_app(cell, request)
    if name == "__event":
        return events.take_event(cell, request)
    if name == "__rule":
        return events.rules_in_force(cell, request)
    if name == "__log":
        return events.log(cell, rest, request)
    if name == "__message":
        return events.message(cell, rest, request)
    if name in ("__export", "__import"):
        return snapshots.job(cell, name, request)
    if name == "__snapshot":
        return snapshots.archive(cell, rest, request)
    return _in_boxes(cell, segments, request)


def _cell_itself(unit: Unit, cell: Cell, request: Request) -> Response:
    if request.method == "GET":
        return cells.describe(cell, request)
    if request.method == "PROPFIND":
        return cells.list_cell(cell, request)
    if request.method == "ACL":
        return folders.set_rules_of_cell(cell, request)
    if request.method == "DELETE":
        return cells.delete(unit, cell, request)
    if request.method == "OPTIONS":
        return folders.options_of(request)
    raise Refused("PR405-MC-0001")


def _in_boxes(cell: Cell, segments: list[str], request: Request) -> Response:
    """1. Methods that are nowhere.  2. The box.  3. Down the path.  4. What is there, or what could be."""
    # 1.
    if request.method in UNKNOWN_METHODS:
        raise Refused("PR501-MC-0001")
    if request.method == "OPTIONS":
        return folders.options_of(request)
    # 2.
    box = cell.box(segments[0])
    if box is None:
        if request.method == "MKCOL" and len(segments) == 1:
            return bars.install(cell, segments[0], request)
        raise Refused("PR404-DV-0002", f"{cell.url}{segments[0]}")
    # 3.
    node, rest = box, segments[1:]
    while rest and node.kind == "folder" and rest[0] in node.children:
        node, rest = node.children[rest[0]], rest[1:]
    here = segments[: len(segments) - len(rest)]
    url = f"{cell.url}{'/'.join(here)}"
    # 4.
    if node.kind == "odata" and (rest or request.method == "GET"):
        return _in_collection(cell, node, url, rest, request)
    if rest:
        return _absent(cell, node, url, rest, request)
    if node is box and request.method in ("GET", "DELETE", "MKCOL"):
        return _box_itself(cell, box, request)
    return _node(cell, node, url, box.name, request)


def _box_itself(cell: Cell, box: Node, request: Request) -> Response:
    if request.method == "GET":
        return folders.describe_box(cell, box, request)
    if request.method == "DELETE":
        return folders.delete_box(cell, box, request)
    return bars.install(cell, box.name, request)


def _node(cell: Cell, node: Node, url: str, box: str, request: Request) -> Response:
    method = request.method
    if method in ("GET", "HEAD"):
        if node.kind == "file":
            return files.get_file(cell, node, request)
        return folders.describe_folder(cell, node, url, request)
    if method == "PROPFIND":
        return listings.list_node(cell, node, url, box, request)
    if method == "PROPPATCH":
        return listings.change_properties(cell, node, url, request)
    if method == "ACL":
        return folders.set_rules(cell, node, request)
    if node.parent is not None:
        if method == "PUT" and node.kind == "file":
            return files.put_file(cell, node.parent, node.name, request)
        if method == "DELETE":
            return files.delete_node(cell, node, request)
        if method == "MOVE":
            return files.move_node(cell, node, url, request)
        if method == "MKCOL":
            return folders.make_folder(cell, node.parent, node.name, request)
    raise Refused("PR405-MC-0001")


def _absent(cell: Cell, node: Node, url: str, rest: list[str], request: Request) -> Response:
    """`node` is the last thing that is there; `rest` is not."""
    if node.kind == "file":
        ask_node(cell, node, request, "read")
        raise Refused("PR404-MC-0001")
    if request.method in MISSING_METHODS or request.method == "POST":
        raise Refused("PR405-MC-0001")
    if request.method in ("PUT", "MKCOL"):
        if len(rest) > 1:
            ask_node(cell, node, request, "bind")
            raise Refused("PR409-DV-0001", "/".join([url, *rest[:-1]]))
        if request.method == "PUT":
            return files.put_file(cell, node, rest[0], request)
        return folders.make_folder(cell, node, rest[0], request)
    wanted = {"PROPFIND": "read-properties", "PROPPATCH": "write-properties", "ACL": "write-acl", "DELETE": "unbind"}
    ask_node(cell, node, request, wanted.get(request.method, "read"))
    raise Refused("PR404-DV-0001", "/".join([url, *rest]))


def _in_collection(cell: Cell, node: Node, url: str, rest: list[str], request: Request) -> Response:
    if not rest:
        ask_node(cell, node, request, "read")
        text = service_document(f"{url}/", node.data.schema.types)
        return as_xml(text, headers=[("DataServiceVersion", "1.0")], kind="application/xml;charset=utf-8")
    if rest[0] == "$metadata":
        return schemas.answer(cell, node, url, rest[1:], request)
    if rest[0] == "$batch":
        return batches.answer(cell, node, url, request)
    return records.answer(cell, node, url, rest, request)
