"""The grammar of an OData service: which request means what, for entities of declared kinds.

Lists, creations, single entities, links and navigation are the same for cells, for what is in a cell, and for the
schema of a collection; what each does besides (a cell gets a main box, a password is hashed) its `Service` says.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import unquote

from pds_adapter.personium_simulator import atom, queries
from pds_adapter.personium_simulator.entities import Entities, Entity, Values
from pds_adapter.personium_simulator.exchange import JSON_LIST, Refused, Request, Response, as_json, as_xml
from pds_adapter.personium_simulator.unit import Unit

SEGMENT: Final = re.compile(r"(\$?\w+)(?:\((.*)\))?", re.DOTALL)
KIND_XML: Final = "application/xml;charset=utf-8"


class Service:
    """A set of entity sets under one address."""

    def __init__(self, unit: Unit, base: str, sets: dict[str, Entities]) -> None:
        self.unit, self.base, self.sets = unit, base, sets

    def ask(self, request: Request, entities: Entities | None, writing: bool) -> None:
        """Leave for the set (None: for the service itself). Raises Refused."""
        raise NotImplementedError

    def visible(self, request: Request, entities: Entities) -> list[Entity]:
        return entities.all()

    def ask_entity(self, request: Request, entities: Entities, entity: Entity) -> None:
        """Leave for this very entity. Raises Refused."""

    def before(self, request: Request, entities: Entities, values: Values) -> Any:
        """Called with checked values before they are written; the answer is what stands behind a new entity."""

    def created(self, request: Request, entities: Entities, entity: Entity, holds: Any) -> None:
        entity.holds = holds

    def changed(self, request: Request, entities: Entities, entity: Entity, holds: Any, old: Values) -> None:
        """Called after a change."""

    def before_delete(self, entities: Entities, entity: Entity) -> None:
        """Raises Refused where something still hangs on it."""

    def document(self) -> str:
        return atom.service_document(self.base, list(self.sets))


def answer(service: Service, segments: list[str], request: Request) -> Response:
    """1. The service itself.  2. A set.  3. An entity.  4. Its links.  5. What it navigates to."""
    # 1.
    if not segments or segments == [""]:
        service.ask(request, None, writing=False)
        return as_xml(service.document(), headers=[("DataServiceVersion", "1.0")], kind=KIND_XML)
    name, key = split(segments[0])
    entities = service.sets.get(name)
    if entities is None:
        service.ask(request, None, writing=False)
        raise Refused("PR404-OD-0001")
    writing = request.method not in ("GET", "HEAD", "PROPFIND")
    service.ask(request, entities, writing)
    # 2.
    if key is None:
        if len(segments) > 1:
            raise Refused("PR404-MC-0001")
        return _in_set(service, entities, request)
    values = entities.key_of(key)
    entity = entities.find(values) if values is not None else None
    # 3.
    if len(segments) == 1:
        if entity is None:
            raise Refused("PR404-OD-0002")
        service.ask_entity(request, entities, entity)
        return _of_entity(service, entities, entity, request)
    if entity is None:
        raise Refused("PR404-OD-0000")
    # 4.
    if segments[1] == "$links" and len(segments) == 3:
        return _links(service, entities, entity, segments[2], request)
    # 5.
    other = service.sets.get(segments[1].removeprefix("_"))
    if other is None or other.kind.name not in entities.kind.links or len(segments) > 2:
        raise Refused("PR404-MC-0001")
    if request.method == "POST":
        return _create(service, other, request, entity, entities)
    return list_of(service, other, entity.linked(other.kind.name), request)


def split(segment: str) -> tuple[str, str | None]:
    """`Role('a')` into its name and what stands in the parentheses (None: no parentheses)."""
    found = SEGMENT.fullmatch(segment)
    if found is None:
        raise Refused("PR404-MC-0001")
    return found[1], found[2]


def json_body(request: Request) -> Values:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused("PR400-OD-0001") from None
    if not isinstance(body, dict):
        raise Refused("PR400-OD-0001")
    return body


def check_etag(entity: Entity, request: Request) -> None:
    wanted = request.header("If-Match")
    if wanted is not None and wanted not in ("*", entity.etag):
        raise Refused("PR412-OD-0002")


def as_atom(request: Request) -> bool:
    """Whether a read is answered in XML: unless JSON is asked for, it is. Raises Refused: neither."""
    accept = request.header("Accept")
    if request.options.get("$format") == "json" or (accept and "application/json" in accept):
        return False
    if accept in (None, "*/*") or "xml" in (accept or ""):
        return True
    raise Refused("PR415-OD-0001", accept or "")


def _in_set(service: Service, entities: Entities, request: Request) -> Response:
    if request.method == "POST":
        return _create(service, entities, request)
    if request.method != "GET":
        raise Refused("PR405-MC-0001")
    return list_of(service, entities, service.visible(request, entities), request)


def list_of(service: Service, entities: Entities, rows: list[Entity], request: Request) -> Response:
    types, xml = types_of(entities), as_atom(request)
    page = queries.select(rows, request.options, types, _value)
    shown = [entities.shown(row, service.base, select=page.select) for row in page.rows]
    if xml:
        text = atom.feed(service.base, entities.kind.name, shown, types, request.query, service.unit.now())
        return as_xml(text, headers=[("DataServiceVersion", "2.0")], kind="application/atom+xml;charset=utf-8")
    body: Values = {"results": shown}
    if page.count is not None:
        body["__count"] = str(page.count)
    return as_json({"d": body}, kind=JSON_LIST, odata=True)


def types_of(entities: Entities) -> dict[str, str]:
    types = {rule.name: rule.type for rule in entities.kind.fields}
    return types | {"__published": "Edm.DateTime", "__updated": "Edm.DateTime"}


def _value(entity: Entity, name: str) -> Any:
    if name in ("__published", "__updated"):
        return entity.published if name == "__published" else entity.updated
    return entity.values.get(name)


def _create(
    service: Service,
    entities: Entities,
    request: Request,
    source: Entity | None = None,
    source_set: Entities | None = None,
) -> Response:
    values = entities.check(json_body(request))
    _check_references(service, entities, values)
    holds = service.before(request, entities, values)
    entity = entities.add(values, service.unit.now())
    service.created(request, entities, entity, holds)
    if source is not None and source_set is not None:
        join(source_set, source, entities, entity)
    shown = entities.shown(entity, service.base, deferred=False)
    headers = [("Location", shown["__metadata"]["uri"]), ("ETag", entity.etag)]
    return as_json({"d": {"results": shown}}, 201, headers, odata=True)


def _check_references(service: Service, entities: Entities, values: Values) -> None:
    for rule in entities.kind.fields:
        value = values[rule.name]
        if rule.refers_to is None or value is None:
            continue
        if service.sets[rule.refers_to].find({"Name": value}) is None:
            raise Refused("PR400-OD-0024", str(value))


def _of_entity(service: Service, entities: Entities, entity: Entity, request: Request) -> Response:
    if request.method == "GET":
        if request.header("If-None-Match") == entity.etag:
            return Response(304)
        shown = entities.shown(entity, service.base)
        if as_atom(request):
            text = atom.entry(service.base, entities.kind.name, shown, types_of(entities), service.unit.now())
            headers = [("ETag", entity.etag), ("DataServiceVersion", "2.0")]
            return as_xml(text, headers=headers, kind="application/atom+xml")
        return as_json({"d": {"results": shown}}, headers=[("ETag", entity.etag)], odata=True)
    if request.method in ("PUT", "MERGE"):
        check_etag(entity, request)
        old = entity.values
        values = entities.check(json_body(request), old if request.method == "MERGE" else None)
        holds = service.before(request, entities, values)
        entities.change(entity, values, service.unit.now())
        service.changed(request, entities, entity, holds, old)
        return Response(204, None, [("ETag", entity.etag), ("DataServiceVersion", "2.0")])
    if request.method == "DELETE":
        check_etag(entity, request)
        service.before_delete(entities, entity)
        entities.remove(entity)
        return Response(204, None, [("DataServiceVersion", "2.0")])
    raise Refused("PR405-MC-0001")


def _links(service: Service, entities: Entities, entity: Entity, nav: str, request: Request) -> Response:
    name, key = split(nav)
    other = service.sets.get(name.removeprefix("_"))
    if other is None or other.kind.name not in entities.kind.links:
        raise Refused("PR404-MC-0001")
    linked = entity.linked(other.kind.name)
    if request.method == "GET":
        results = [{"uri": f"{service.base}{other.kind.name}{other.key_text(row.values)}"} for row in linked]
        return as_json({"d": {"results": results}}, kind=JSON_LIST, odata=True)
    if request.method == "POST":
        target = link_target(service, other, request)
        if target in linked:
            raise Refused("PR409-OD-0002")
        join(entities, entity, other, target)
        return Response(204, None, [("DataServiceVersion", "2.0")])
    if request.method == "DELETE" and key is not None:
        values = other.key_of(key)
        found = other.find(values) if values is not None else None
        if found is None or found not in linked:
            raise Refused("PR404-OD-0000")
        linked.remove(found)
        found.linked(entities.kind.name).remove(entity)
        return Response(204, None, [("DataServiceVersion", "2.0")])
    raise Refused("PR405-MC-0001")


def link_target(service: Service, other: Entities, request: Request) -> Entity:
    """The entity named by `{"uri": …}`, absolute or relative; inside the body its key is not percent-encoded."""
    uri = json_body(request).get("uri")
    if not isinstance(uri, str):
        raise Refused("PR400-OD-0001")
    found = re.fullmatch(r"(\w+)\((.*)\)", uri.removeprefix(service.base), re.DOTALL)
    if found is None or found[1] != other.kind.name:
        raise Refused("PR400-OD-0006", "uri")
    key = other.key_of(found[2])
    target = other.find(key) if key is not None else None
    if target is None and key is not None and other.kind.name != "ExtCell":
        target = other.find({name: unquote(value) if value else value for name, value in key.items()})
    if target is None:
        raise Refused("PR400-OD-0006", "uri")
    return target


def join(one_set: Entities, one: Entity, other_set: Entities, other: Entity) -> None:
    one.linked(other_set.kind.name).append(other)
    other.linked(one_set.kind.name).append(one)
