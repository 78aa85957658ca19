"""The entity types of the control level: their properties, what is legal in each, and how they are linked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

NAME: Final = "regEx('^[a-zA-Z0-9][a-zA-Z0-9-_]{0,127}$')"
RELATION_NAME: Final = "regEx('^[a-zA-Z0-9-\\+][a-zA-Z0-9-_\\+:]{0,127}$')"
ACCOUNT_NAME: Final = "regEx('^[a-zA-Z0-9][a-zA-Z0-9-_!\\$\\*=^`\\{\\|\\}~.@]{0,127}$')"
LOG_ACTIONS: Final = ("log", "log.info", "log.warn", "log.error")
ACTIONS: Final = ("exec", "relay", "relay.data", "relay.event", *LOG_ACTIONS)
STATUSES: Final = ("active", "deactivated", "passwordChangeRequired")
TYPES: Final = ("Edm.String", "Edm.Int32", "Edm.Single", "Edm.Double", "Edm.Boolean", "Edm.DateTime")


@dataclass(frozen=True)
class Field:
    name: str
    type: str = "Edm.String"
    nullable: bool = False
    default: Any = None
    pattern: str | None = None
    """As $metadata shows it: regEx('…') or a named format."""
    choices: tuple[str, ...] = ()
    unique: str | None = None
    refers_to: str | None = None
    """The entity type whose name this is."""
    refusal: str | None = None
    """A code of its own for a wrong value."""
    shows_default: bool = False

    def accepts(self, value: Any) -> bool:
        if self.type == "Edm.Boolean":
            return isinstance(value, bool)
        if self.type == "Edm.Int32":
            return isinstance(value, int) and not isinstance(value, bool)
        if self.choices:
            return value in self.choices
        if self.pattern is None:
            return True
        check = FORMATS.get(self.pattern)
        if check is not None:
            return check(str(value))
        return re.fullmatch(self.pattern[7:-2].removeprefix("^").removesuffix("$"), str(value)) is not None


@dataclass(frozen=True)
class Kind:
    name: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    links: tuple[str, ...] = ()
    """Names of the types it is linked to; the navigation property is `_` and the name."""
    privilege: str = "root"
    """The cell privilege that opens it; with `-read` for reading."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


