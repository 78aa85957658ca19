"""The entities of an OData collection: open types, checked where declared, found, changed and linked."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from pds_adapter.personium_simulator import atom, odata, queries
from pds_adapter.personium_simulator.acl import ask_node
from pds_adapter.personium_simulator.entities import Entity, Values
from pds_adapter.personium_simulator.exchange import JSON_LIST, Refused, Request, Response, as_json, as_xml
from pds_adapter.personium_simulator.schemas import MULTIPLE, Schema
from pds_adapter.personium_simulator.unit import Cell, Node

KEY_CHARACTERS_MAX, TEXT_CHARACTERS_MAX = 400, 51_200
INT32: Final = range(-(2**31), 2**31)
DATES: Final = range(-6_847_804_800_000, 253_402_300_800_000)
MANAGED: Final = ("__published", "__updated")


class Collection:
    """What stands behind an odata collection's node."""

    def __init__(self) -> None:
        self.schema = Schema()
        self.rows: dict[str, list[Entity]] = {}

    @property
    def is_empty(self) -> bool:
        return not self.schema.types


def answer(cell: Cell, node: Node, url: str, segments: list[str], request: Request) -> Response:
    """An entity set (`segments[0]`), an entity, its links, or what it is linked to."""
    writing = request.method not in ("GET", "HEAD")
    ask_node(cell, node, request, "write" if writing else "read")
    return answer_unasked(Records(cell, node, url), segments, request)


def answer_unasked(records: Records, segments: list[str], request: Request) -> Response:
    """The same after leave was given (a batch asks once for all)."""
    found = re.fullmatch(r"([\w-]+)(?:\((.*)\))?", segments[0], re.DOTALL)
    if found is None or found[1] not in records.schema.types:
        raise Refused("PR404-OD-0001")
    name, key = found[1], found[2]
    if key is None:
        if len(segments) > 1:
            raise Refused("PR404-MC-0001")
        if request.method == "POST":
            return records.create(name, request)
        if request.method != "GET":
            raise Refused("PR405-MC-0001")
        return records.list(name, records.rows(name), request)
    plain = re.fullmatch(r"(?:__id=)?'((?:[^']|'')*)'", key)
    entity = records.find(name, plain[1].replace("''", "'")) if plain else None
    if entity is None:
        raise Refused("PR404-OD-0002" if len(segments) == 1 else "PR404-OD-0000")
    if len(segments) == 1:
        return records.of_entity(name, entity, request)
    if segments[1] == "$links" and len(segments) == 3:
        return records.link(name, entity, segments[2], request)
    other = segments[1].removeprefix("_")
    if len(segments) > 2 or not segments[1].startswith("_") or other not in records.schema.linked_types(name):
        raise Refused("PR404-MC-0001")
    return records.list(other, entity.linked(other), request)


