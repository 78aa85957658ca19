"""A cell as a whole: what it says of itself, what it is made of, and its end."""

from __future__ import annotations

from pds_adapter.personium_simulator.acl import ask_cell
from pds_adapter.personium_simulator.callers import caller_of
from pds_adapter.personium_simulator.control import owns
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json, as_xml
from pds_adapter.personium_simulator.folders import of_unit
from pds_adapter.personium_simulator.listings import checked_depth, multistatus, response_of
from pds_adapter.personium_simulator.unit import Cell, Node, Unit

NORMAL = '<p:cellstatus xmlns:p="urn:x-personium:xmlns">normal</p:cellstatus>'


def describe_unit(unit: Unit, request: Request) -> Response:
    kind = "application/json" if "json" in (request.header("Accept") or "") else "text/plain"
    return as_json({"unit": of_unit(unit.url)}, kind=kind)


def describe(cell: Cell, request: Request) -> Response:
    """Public facts, to anyone."""
    accept = request.header("Accept") or "*/*"
    if "json" in accept:
        return as_json({"cell": {"name": cell.name, "url": cell.url}, "unit": of_unit(cell.unit.url)})
    if accept == "application/xml":
        return as_xml(
            '<?xml version="1.0" encoding="UTF-8"?><cell xmlns="urn:x-personium:xmlns">'
            f"<uuid>{cell.uuid}</uuid><ctl>{cell.url}__ctl/</ctl></cell>"
        )
    raise Refused("PR412-UI-0001")


def list_cell(cell: Cell, request: Request) -> Response:
    """Of its boxes nothing is shown, nor any size."""
    ask_cell(cell, request, "propfind", writing=True)
    checked_depth(request)
    url = cell.url.removesuffix("/")
    return multistatus([response_of(cell, cell.node, url, "__", [], True, NORMAL)], cell.node.etag)


def list_snapshots(cell: Cell, request: Request) -> Response:
    ask_cell(cell, request, "root", writing=True)
    depth, url = checked_depth(request), f"{cell.url}__snapshot"
    rows = [response_of(cell, cell.node, url, "__", [], True, NORMAL)]
    above: list[tuple[str, Node]] = [(cell.url, cell.node)]
    if depth == "1":
        rows += [
            response_of(cell, file, f"{url}/{file.name}", "__", above, True)
            for file in cell.snapshots.children.values()
        ]
    return multistatus(rows, cell.node.etag)


def delete(unit: Unit, cell: Cell, request: Request) -> Response:
    """Only a unit user may, and must say that all inside goes too."""
    if not request.recursive:
        raise Refused("PR412-MC-0001")
    caller = caller_of(unit, cell, request, basic=False)
    if caller.refusal is not None:
        raise caller.refusal
    if not (caller.master or caller.unit_user):
        raise Refused("PR403-AU-0001")
    if not owns(caller, cell):
        raise Refused("PR403-AU-0003")
    unit.cell_set.remove(cell.entity)
    return Response(204)
