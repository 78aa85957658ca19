"""PROPFIND and PROPPATCH: what a folder or file says of itself, in the very layout of the unit.

Addresses are absolute and not percent-encoded, only XML-escaped. There is no getetag and no displayname.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from pds_adapter.personium_simulator.acl import DAV, PERSONIUM, ask_node, has, written
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_xml
from pds_adapter.personium_simulator.moments import created, modified
from pds_adapter.personium_simulator.unit import Cell, Node

UPDATE = f"{{{DAV}}}propertyupdate"
PROTECTED = (DAV,)
"""What a client sets in this namespace is neither refused nor kept."""


def list_node(cell: Cell, node: Node, url: str, box: str, request: Request) -> Response:
    """One node, or a folder and what is in it. `url` has no slash at its end."""
    caller = ask_node(cell, node, request, "read-properties")
    depth = checked_depth(request)
    aces = [ace for each in node.ancestors for ace in each.aces]
    above = ancestor_urls(node, url)
    with_acl = has(caller, aces, "read-acl")
    rows = [response_of(cell, node, url, box, above, with_acl)]
    if depth == "1":
        inside = [(url, node), *above]
        rows += [
            response_of(cell, child, f"{url}/{child.name}", box, inside, with_acl) for child in node.children.values()
        ]
    return multistatus(rows, node.etag)


def checked_depth(request: Request) -> str:
    depth = request.header("Depth")
    if depth == "infinity":
        raise Refused("PR403-DV-0001")
    if depth not in ("0", "1"):
        raise Refused("PR400-DV-0003", depth or "null")
    if request.body:
        parse(request.body, f"{{{DAV}}}propfind")
    return depth


def ancestor_urls(node: Node, url: str) -> list[tuple[str, Node]]:
    """The folders above, nearest first, with their URLs."""
    above, parent = [], node.parent
    while parent is not None:
        url = url.rsplit("/", 1)[0]
        above.append((url, parent))
        parent = parent.parent
    return above


def multistatus(rows: list[str], etag: str | None) -> Response:
    text = f'<multistatus xmlns="DAV:">\n{"".join(rows)}</multistatus>'
    return as_xml(text, 207, [("ETag", etag)] if etag else [])


def response_of(
    cell: Cell, node: Node, url: str, box: str, above: list[tuple[str, Node]], with_acl: bool, extra: str = ""
) -> str:
    """`extra` is an element that stands before the access list."""
    pad = " " * 16
    lines = [f"<creationdate>{created(node.created)}</creationdate>"]
    if node.kind == "file":
        lines.append(f"<getcontentlength>{len(node.content)}</getcontentlength>")
        lines.append(f"<getcontenttype>{escape(node.content_type)}</getcontenttype>")
    lines.append(f"<getlastmodified>{modified(node.modified)}</getlastmodified>")
    if node.kind == "file":
        lines.append("<resourcetype/>")
    else:
        lines += ["<resourcetype>", "    <collection/>"]
        if node.kind != "folder":
            lines.append(f'    <p:{node.kind} xmlns:p="{PERSONIUM}"/>')
        lines.append("</resourcetype>")
    if extra:
        lines.append(extra)
    acl = written(cell, box, node, above, pad) if with_acl else ""
    own = "".join(f"{pad}{element}\n" for element in node.properties.values())
    return propstat(url, "".join(f"{pad}{line}\n" for line in lines) + acl + own)


def propstat(url: str, properties: str) -> str:
    inner = (
        f"        <propstat>\n            <prop>\n{properties}            </prop>\n"
        "            <status>HTTP/1.1 200 OK</status>\n        </propstat>\n"
        if properties
        else ""
    )
    return f"    <response>\n        <href>{escape(url)}</href>\n{inner}    </response>\n"


def change_properties(cell: Cell, node: Node, url: str, request: Request) -> Response:
    """The ETag goes up whatever is asked; If-Match is not looked at."""
    ask_node(cell, node, request, "write-properties")
    root = parse(request.body, UPDATE)
    declared = _declared(request.body)
    answered = []
    for part in root:
        for prop in part.iterfind(f"{{{DAV}}}prop/*"):
            namespace, _, name = prop.tag.removeprefix("{").partition("}")
            if namespace in PROTECTED:
                continue
            prefix = next((short for short, full in declared if full == namespace), "ns")
            spaces = "".join(f" xmlns:{short}={quoteattr(full)}" for short, full in declared)
            text = escape(prop.text or "")
            element = f"<{prefix}:{name}{spaces}>{text}</{prefix}:{name}>" if text else f"<{prefix}:{name}{spaces}/>"
            if part.tag == f"{{{DAV}}}set":
                node.properties[prop.tag] = element
            else:
                node.properties.pop(prop.tag, None)
            answered.append(element)
    node.touch(cell.unit.now())
    body = "".join(f"{' ' * 16}{element}\n" for element in answered)
    return multistatus([propstat(url, body)], node.etag)


def parse(body: bytes, tag: str) -> ET.Element:
    if b"<!" in body:
        raise Refused("PR400-DV-0001")
    try:
        root = ET.fromstring(body)  # noqa: S314  no declarations: see the line above
    except ET.ParseError:
        raise Refused("PR400-DV-0001") from None
    if root.tag != tag:
        raise Refused("PR400-DV-0001")
    return root


def _declared(body: bytes) -> list[tuple[str, str]]:
    """The namespaces of the document, in the order in which the unit writes them back: reversed, DAV after our own."""
    found: dict[str, str] = {}
    for _, (short, full) in ET.iterparse(io.BytesIO(body), ["start-ns"]):  # noqa: S314  parsed before: see `parse`
        found[short] = full
    order = {"p": 0, "D": 1}
    return sorted(found.items(), key=lambda pair: order.get(pair[0], 2))