class Records:
    def __init__(self, cell: Cell, node: Node, url: str) -> None:
        self.unit, self.base = cell.unit, f"{url}/"
        self.schema: Schema = node.data.schema
        self._rows: dict[str, list[Entity]] = node.data.rows

    def rows(self, name: str) -> list[Entity]:
        return self._rows.setdefault(name, [])

    def find(self, name: str, key: str) -> Entity | None:
        return next((row for row in self.rows(name) if row.values["__id"] == key), None)

    def list(self, name: str, rows: list[Entity], request: Request) -> Response:
        types, xml = self.schema.types_of(name), odata.as_atom(request)
        expand = self._expand(name, request)
        page = queries.select(rows, request.options, types, _value)
        shown = [self.shown(name, row, page.select, expand) for row in page.rows]
        if xml:
            text = atom.feed(self.base, name, shown, types, request.query, self.unit.now())
            headers = [("DataServiceVersion", "2.0")]
            return as_xml(text, headers=headers, kind="application/atom+xml;charset=utf-8")
        body: Values = {"results": shown}
        if page.count is not None:
            body["__count"] = str(page.count)
        return as_json({"d": body}, kind=JSON_LIST, odata=True)

    def create(self, name: str, request: Request, as_batch: bool = False) -> Response:
        given = _body(request)
        key = given.pop("__id", None)
        key = uuid4().hex if key is None else str(key)
        values = {"__id": key, **self.checked(name, given, {})}
        if not 1 <= len(key) <= KEY_CHARACTERS_MAX:
            raise Refused("PR400-OD-0006", "__id")
        if self.find(name, key) is not None:
            raise Refused("PR409-OD-0003")
        now = self.unit.now()
        entity = Entity(values, now, now)
        self.rows(name).append(entity)
        shown = self._nulls(name, entity) if as_batch else self.shown(name, entity, deferred=False)
        headers = [("Location", shown["__metadata"]["uri"]), ("ETag", entity.etag)]
        return as_json({"d": {"results": shown}}, 201, headers, odata=True)

    def of_entity(self, name: str, entity: Entity, request: Request) -> Response:
        if request.method == "GET":
            if request.header("If-None-Match") == entity.etag:
                return Response(304)
            shown, xml = self.shown(name, entity, None, self._expand(name, request)), odata.as_atom(request)
            if xml:
                text = atom.entry(self.base, name, shown, self.schema.types_of(name), self.unit.now())
                headers = [("ETag", entity.etag), ("DataServiceVersion", "2.0")]
                return as_xml(text, headers=headers, kind="application/atom+xml")
            return as_json({"d": {"results": shown}}, headers=[("ETag", entity.etag)], odata=True)
        if request.method in ("PUT", "MERGE"):
            odata.check_etag(entity, request)
            given, kept = _body(request), entity.values if request.method == "MERGE" else {}
            given.pop("__id", None)
            entity.values = {"__id": entity.values["__id"], **self.checked(name, given, kept)}
            entity.touch(self.unit.now())
            self.rows(name).remove(entity)
            self.rows(name).append(entity)
            return Response(204, None, [("ETag", entity.etag), ("DataServiceVersion", "2.0")])
        if request.method == "DELETE":
            odata.check_etag(entity, request)
            for kind in list(entity.links):
                for other in entity.linked(kind):
                    other.linked(name).remove(entity)
            self.rows(name).remove(entity)
            return Response(204, None, [("DataServiceVersion", "2.0")])
        raise Refused("PR405-MC-0001")

    def link(self, name: str, entity: Entity, nav: str, request: Request) -> Response:
        other, key = odata.split(nav)
        other = other.removeprefix("_")
        if other not in self.schema.linked_types(name):
            raise Refused("PR404-MC-0001")
        if request.method == "GET":
            results = [{"uri": self._uri(other, row)} for row in entity.linked(other)]
            return as_json({"d": {"results": results}}, kind=JSON_LIST, odata=True)
        if request.method == "POST":
            uri = odata.json_body(request).get("uri", "")
            plain = re.fullmatch(rf"{re.escape(other)}\('((?:[^']|'')*)'\)", str(uri).removeprefix(self.base))
            target = self.find(other, plain[1].replace("''", "'")) if plain else None
            if target is None:
                raise Refused("PR400-OD-0006", "uri")
            if target in entity.linked(other):
                raise Refused("PR409-OD-0002")
            entity.linked(other).append(target)
            target.linked(name).append(entity)
            return Response(204, None, [("DataServiceVersion", "2.0")])
        target = self.find(other, key.strip("'")) if request.method == "DELETE" and key else None
        if target is None or target not in entity.linked(other):
            raise Refused("PR404-OD-0000")
        entity.linked(other).remove(target)
        target.linked(name).remove(entity)
        return Response(204, None, [("DataServiceVersion", "2.0")])

    def checked(self, name: str, given: Values, kept: Values) -> Values:
        """Values as they will be kept. What was never declared is taken too; its first value fixes its type."""
        declared, found = self.schema.declared(name), self.schema.found.setdefault(name, {})
        for managed in MANAGED:
            if managed in given:
                raise Refused("PR400-OD-0007", f"{managed} is management information name. Cannot request.")
        values: Values = {}
        for prop, row in declared.items():
            value = given.get(prop, kept.get(prop, row["DefaultValue"]))
            if value is None and not row["Nullable"]:
                raise Refused("PR400-OD-0009", prop)
            values[prop] = None if value is None else self._declared(prop, row, value)
        new: dict[str, str] = {}
        for prop, value in {**kept, **given}.items():
            if prop in declared or prop == "__id":
                continue
            kind = found.get(prop) or new.setdefault(prop, _type_of(prop, value))
            values[prop] = None if value is None else as_type(prop, kind, value)
        found |= new
        return values

    def _declared(self, prop: str, row: Values, value: Any) -> Any:
        if row["CollectionKind"] == MULTIPLE:
            if not isinstance(value, list):
                raise Refused("PR400-OD-0006", prop)
            return [self._declared(prop, {**row, "CollectionKind": "None"}, item) for item in value]
        if str(row["Type"]).startswith("Edm."):
            return as_type(prop, row["Type"], value)
        parts = self.schema.complex_properties(row["Type"])
        if not isinstance(value, dict) or set(value) - set(parts):
            raise Refused("PR400-OD-0006", prop)
        return {part: as_type(part, parts[part]["Type"], held) for part, held in value.items()}

    def shown(
        self,
        name: str,
        entity: Entity,
        select: set[str] | None = None,
        expand: tuple[str, ...] = (),
        deferred: bool = True,
    ) -> Values:
        shown = self._head(name, entity)
        values = {prop: value for prop, value in sorted(entity.values.items()) if prop != "__id"}
        shown |= {prop: value for prop, value in values.items() if select is None or prop in select}
        for other in self.schema.linked_types(name):
            if other in expand:
                shown[f"_{other}"] = [self.shown(other, row) for row in entity.linked(other)]
            elif deferred:
                shown[f"_{other}"] = {"__deferred": {"uri": f"{self._uri(name, entity)}/_{other}"}}
        return shown

    def _nulls(self, name: str, entity: Entity) -> Values:
        """What a batch answers to a creation: nulls, although the values were stored."""
        shown = self._head(name, entity)
        for prop, row in self.schema.declared(name).items():
            if str(row["Type"]).startswith("Edm."):
                shown[prop] = None
        for other in self.schema.linked_types(name):
            shown[f"_{other}"] = {"__deferred": {"uri": f"{self._uri(name, entity)}/_{other}"}}
        return shown

    def _head(self, name: str, entity: Entity) -> Values:
        meta = {"uri": self._uri(name, entity), "etag": entity.etag, "type": f"UserData.{name}"}
        times = {"__published": f"/Date({entity.published})/", "__updated": f"/Date({entity.updated})/"}
        return {"__metadata": meta, "__id": entity.values["__id"], **times}

    def _uri(self, name: str, entity: Entity) -> str:
        return f"{self.base}{name}('{quote(str(entity.values['__id']), safe='')}')"

    def _expand(self, name: str, request: Request) -> tuple[str, ...]:
        asked = [part.strip() for part in request.options.get("$expand", "").split(",") if part.strip()]
        known = self.schema.linked_types(name)
        for part in asked:
            if part.removeprefix("_") not in known:
                raise Refused("PR400-OD-0025", part)
        return tuple(part.removeprefix("_") for part in asked)


