"""What there is in a unit: cells, the entities of each, and the tree of folders and files in each box."""

from __future__ import annotations

import secrets
import threading
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from pds_adapter.personium_simulator.entities import Entities, Entity
from pds_adapter.personium_simulator.kinds import CELL, CELL_KINDS


@dataclass(frozen=True)
class Ace:
    """One line of an access list: a role (None: everybody) and privileges as (namespace, name)."""

    role: Entity | None
    privileges: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class Node:
    """A file or a folder. `kind` is "file", "folder", "odata" or "service"."""

    name: str
    kind: str
    parent: Node | None
    created: int
    modified: int
    version: int = 1
    aces: list[Ace] = field(default_factory=list)
    required_app: str | None = None
    """requireSchemaAuthz: "public" or "confidential"."""
    properties: dict[str, str] = field(default_factory=dict)
    """Own properties: Clark name to the XML element."""
    content: bytes = b""
    content_type: str = "application/octet-stream"
    children: dict[str, Node] = field(default_factory=dict)
    data: Any = None
    """The records.Service of an odata collection."""

    @property
    def etag(self) -> str:
        return f'"{self.version}-{self.modified}"'

    @property
    def ancestors(self) -> list[Node]:
        """This node, its folder, and so on up to the box."""
        return [self] if self.parent is None else [self, *self.parent.ancestors]

    def touch(self, now: int) -> None:
        self.modified, self.version = now, self.version + 1


class Cell:
    def __init__(self, unit: Unit, entity: Entity, owner: str | None) -> None:
        self.unit, self.entity, self.owner = unit, entity, owner
        now = unit.now()
        self.uuid = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self.node = Node("", "folder", None, now, now)
        """Carries the cell's own access list."""
        self.main_box = Node("__", "folder", None, now, now)
        self.snapshots = Node("__snapshot", "folder", self.node, now, now)
        self.sets = {kind.name: Entities(kind, "CellCtl") for kind in CELL_KINDS}
        self.log: list[str] = []
        self.hits: dict[int, int] = {}
        self.job: Job | None = None

    @property
    def name(self) -> str:
        return str(self.entity.values["Name"])

    @property
    def url(self) -> str:
        return f"{self.unit.url}/{self.name}/"

    def box(self, name: str) -> Node | None:
        if name == "__":
            return self.main_box
        found = self.sets["Box"].find({"Name": name})
        return found.holds if found is not None else None

    def role_url(self, role: Entity) -> str:
        return f"{self.url}__role/{role.values['_Box.Name'] or '__'}/{role.values['Name']}"

    def role_at(self, url: str) -> Entity | None:
        return next((role for role in self.sets["Role"].all() if self.role_url(role) == url), None)


@dataclass
class Job:
    """An export or an import that is still running: until `ends`, nothing may be written."""

    kind: str
    name: str
    started: int
    ends: float
    finish: Callable[[], None]


class Unit:
    def __init__(
        self,
        url: str,
        master_token: str,
        clock: Callable[[], float],
        unit_user_issuers: tuple[str, ...],
        job_seconds: float,
    ) -> None:
        self.url, self.master_token, self.clock, self.job_seconds = url, master_token, clock, job_seconds
        self.unit_user_issuers = unit_user_issuers
        self.turn = threading.RLock()
        self.cell_set = Entities(CELL, "UnitCtl")
        self.token_key = secrets.token_bytes(32)
        self.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def restart(self) -> None:
        """What only lives in memory at a unit too: how often rules were hit, and the log being written."""
        for entity in self.cell_set.all():
            entity.holds.hits.clear()
            entity.holds.log.clear()

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)

    def cell(self, name: str) -> Cell | None:
        found = self.cell_set.find({"Name": name})
        return found.holds if found is not None else None

    def cell_at(self, url: str) -> Cell | None:
        """The cell of this unit with that URL."""
        rest = url.removeprefix(f"{self.url}/")
        return self.cell(rest.removesuffix("/")) if rest != url and rest.endswith("/") else None