def is_cell_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path.endswith("/")


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "cell-url": is_cell_url,
    "schema-uri": lambda value: value.startswith("urn:") or is_cell_url(value),
    "uri": lambda value: bool(urlsplit(value).scheme),
}
BOX_NAME: Final = Field("_Box.Name", nullable=True, pattern=NAME, refers_to="Box")
CELL: Final = Kind("Cell", (Field("Name", pattern="regEx('^[a-z0-9][a-z0-9-]{0,127}$')"),), ("Name",))
ROLE: Final = Kind(
    "Role",
    (Field("Name", pattern=NAME), BOX_NAME),
    ("Name", "_Box.Name"),
    ("Box", "Account", "ExtCell", "ExtRole", "Relation"),
    "auth",
)
BOX: Final = Kind(
    "Box",
    (
        Field("Name", pattern=NAME),
        Field(
            "Schema",
            nullable=True,
            pattern="schema-uri",
            unique="uk_box_schema",
            refusal="PR400-OD-0050",
            shows_default=True,
        ),
    ),
    ("Name",),
    ("Role", "Relation", "ReceivedMessage", "SentMessage", "Rule"),
    "box",
)
ACCOUNT: Final = Kind(
    "Account",
    (
        Field("Name", pattern=ACCOUNT_NAME),
        Field("Type", default="basic", nullable=True),
        Field("Cell", nullable=True),
        Field("IPAddressRange", nullable=True),
        Field("Status", default="active", nullable=True, choices=STATUSES),
    ),
    ("Name",),
    ("Role", "ReceivedMessageRead"),
    "auth",
)
RELATION: Final = Kind(
    "Relation",
    (Field("Name", pattern=RELATION_NAME), BOX_NAME),
    ("Name", "_Box.Name"),
    ("Box", "ExtCell", "ExtRole", "Role"),
    "social",
)
EXT_CELL: Final = Kind(
    "ExtCell",
    (Field("Url", pattern="cell-url", refusal="PR400-OD-0049"),),
    ("Url",),
    ("Role", "Relation"),
    "social",
)
EXT_ROLE: Final = Kind(
    "ExtRole",
    (
        Field("ExtRole", pattern="uri"),
        Field("_Relation.Name", refers_to="Relation"),
        Field("_Relation._Box.Name", nullable=True),
    ),
    ("ExtRole", "_Relation.Name", "_Relation._Box.Name"),
    ("Role", "Relation"),
    "auth",
)
RULE: Final = Kind(
    "Rule",
    (
        Field("Name", pattern=NAME),
        BOX_NAME,
        Field("EventExternal", "Edm.Boolean", default=False, nullable=True),
        Field("EventSubject", nullable=True),
        Field("EventType", nullable=True),
        Field("EventObject", nullable=True),
        Field("EventInfo", nullable=True),
        Field("Action", choices=ACTIONS),
        Field("TargetUrl", nullable=True),
    ),
    ("Name", "_Box.Name"),
    ("Box",),
    "rule",
)
MESSAGE_FIELDS: Final = (
    Field("Type", default="message", nullable=True),
    Field("Title", nullable=True),
    Field("Body", nullable=True),
    Field("Priority", "Edm.Int32", default=3, nullable=True),
    Field("RequestObjects", nullable=True),
    BOX_NAME,
)
RECEIVED_MESSAGE: Final = Kind(
    "ReceivedMessage",
    (
        Field("__id"),
        Field("InReplyTo", nullable=True),
        Field("From"),
        Field("MulticastTo", nullable=True),
        Field("Status", default="unread"),
        *MESSAGE_FIELDS,
    ),
    ("__id",),
    ("Box", "AccountRead"),
    "message",
)
SENT_MESSAGE: Final = Kind(
    "SentMessage",
    (
        Field("__id"),
        Field("InReplyTo", nullable=True),
        Field("To", nullable=True),
        Field("ToRelation", nullable=True),
        Field("Result", nullable=True),
        *MESSAGE_FIELDS,
    ),
    ("__id",),
    ("Box",),
    "message",
)
CELL_KINDS: Final = (ROLE, ACCOUNT, RELATION, EXT_CELL, BOX, EXT_ROLE, RULE, RECEIVED_MESSAGE, SENT_MESSAGE)
"""In the order in which the service document names them."""

SCHEMA_NAME: Final = NAME
ENTITY_TYPE: Final = Kind(
    "EntityType", (Field("Name", pattern=SCHEMA_NAME),), ("Name",), ("AssociationEnd", "Property")
)
PROPERTY_TAIL: Final = (
    Field("Type"),
    Field("Nullable", "Edm.Boolean", default=True, nullable=True),
    Field("DefaultValue", nullable=True),
    Field("CollectionKind", default="None", nullable=True, choices=("None", "List")),
)
PROPERTY: Final = Kind(
    "Property",
    (
        Field("Name", pattern=SCHEMA_NAME),
        Field("_EntityType.Name", refers_to="EntityType"),
        *PROPERTY_TAIL,
        Field("IsKey", "Edm.Boolean", default=False, nullable=True),
        Field("UniqueKey", nullable=True),
        Field("IsDeclared", "Edm.Boolean", default=True, nullable=True),
    ),
    ("Name", "_EntityType.Name"),
    ("EntityType",),
)
COMPLEX_TYPE: Final = Kind("ComplexType", (Field("Name", pattern=SCHEMA_NAME),), ("Name",), ("ComplexTypeProperty",))
COMPLEX_TYPE_PROPERTY: Final = Kind(
    "ComplexTypeProperty",
    (Field("Name", pattern=SCHEMA_NAME), Field("_ComplexType.Name", refers_to="ComplexType"), *PROPERTY_TAIL),
    ("Name", "_ComplexType.Name"),
    ("ComplexType",),
)
ASSOCIATION_END: Final = Kind(
    "AssociationEnd",
    (
        Field("Name", pattern=SCHEMA_NAME),
        Field("Multiplicity", choices=("0..1", "1", "*")),
        Field("_EntityType.Name", refers_to="EntityType"),
    ),
    ("Name", "_EntityType.Name"),
    ("AssociationEnd", "EntityType"),
)
SCHEMA_KINDS: Final = (ENTITY_TYPE, PROPERTY, COMPLEX_TYPE, COMPLEX_TYPE_PROPERTY, ASSOCIATION_END)