def _value(entity: Entity, name: str) -> Any:
    if name in MANAGED:
        return entity.published if name == "__published" else entity.updated
    return entity.values.get(name)


def _body(request: Request) -> Values:
    """A lone brace passes as an empty object: as the unit takes it."""
    return {} if request.body.strip() == b"{" else odata.json_body(request)


def _type_of(prop: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise Refused("PR400-OD-0006", prop)
    if isinstance(value, bool):
        return "Edm.Boolean"
    if isinstance(value, int | float):
        return "Edm.Int32" if isinstance(value, int) else "Edm.Double"
    return "Edm.String"


def as_type(prop: str, kind: str, value: Any) -> Any:
    """The value as it is kept; numbers become text where text is wanted. Raises Refused."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "Edm.String":
        text = json.dumps(value) if number else value
        fits = isinstance(text, str) and len(text) <= TEXT_CHARACTERS_MAX
        value = text
    elif kind == "Edm.Int32":
        fits = number and isinstance(value, int) and value in INT32
    elif kind in ("Edm.Double", "Edm.Single"):
        fits = number
    elif kind == "Edm.Boolean":
        fits = isinstance(value, bool)
    else:
        date = re.fullmatch(r"/Date\((-?\d+)\)/", value) if isinstance(value, str) else None
        fits = date is not None and int(date[1]) in DATES
    if not fits:
        raise Refused("PR400-OD-0006", prop)
    return value
