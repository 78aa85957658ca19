"""Who may: access lists read from XML, written back, and asked. Rights add up from the box down to the file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from pds_adapter.personium_simulator.callers import Caller, caller_of, challenges
from pds_adapter.personium_simulator.exchange import Refused, Request
from pds_adapter.personium_simulator.unit import Ace, Cell, Node, Unit

DAV, PERSONIUM = "DAV:", "urn:x-personium:xmlns"
BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
BOX_PRIVILEGES: Final = {
    "all": None,
    "read": {"read", "read-properties"},
    "write": {"write", "write-properties", "write-content", "bind", "unbind"},
    "read-properties": {"read-properties"},
    "write-properties": {"write-properties"},
    "read-acl": {"read-acl"},
    "write-acl": {"write-acl"},
    "bind": {"bind"},
    "unbind": {"unbind"},
    "write-content": {"write-content"},
}
"""What each covers; None: everything."""
OWN_PRIVILEGES: Final = {
    "exec",
    "stream-send",
    "stream-receive",
    "root",
    "auth",
    "auth-read",
    "message",
    "message-read",
    "event",
    "event-read",
    "log",
    "log-read",
    "social",
    "social-read",
    "box",
    "box-read",
    "box-install",
    "box-export",
    "acl",
    "acl-read",
    "propfind",
    "rule",
    "rule-read",
}


def parsed(cell: Cell, body: bytes) -> tuple[list[Ace], str | None]:
    """The aces, and the app asked for. Raises Refused."""
    if b"<!" in body:
        raise Refused("PR400-DV-0001")
    try:
        root = ET.fromstring(body)  # noqa: S314  no declarations: see the line above
    except ET.ParseError:
        raise Refused("PR400-DV-0002" if not body else "PR400-DV-0001") from None
    if root.tag != f"{{{DAV}}}acl":
        raise Refused("PR400-DV-0002")
    aces = [_ace(cell, part, root.get(BASE, "")) for part in root.findall(f"{{{DAV}}}ace")]
    return aces, root.get(f"{{{PERSONIUM}}}requireSchemaAuthz")


def _ace(cell: Cell, part: ET.Element, base: str) -> Ace:
    privileges = []
    for privilege in part.iterfind(f"{{{DAV}}}grant/{{{DAV}}}privilege/*"):
        namespace, _, name = privilege.tag.removeprefix("{").partition("}")
        known: object = BOX_PRIVILEGES if namespace == DAV else OWN_PRIVILEGES
        if namespace not in (DAV, PERSONIUM) or name not in known:  # type: ignore[operator]
            raise Refused("PR400-DV-0006", f"{{{namespace}}}{name}")
        privileges.append((namespace, name))
    principal = part.find(f"{{{DAV}}}principal")
    if principal is None or not privileges:
        raise Refused("PR400-DV-0002")
    if principal.find(f"{{{DAV}}}all") is not None:
        return Ace(None, tuple(privileges))
    role = cell.role_at(urljoin(base, principal.findtext(f"{{{DAV}}}href", "")))
    if role is None:
        raise Refused("PR400-DV-0004")
    return Ace(role, tuple(privileges))


def written(cell: Cell, box: str, node: Node, above: list[tuple[str, Node]], indent: str) -> str:
    """The `acl` element of a listing: own aces first, then those of the folders above with the URL they are from."""
    base = f"{cell.url}__role/{box}/"
    rows = [(ace, None) for ace in node.aces] + [(ace, url) for url, parent in above for ace in parent.aces]
    alive = set(cell.sets["Role"].all())
    lines = []
    for ace, url in rows:
        if ace.role is not None and ace.role not in alive:
            continue
        lines.append("<ace>")
        lines.append("    <principal>")
        lines.append(f"        {_principal(ace, box)}")
        lines += ["    </principal>", "    <grant>"]
        for namespace, name in ace.privileges:
            tag = f'<D:{name} xmlns:D="DAV:"/>' if namespace == DAV else f"<p:{name}/>"
            lines += ["        <privilege>", f"            {tag}", "        </privilege>"]
        lines.append("    </grant>")
        if url is not None:
            lines += ["    <inherited>", f"        <href>{escape(url)}</href>", "    </inherited>"]
        lines.append("</ace>")
    head = f'{indent}<acl xml:base="{escape(base)}" xmlns:p="{PERSONIUM}"'
    if not lines:
        return f"{head}/>\n"
    return "".join([f"{head}>\n", *(f"{indent}    {line}\n" for line in lines), f"{indent}</acl>\n"])


def _principal(ace: Ace, box: str) -> str:
    if ace.role is None:
        return "<all/>"
    home = ace.role.values["_Box.Name"] or "__"
    name = escape(str(ace.role.values["Name"]))
    return f"<href>{name if home == box else f'../{home}/{name}'}</href>"


def grants(ace: Ace, wanted: str) -> bool:
    """`wanted` is a box privilege as it stands (`read`), or one of ours with `p:` before it (`p:auth-read`)."""
    for namespace, name in ace.privileges:
        if namespace == DAV and not wanted.startswith("p:"):
            covered = BOX_PRIVILEGES[name]
            if covered is None or wanted in covered:
                return True
        if namespace == PERSONIUM and wanted in (f"p:{name}", f"p:{name}-read"):
            return True
        if namespace == PERSONIUM and name == "root" and wanted.startswith("p:"):
            return True
    return False


def has(caller: Caller, aces: list[Ace], wanted: str) -> bool:
    return caller.master or any(grants(ace, wanted) for ace in aces if ace.role is None or ace.role in caller.roles)


def refuse(unit: Unit, cell: Cell | None, caller: Caller, basic: bool) -> Refused:
    if caller.refusal is not None:
        return caller.refusal
    if caller.is_nobody:
        return Refused("PR401-AU-0001", challenges=challenges(unit, cell, basic))
    return Refused("PR403-AU-0002")


def ask_cell(cell: Cell, request: Request, privilege: str, writing: bool) -> Caller:
    """Leave for something at the level of the cell. Raises Refused."""
    unit = cell.unit
    caller = caller_of(unit, cell, request, basic=False)
    wanted = f"p:{privilege}" if writing or privilege == "root" else f"p:{privilege}-read"
    if has(caller, cell.node.aces, wanted) or (caller.unit_user is not None and _owns(caller, cell, writing)):
        return caller
    raise refuse(unit, cell, caller, basic=False)


def ask_node(cell: Cell, node: Node, request: Request, wanted: str, inherited: bool = True) -> Caller:
    """Leave for a file, a folder or a box. Raises Refused."""
    unit = cell.unit
    caller = caller_of(unit, cell, request, basic=True)
    chain = node.ancestors
    aces = [ace for each in (chain if inherited else [node]) for ace in each.aces]
    if not has(caller, aces, wanted) and not (caller.unit_user and _owns(caller, cell, wanted.startswith("write"))):
        raise refuse(unit, cell, caller, basic=True)
    if not caller.master:
        _ask_for_app(cell, chain[-1], caller)
    return caller


def _ask_for_app(cell: Cell, box: Node, caller: Caller) -> None:
    if box.required_app is None:
        return
    entity = next((each for each in cell.sets["Box"].all() if each.holds is box), None)
    schema = entity.values["Schema"] if entity is not None else None
    if not caller.schema or caller.schema.removesuffix("#c") != schema:
        raise Refused("PR403-AU-0005")
    if box.required_app == "confidential" and not caller.schema.endswith("#c"):
        raise Refused("PR403-AU-0006")


def _owns(caller: Caller, cell: Cell, writing: bool) -> bool:
    """A unit user sees the inside of its own cells, with one of two roles."""
    if caller.unit_user != cell.owner:
        return False
    return "CellContentsAdmin" in caller.unit_roles or ("CellContentsReader" in caller.unit_roles and not writing)
