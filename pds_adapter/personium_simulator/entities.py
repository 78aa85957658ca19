"""Entities of a declared kind: made, found, changed, linked, and written as OData JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pds_adapter.personium_simulator.exchange import Refused
from pds_adapter.personium_simulator.kinds import Kind

Values = dict[str, Any]


@dataclass(eq=False)
class Entity:
    values: Values
    published: int
    updated: int
    version: int = 1
    links: dict[str, list[Entity]] = field(default_factory=dict)
    """By the name of the linked kind."""
    holds: Any = None
    """What stands behind it: the Cell of a cell, the Node of a box, the Credential of an account."""

    @property
    def etag(self) -> str:
        return f'W/"{self.version}-{self.updated}"'

    def touch(self, now: int) -> None:
        self.version, self.updated = self.version + 1, now

    def linked(self, kind: str) -> list[Entity]:
        return self.links.setdefault(kind, [])


class Entities:
    """All entities of one kind, in the order of their last writing (which is the order of lists)."""

    def __init__(self, kind: Kind, namespace: str) -> None:
        self.kind, self.namespace = kind, namespace
        self._rows: list[Entity] = []

    def all(self) -> list[Entity]:
        return list(self._rows)

    def find(self, key: Values) -> Entity | None:
        return next((row for row in self._rows if all(row.values[name] == value for name, value in key.items())), None)

    def add(self, values: Values, now: int) -> Entity:
        self._refuse_twins(values, None)
        made = Entity(values, now, now)
        self._rows.append(made)
        return made

    def change(self, entity: Entity, values: Values, now: int) -> None:
        self._refuse_twins(values, entity)
        entity.values = values
        entity.touch(now)
        self._rows.remove(entity)
        self._rows.append(entity)

    def remove(self, entity: Entity) -> None:
        self._rows.remove(entity)
        for others in entity.links.values():
            for other in others:
                for back in other.links.values():
                    if entity in back:
                        back.remove(entity)
        entity.links = {}

    def check(self, given: Values, present: Values | None = None) -> Values:
        """Values as they will be kept: numbers become text, what is missing takes its default."""
        for name in given:
            if self.kind.field(name) is None:
                raise Refused("PR400-OD-0007", f"unknown property {name} for {self.kind.name}")
        values: Values = {}
        for rule in self.kind.fields:
            value = given.get(rule.name, rule.default if present is None else present.get(rule.name))
            if value is None:
                if not rule.nullable:
                    raise Refused("PR400-OD-0009", rule.name)
                values[rule.name] = None
                continue
            if rule.type == "Edm.String" and isinstance(value, int | float) and not isinstance(value, bool):
                value = str(value)
            if not rule.accepts(value):
                raise Refused(rule.refusal) if rule.refusal else Refused("PR400-OD-0006", rule.name)
            values[rule.name] = value
        return values

    def key_of(self, text: str) -> Values | None:
        """The key in parentheses; None if it is not written as one. A plain value stands for the first part."""
        if (plain := re.fullmatch(r"'((?:[^']|'')*)'", text)) is not None:
            return {self.kind.keys[0]: plain[1].replace("''", "'")} | dict.fromkeys(self.kind.keys[1:])
        parts = re.findall(r"([\w.]+)=(?:'((?:[^']|'')*)'|(null))", text)
        if not parts or {name for name, _, _ in parts} - set(self.kind.keys):
            return None
        return dict.fromkeys(self.kind.keys) | {
            name: None if null else value.replace("''", "'") for name, value, null in parts
        }

    def key_text(self, values: Values) -> str:
        """As it stands in a URI: percent-encoded."""
        if len(self.kind.keys) == 1:
            return f"('{quote(str(values[self.kind.keys[0]]), safe='')}')"
        parts = []
        for name in self.kind.keys:
            value = values.get(name)
            parts.append(f"{name}=null" if value is None else f"{name}='{quote(str(value), safe='')}'")
        return f"({','.join(parts)})"

    def shown(self, entity: Entity, base: str, deferred: bool = True, select: set[str] | None = None) -> Values:
        """The entity as JSON. `base` is the service's URL with a slash at its end. What `$select` leaves out of the
        key is shown as null, in the address too: as the unit does."""
        values = entity.values
        if select is not None:
            values = {name: value if name in select else None for name, value in values.items()}
            values[self.kind.keys[0]] = entity.values[self.kind.keys[0]]
        uri = f"{base}{self.kind.name}{self.key_text(values)}"
        shown: Values = {"__metadata": {"uri": uri, "etag": entity.etag, "type": f"{self.namespace}.{self.kind.name}"}}
        wanted = None if select is None else select | set(self.kind.keys)
        shown |= {name: value for name, value in values.items() if wanted is None or name in wanted}
        shown |= {"__published": f"/Date({entity.published})/", "__updated": f"/Date({entity.updated})/"}
        if deferred:
            shown |= {f"_{kind}": {"__deferred": {"uri": f"{uri}/_{kind}"}} for kind in self.kind.links}
        return shown

    def _refuse_twins(self, values: Values, but: Entity | None) -> None:
        key = {name: values[name] for name in self.kind.keys}
        unique = [rule.name for rule in self.kind.fields if rule.unique and values[rule.name] is not None]
        for row in self._rows:
            same_key = all(row.values[name] == value for name, value in key.items())
            if row is not but and (same_key or any(row.values[name] == values[name] for name in unique)):
                raise Refused("PR409-OD-0003")
