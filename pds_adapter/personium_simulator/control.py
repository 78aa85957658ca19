"""`__ctl`: the cells of a unit, and the boxes, roles, accounts and links of a cell."""

from __future__ import annotations

from typing import Any, Final

from pds_adapter.personium_simulator import atom, odata
from pds_adapter.personium_simulator.acl import ask_cell
from pds_adapter.personium_simulator.callers import Caller, caller_of
from pds_adapter.personium_simulator.entities import Entities, Entity, Values
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_xml
from pds_adapter.personium_simulator.kinds import ACCOUNT, ACTIONS, BOX, CELL, CELL_KINDS, LOG_ACTIONS, ROLE, RULE
from pds_adapter.personium_simulator.passwords import make
from pds_adapter.personium_simulator.unit import Cell, Node, Unit

FORMATS_OF_MESSAGES: Final = (
    '<ComplexType Name="Sent_Message_Result">'
    '<Property Name="To" Type="Edm.String" Nullable="true" p:Format="cell-url"/>'
    '<Property Name="Code" Type="Edm.String" Nullable="true"/>'
    '<Property Name="Reason" Type="Edm.String" Nullable="true"/>'
    '</ComplexType><ComplexType Name="Message_Request_Object"><Property Name="RequestType" Type="Edm.String" '
    'Nullable="false" p:Format="regEx(\'^(relation\\.add)|(relation\\.remove)|(role\\.add)|(role\\.remove)|'
    "(rule\\.add)|(rule\\.remove)$')\"/>"
    '<Property Name="Name" Type="Edm.String" Nullable="true" p:Format="request-name"/>'
    '<Property Name="TargetUrl" Type="Edm.String" Nullable="true" p:Format="request-target-url"/>'
    '<Property Name="ClassUrl" Type="Edm.String" Nullable="true" p:Format="request-class-url"/>'
    '<Property Name="EventSubject" Type="Edm.String" Nullable="true" p:Format="uri"/>'
    '<Property Name="EventType" Type="Edm.String" Nullable="true" p:Format="regEx(\'[a-zA-Z0-9-_\\+:.]{0,127}\')"/>'
    '<Property Name="EventObject" Type="Edm.String" Nullable="true" p:Format="rule-object"/>'
    '<Property Name="EventInfo" Type="Edm.String" Nullable="true"/>'
    '<Property Name="Action" Type="Edm.String" Nullable="true" '
    "p:Format=\"regEx('^(exec)|(relay)|(relay\\.data)|(relay\\.event)|(log)|(log\\.info)|(log\\.warn)|(log\\.error)$')\"/>"
    "</ComplexType>"
)
IN_SCHEMA_ORDER: Final = (ROLE, BOX, ACCOUNT)
"""These stand first in $metadata; the rest follows in the order of the service document."""


def unit_control(unit: Unit, segments: list[str], request: Request) -> Response:
    service = _UnitControl(unit, f"{unit.url}/__ctl/", {CELL.name: unit.cell_set})
    if segments == ["$metadata"]:
        service.ask(request, None, writing=False)
        return _schema("UnitCtl", atom.entity_type("UnitCtl", CELL), [CELL.name])
    return odata.answer(service, segments, request)


def cell_control(cell: Cell, segments: list[str], request: Request) -> Response:
    service = _CellControl(cell)
    if segments == ["$metadata"]:
        service.ask(request, None, writing=False)
        kinds = [*IN_SCHEMA_ORDER, *(kind for kind in CELL_KINDS if kind not in IN_SCHEMA_ORDER)]
        types = "".join(atom.entity_type("CellCtl", kind) for kind in kinds)
        return _schema("CellCtl", FORMATS_OF_MESSAGES + types, [kind.name for kind in kinds])
    return odata.answer(service, segments, request)


def _schema(namespace: str, types: str, sets: list[str]) -> Response:
    text = atom.edmx(namespace, types, sets)
    return as_xml(text, headers=[("DataServiceVersion", "1.0")], kind="application/xml;charset=utf-8")


