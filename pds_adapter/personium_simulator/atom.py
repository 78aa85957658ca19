"""OData in XML: Atom feeds and entries, service documents (Atom Publishing), and schemas (EDMX)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape, quoteattr

from pds_adapter.personium_simulator.kinds import Field, Kind
from pds_adapter.personium_simulator.moments import edm, moment

HEAD: Final = "<?xml version='1.0' encoding='utf-8'?>"
SPACES: Final = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" '
    'xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"'
)
SCHEME: Final = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"


def service_document(base: str, names: Iterable[str]) -> str:
    sets = "".join(f'<collection href="{name}"><atom:title>{name}</atom:title></collection>' for name in names)
    return (
        f'{HEAD}<service xmlns="http://www.w3.org/2007/app" xml:base="{escape(base)}" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:app="http://www.w3.org/2007/app"><workspace>'
        f"<atom:title>Default</atom:title>{sets}</workspace></service>"
    )


def feed(base: str, name: str, entities: list[dict[str, Any]], types: Mapping[str, str], query: str, now: int) -> str:
    at = moment(now)[:19] + "Z"
    asked = "&amp;".join(
        "=".join(quote(unquote(half), safe="") for half in part.split("=", 1)) for part in query.split("&")
    )
    entries = "".join(f"<entry>{_inner(base, name, entity, types, at)}</entry>" for entity in entities)
    return (
        f'{HEAD}<feed {SPACES} xml:base="{escape(base)}"><title type="text">{name}</title>'
        f"<id>{escape(base)}{name}{f'?{asked}' if query else ''}</id><updated>{at}</updated>"
        f'<link rel="self" title="{name}" href="{name}"/>{entries}</feed>'
    )


def entry(base: str, name: str, entity: dict[str, Any], types: Mapping[str, str], now: int) -> str:
    inner = _inner(base, name, entity, types, moment(now)[:19] + "Z")
    return f'{HEAD}<entry {SPACES} xml:base="{escape(base)}">{inner}</entry>'


def _inner(base: str, name: str, entity: dict[str, Any], types: Mapping[str, str], at: str) -> str:
    meta = entity["__metadata"]
    values = {k: v for k, v in entity.items() if k != "__metadata" and not (isinstance(v, dict) and "__deferred" in v)}
    properties = "".join(_property(key, value, types.get(key, "Edm.String")) for key, value in values.items())
    uri = meta["uri"]
    return (
        f'<id>{escape(uri)}</id><title type="text"/><updated>{at}</updated><author><name/></author>'
        f'<link rel="edit" title="{name}" href={quoteattr(uri.removeprefix(base))}/>'
        f'<category term="{meta["type"]}" scheme="{SCHEME}"/>'
        f'<content type="application/xml"><m:properties>{properties}</m:properties></content>'
    )


def _property(name: str, value: Any, kind: str) -> str:
    listed = kind.startswith("List ")
    kind = kind.removeprefix("List ")
    shown = "" if kind == "Edm.String" else f' m:type="{kind}"'
    if value is None:
        return f'<d:{name}{shown} m:null="true"/>'
    if listed:
        items = "".join(f"<d:element>{escape(_text(item))}</d:element>" for item in value)
        return f'<d:{name} m:type="Bag({kind})">{items}</d:{name}>'
    if isinstance(value, dict):
        inner = "".join(_property(part, held, "Edm.String") for part, held in value.items())
        return f"<d:{name}{shown}>{inner}</d:{name}>"
    return f"<d:{name}{shown}>{escape(_text(value))}</d:{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith("/Date("):
        return edm(int(value[6:-2]))
    return str(value)


def edmx(namespace: str, types: str, sets: Iterable[str], associations: str = "") -> str:
    """`types` are the ComplexType and EntityType elements."""
    listed = "".join(f'<EntitySet Name="{name}" EntityType="{namespace}.{name}"/>' for name in sets)
    return (
        f'{HEAD}<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" '
        'xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
        'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:p="urn:x-personium:xmlns">'
        '<edmx:DataServices m:DataServiceVersion="1.0"><Schema xmlns="http://schemas.microsoft.com/ado/2006/04/edm" '
        f'Namespace="{namespace}">{types}{associations}<EntityContainer Name="{namespace}" '
        f'm:IsDefaultEntityContainer="true">{listed}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
    )


TIMES: Final = "".join(
    f'<Property Name="{name}" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" Precision="3"/>'
    for name in ("__published", "__updated")
)


def entity_type(namespace: str, kind: Kind) -> str:
    keys = "".join(f'<PropertyRef Name="{name}"/>' for name in kind.keys)
    properties = "".join(_declared(rule) for rule in kind.fields)
    links = "".join(
        f'<NavigationProperty Name="_{other}" Relationship="{namespace}.{"-".join(sorted((kind.name, other)))}-assoc" '
        f'FromRole="{kind.name}-{other}" ToRole="{other}-{kind.name}"/>'
        for other in kind.links
    )
    return f'<EntityType Name="{kind.name}"><Key>{keys}</Key>{properties}{TIMES}{links}</EntityType>'


def _declared(rule: Field) -> str:
    default = ' DefaultValue="null"' if rule.shows_default else ""
    unique = f' p:Unique="{rule.unique}"' if rule.unique else ""
    pattern = f' p:Format="{rule.pattern}"' if rule.pattern else ""
    nullable = "true" if rule.nullable else "false"
    return f'<Property Name="{rule.name}" Type="{rule.type}" Nullable="{nullable}"{default}{unique}{pattern}/>'
