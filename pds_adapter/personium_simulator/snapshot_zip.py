"""What a snapshot's zip holds. The names of its entries are the unit's; what is in them is this simulator's own.

00_manifest.json                    10_odata/80_link.pjson
10_odata/00_cell.json               20_webdav/<id of the box>/…/content
10_odata/NN_<kind>.pjson            20_webdav/<id of the box>/…/.pmeta
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from pds_adapter.personium_simulator.entities import Entity
from pds_adapter.personium_simulator.passwords import Credential
from pds_adapter.personium_simulator.records import Collection
from pds_adapter.personium_simulator.unit import Ace, Cell, Node

NUMBERS: Final = {
    "Box": "10",
    "Account": "11",
    "ExtCell": "12",
    "Role": "20",
    "Rule": "21",
    "Relation": "22",
    "SentMessage": "23",
    "ReceivedMessage": "24",
    "ExtRole": "30",
    "EntityType": "40",
    "ComplexType": "41",
    "Property": "50",
    "ComplexTypeProperty": "51",
    "AssociationEnd": "60",
    "UserData": "70",
}
FILES: Final = {kind: f"10_odata/{number}_{kind.lower()}.pjson" for kind, number in NUMBERS.items()}
MANIFEST, CELL, LINKS, TREE = "00_manifest.json", "10_odata/00_cell.json", "10_odata/80_link.pjson", "20_webdav/"


def packed(cell: Cell) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(cell, archive)
        manifest = {"export_version": 2, "unit_url": f"{cell.unit.url}/", "create_date": cell.unit.now()}
        archive.writestr("10_odata/", "")
        archive.writestr(TREE, "")
        archive.writestr(MANIFEST, json.dumps(manifest))
        archive.writestr(CELL, json.dumps({"Name": cell.name, "url": cell.url}))
        writer.cell()
        for kind, file in FILES.items():
            archive.writestr(file, "".join(json.dumps(line) + "\n" for line in writer.lines[kind]))
        archive.writestr(LINKS, "".join(json.dumps(link) + "\n" for link in writer.links))
    return out.getvalue()


class _Writer:
    def __init__(self, cell: Cell, archive: zipfile.ZipFile) -> None:
        self._cell, self._archive = cell, archive
        self._ids: dict[int, str] = {}
        self.lines: dict[str, list[dict[str, Any]]] = {kind: [] for kind in FILES}
        self.links: list[tuple[str, str, str]] = []

    def cell(self) -> None:
        for kind, entities in self._cell.sets.items():
            for row in entities.all():
                self._entity(kind, kind, row, "")
        for row in self._cell.sets["Box"].all():
            self._tree(row.holds, f"{TREE}{self._id(row)}/", self._id(row))
        self._tree(self._cell.main_box, f"{TREE}{self._cell.uuid}/", self._cell.uuid)

    def _id(self, entity: Entity) -> str:
        return self._ids.setdefault(id(entity), uuid4().hex)

    def _entity(self, file: str, kind: str, row: Entity, place: str) -> None:
        line: dict[str, Any] = {"_id": self._id(row), "_type": kind, "place": place, "values": row.values}
        line |= {"published": row.published, "updated": row.updated}
        if isinstance(row.holds, Credential):
            line["hash"] = {"salt": row.holds.salt.hex(), "hash": row.holds.hash.hex()}
        self.lines[file].append(line)
        for other, linked in row.links.items():
            self.links += [(self._id(row), other, self._id(each)) for each in linked]

    def _tree(self, node: Node, path: str, place: str) -> None:
        self._archive.writestr(path, "")
        meta: dict[str, Any] = {"kind": node.kind, "created": node.created, "modified": node.modified}
        meta |= {"version": node.version, "type": node.content_type, "app": node.required_app}
        alive = set(self._cell.sets["Role"].all())
        meta["acl"] = [
            [self._id(ace.role) if ace.role else None, ace.privileges]
            for ace in node.aces
            if ace.role is None or ace.role in alive
        ]
        meta["properties"] = node.properties
        self._archive.writestr(f"{path}.pmeta", json.dumps(meta))
        if node.kind == "file":
            self._archive.writestr(f"{path}content", node.content)
        if isinstance(node.data, Collection):
            for kind, entities in node.data.schema.sets.items():
                for row in entities.all():
                    self._entity(kind, kind, row, place)
            for kind, rows in node.data.rows.items():
                for row in rows:
                    self._entity("UserData", kind, row, place)
        for child in node.children.values():
            self._tree(child, f"{path}{child.name}/", f"{place}/{child.name}")


@dataclass(frozen=True)
class Snapshot:
    """A zip that was read whole and found in order."""

    lines: dict[str, list[dict[str, Any]]]
    links: list[tuple[str, str, str]]
    nodes: dict[str, tuple[dict[str, Any], bytes]]
    """By `<id of the box>/<path>`."""

    def into(self, cell: Cell) -> None:
        """Accounts keep their passwords, access lists point at the roles of the new cell, versions go up by one."""
        made: dict[str, Entity] = {}
        for kind in cell.sets:
            for line in self.lines[kind]:
                made[line["_id"]] = _restored(cell.sets[kind].add(line["values"], line["published"]), line)
        collections = self._trees(cell, made)
        for kind in FILES:
            for line in self.lines[kind]:
                if not line["place"]:
                    continue
                collection = collections[line["place"]]
                if kind == "UserData":
                    row = Entity(line["values"], line["published"], line["updated"])
                    collection.rows.setdefault(line["_type"], []).append(row)
                    made[line["_id"]] = row
                else:
                    entity = collection.schema.sets[kind].add(line["values"], line["published"])
                    made[line["_id"]] = _restored(entity, line)
        for one, kind, other in self.links:
            made[one].linked(kind).append(made[other])

    def _trees(self, cell: Cell, made: dict[str, Entity]) -> dict[str, Collection]:
        nodes: dict[str, Node] = {}
        collections: dict[str, Collection] = {}
        for path, (meta, content) in sorted(self.nodes.items(), key=lambda item: item[0].count("/")):
            folder, _, name = path.rpartition("/")
            parent = nodes.get(folder)
            box = made.get(path)
            title = str(box.values["Name"]) if box is not None else name
            node = Node(title, meta["kind"], parent, meta["created"], meta["modified"], meta["version"] + 1)
            node.aces = [
                Ace(made[role] if role else None, tuple((ns, priv) for ns, priv in privileges))
                for role, privileges in meta["acl"]
            ]
            node.required_app, node.properties = meta["app"], meta["properties"]
            node.content, node.content_type = content, meta["type"]
            nodes[path] = node
            if parent is not None:
                parent.children[name] = node
            elif box is not None:
                box.holds = node
            else:
                node.name, cell.main_box = "__", node
            if node.kind == "odata":
                node.data = collections[path] = Collection()
        return collections


def _restored(entity: Entity, line: dict[str, Any]) -> Entity:
    entity.updated = line["updated"]
    if "hash" in line:
        entity.holds = Credential(bytes.fromhex(line["hash"]["salt"]), bytes.fromhex(line["hash"]["hash"]))
    return entity


def unpacked(content: bytes) -> Snapshot:
    """Raises BadZipFile, KeyError or ValueError: not a snapshot."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if json.loads(archive.read(MANIFEST))["export_version"] != 2:
            raise ValueError(MANIFEST)
        lines = {kind: [json.loads(line) for line in archive.read(file).splitlines()] for kind, file in FILES.items()}
        links = [tuple(json.loads(line)) for line in archive.read(LINKS).splitlines()]
        nodes = {}
        for name in archive.namelist():
            if name.startswith(TREE) and name.endswith("/.pmeta"):
                path = name.removesuffix(".pmeta")
                meta = json.loads(archive.read(name))
                held = archive.read(f"{path}content") if meta["kind"] == "file" else b""
                nodes[path.removeprefix(TREE).rstrip("/")] = (meta, held)
    return Snapshot(lines, links, nodes)
