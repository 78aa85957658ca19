"""The schema of an OData collection: entity types, their properties, complex types, and which types are linked."""

from __future__ import annotations

from typing import Any

from pds_adapter.personium_simulator import atom, odata
from pds_adapter.personium_simulator.acl import ask_node
from pds_adapter.personium_simulator.entities import Entities, Entity, Values
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_xml
from pds_adapter.personium_simulator.kinds import PROPERTY, SCHEMA_KINDS, TYPES
from pds_adapter.personium_simulator.unit import Cell, Node

MULTIPLE = "List"


class Schema:
    def __init__(self) -> None:
        self.sets = {kind.name: Entities(kind, "ODataSvcSchema") for kind in SCHEMA_KINDS}
        self.found: dict[str, dict[str, str]] = {}
        """Types of properties that were never declared, fixed by their first value: by entity type and name."""

    @property
    def types(self) -> list[str]:
        return [str(row.values["Name"]) for row in self.sets["EntityType"].all()]

    def declared(self, entity_type: str) -> dict[str, Values]:
        """The declared properties by name, in order of the alphabet."""
        rows = [r.values for r in self.sets["Property"].all() if r.values["_EntityType.Name"] == entity_type]
        return {row["Name"]: row for row in sorted(rows, key=lambda row: row["Name"])}

    def types_of(self, entity_type: str) -> dict[str, str]:
        """Every known property and its type; a list's is `List Edm.…`, a complex one's `UserData.…`."""
        types = {"__id": "Edm.String", "__published": "Edm.DateTime", "__updated": "Edm.DateTime"}
        for name, row in self.declared(entity_type).items():
            kind = row["Type"] if row["Type"] in TYPES else f"UserData.{row['Type']}"
            types[name] = f"List {kind}" if row["CollectionKind"] == MULTIPLE else kind
        return types | self.found.get(entity_type, {})

    def complex_properties(self, name: str) -> dict[str, Values]:
        rows = [r.values for r in self.sets["ComplexTypeProperty"].all() if r.values["_ComplexType.Name"] == name]
        return {row["Name"]: row for row in rows}

    def linked_types(self, entity_type: str) -> list[str]:
        """The entity types whose entities may be linked to one of this type."""
        ends = [r for r in self.sets["AssociationEnd"].all() if r.values["_EntityType.Name"] == entity_type]
        return [str(other.values["_EntityType.Name"]) for end in ends for other in end.linked("AssociationEnd")]


def answer(cell: Cell, node: Node, url: str, segments: list[str], request: Request) -> Response:
    """`$metadata` of the collection at `url` (no slash at its end), and what stands under it."""
    schema: Schema = node.data.schema
    if not segments:
        ask_node(cell, node, request, "read")
        text = atom.edmx("UserData", _declared_types(schema), schema.types)
        return as_xml(text, headers=[("DataServiceVersion", "1.0")], kind="application/xml;charset=utf-8")
    if request.options.get("$select") and segments[0] == PROPERTY.name:
        raise Refused("PR500-SV-9999")
    return odata.answer(_SchemaService(cell, node, url), segments, request)


class _SchemaService(odata.Service):
    def __init__(self, cell: Cell, node: Node, url: str) -> None:
        super().__init__(cell.unit, f"{url}/$metadata/", node.data.schema.sets)
        self.cell, self.node = cell, node

    def ask(self, request: Request, entities: Entities | None, writing: bool) -> None:
        ask_node(self.cell, self.node, request, "write" if writing else "read")

    def before(self, request: Request, entities: Entities, values: Values) -> Any:
        kind = values.get("Type")
        known = {str(row.values["Name"]) for row in self.sets["ComplexType"].all()}
        if kind is not None and kind not in TYPES and kind not in known:
            raise Refused("PR400-OD-0006", "Type")

    def before_delete(self, entities: Entities, entity: Entity) -> None:
        schema: Schema = self.node.data.schema
        name = entities.kind.name
        owner = str(entity.values["Name"] if name == "EntityType" else entity.values.get("_EntityType.Name"))
        used = bool(self.node.data.rows.get(owner))
        if name in ("EntityType", "Property") and (used or (name == "EntityType" and schema.declared(owner))):
            raise Refused("PR409-OD-0001")


def _declared_types(schema: Schema) -> str:
    complex_types = []
    for row in schema.sets["ComplexType"].all():
        name = str(row.values["Name"])
        inner = "".join(_property(part) for part in schema.complex_properties(name).values())
        complex_types.append(f'<ComplexType Name="{name}">{inner}</ComplexType>')
    entity_types = []
    for name in schema.types:
        inner = "".join(_property(part) for part in schema.declared(name).values())
        entity_types.append(
            f'<EntityType Name="{name}" OpenType="true"><Key><PropertyRef Name="__id"/></Key>'
            '<Property Name="__id" Type="Edm.String" Nullable="false" DefaultValue="UUID()" '
            f"p:Format=\"regEx('^.{{1,400}}$')\"/>{atom.TIMES}{inner}</EntityType>"
        )
    return "".join(complex_types + entity_types)


def _property(row: Values) -> str:
    kind = row["Type"] if row["Type"] in TYPES else f"UserData.{row['Type']}"
    several = ' CollectionKind="List"' if row["CollectionKind"] == MULTIPLE else ""
    nullable = "true" if row["Nullable"] else "false"
    return f'<Property Name="{row["Name"]}" Type="{kind}" Nullable="{nullable}"{several}/>'