class _UnitControl(odata.Service):
    def ask(self, request: Request, entities: Entities | None, writing: bool) -> None:
        ask_unit(self.unit, request)

    def visible(self, request: Request, entities: Entities) -> list[Entity]:
        caller = ask_unit(self.unit, request)
        return [cell for cell in entities.all() if owns(caller, cell.holds)]

    def ask_entity(self, request: Request, entities: Entities, entity: Entity) -> None:
        if not owns(ask_unit(self.unit, request), entity.holds):
            raise Refused("PR403-AU-0003")

    def created(self, request: Request, entities: Entities, entity: Entity, holds: Any) -> None:
        caller = ask_unit(self.unit, request)
        sees_all = caller.master or "UnitAdmin" in caller.unit_roles
        owner = request.header("X-Personium-Unit-User") if sees_all else caller.unit_user
        entity.holds = Cell(self.unit, entity, owner)

    def before_delete(self, entities: Entities, entity: Entity) -> None:
        cell: Cell = entity.holds
        if cell.main_box.children or any(each.all() for each in cell.sets.values()):
            raise Refused("PR409-OD-0001")


def ask_unit(unit: Unit, request: Request) -> Caller:
    caller = caller_of(unit, None, request, basic=False)
    if caller.refusal is not None:
        raise caller.refusal
    if not (caller.master or caller.unit_user):
        raise Refused("PR403-AU-0001")
    return caller


def owns(caller: Caller, cell: Cell) -> bool:
    return caller.master or "UnitAdmin" in caller.unit_roles or caller.unit_user == cell.owner


class _CellControl(odata.Service):
    def __init__(self, cell: Cell) -> None:
        super().__init__(cell.unit, f"{cell.url}__ctl/", cell.sets)
        self.cell = cell

    def ask(self, request: Request, entities: Entities | None, writing: bool) -> None:
        privilege = entities.kind.privilege if entities is not None else "root"
        ask_cell(self.cell, request, privilege, writing)

    def before(self, request: Request, entities: Entities, values: Values) -> Any:
        if entities.kind is RULE:
            _check_rule(self.cell, values)
        password = request.header("X-Personium-Credential")
        return make(password) if entities.kind is ACCOUNT and password is not None else None

    def created(self, request: Request, entities: Entities, entity: Entity, holds: Any) -> None:
        if entities.kind is BOX:
            now = self.unit.now()
            entity.holds = Node(str(entity.values["Name"]), "folder", None, now, now)
        else:
            entity.holds = holds

    def changed(self, request: Request, entities: Entities, entity: Entity, holds: Any, old: Values) -> None:
        if entities.kind is ACCOUNT and holds is not None:
            entity.holds = holds
        if entities.kind is BOX:
            entity.holds.name = entity.values["Name"]
            for other in self.cell.sets.values():
                for row in other.all():
                    if row.values.get("_Box.Name") == old["Name"]:
                        row.values["_Box.Name"] = entity.values["Name"]

    def before_delete(self, entities: Entities, entity: Entity) -> None:
        if entities.kind is BOX and (entity.holds.children or _bound_to(self.cell, entity)):
            raise Refused("PR409-OD-0001")


def _bound_to(cell: Cell, box: Entity) -> bool:
    return any(
        row.values.get("_Box.Name") == box.values["Name"] for entities in cell.sets.values() for row in entities.all()
    )


def _check_rule(cell: Cell, values: Values) -> None:
    if values["Action"] not in ACTIONS:
        raise Refused("PR400-OD-0006", "Action")
    if str(values["EventType"]).startswith("timer.") and values["EventSubject"] is not None:
        raise Refused("PR400-OD-0006", "EventSubject")
    if values["Action"] not in LOG_ACTIONS and values["TargetUrl"] is None:
        raise Refused("PR400-OD-0006", "TargetUrl")
