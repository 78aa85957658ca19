"""Setting up a cell: the box, the owner's role, and who else may read which folder of it.

Everything is made by name and may be there already: a call that died is finished by the next one. Cells are named by a
secret, so that nobody can take the name first; a name is never used again, because a unit takes the tokens of a deleted
cell at a new one of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

import httpx

from pds_adapter.errors import StoreFormatError
from pds_adapter.stores.personium_agent import PersoniumAgent, PersoniumIdentity, expect, send

BOX, OWNER = "azukari", "owner"
ROOT: Final = ("boxes", "drafts")
"""The two folders in the box."""
MADE: Final = (201, 409)
"""409: it is there."""
LINKED: Final = (204, 409)


def make_cell(http: httpx.Client, unit: str, token: str, identity: PersoniumIdentity) -> None:
    """A whole cell with an account that owns it. `unit` ends in a slash; `token` is a unit user's or the master's."""
    headers = {"accept": "application/json", "authorization": f"Bearer {token}"}
    name = identity.cell.removeprefix(unit).rstrip("/")

    def post(path: str, body: dict[str, Any], statuses: tuple[int, ...], **more: str) -> None:
        answer = _post(http, f"{unit}{path}", body, {**headers, **more})
        if answer.status_code in (401, 403):
            raise StoreFormatError(unit, f"the unit's token may not do this: {answer.text[:200]}")
        expect(answer, statuses)

    post("__ctl/Cell", {"Name": name}, MADE)
    control = f"{name}/__ctl"
    post(f"{control}/Account", {"Name": identity.account}, MADE, **{"x-personium-credential": identity.password})
    post(f"{control}/Role", {"Name": OWNER}, MADE)
    role = {"uri": f"{identity.cell}__ctl/Role('{OWNER}')"}
    post(f"{control}/Account('{_key(identity.account)}')/$links/_Role", role, LINKED)
    rules = access_list(identity.cell, [(OWNER, "p:root")])
    expect(send(http, "ACL", identity.cell.rstrip("/"), rules, headers), (200,))
    post(f"{control}/Box", {"Name": BOX}, MADE)
    rules = access_list(identity.cell, [(OWNER, "D:all")])
    expect(send(http, "ACL", f"{identity.cell}{BOX}", rules, headers), (200,))


def make_box(agent: PersoniumAgent) -> None:
    """In a cell that its owner brought: the account must have the privilege `root` there. Then the two folders."""
    cell = agent.identity.cell
    account = f"{cell}__ctl/Account('{_key(agent.identity.account)}')"
    answer = agent.request("POST", f"{cell}__ctl/Box", _json({"Name": BOX}), JSON)
    if answer.status_code == httpx.codes.FORBIDDEN:
        raise StoreFormatError(cell, f"account {agent.identity.account} needs the privilege root in this cell")
    if expect(answer, MADE).status_code == httpx.codes.CREATED:
        expect(agent.request("POST", f"{cell}__ctl/Role", _json({"Name": OWNER}), JSON), MADE)
        role = {"uri": f"{cell}__ctl/Role('{OWNER}')"}
        expect(agent.request("POST", f"{account}/$links/_Role", _json(role), JSON), LINKED)
        rules = access_list(cell, [(OWNER, "D:all")])
        expect(agent.request("ACL", f"{cell}{BOX}", rules), (200,))
    for folder in ROOT:
        make_folder(agent, f"{cell}{BOX}/{folder}")


JSON: Final = {"content-type": "application/json"}


def make_folder(agent: PersoniumAgent, url: str) -> None:
    expect(agent.request("MKCOL", url), (201, 405))


def make_reader(agent: PersoniumAgent, identity: PersoniumIdentity, role: str) -> None:
    """An account in this cell, for somebody who may read in it, and a role for its rights."""
    cell = agent.identity.cell
    headers = {**JSON, "x-personium-credential": identity.password}
    expect(agent.request("POST", f"{cell}__ctl/Account", _json({"Name": identity.account}), headers), MADE)
    expect(agent.request("POST", f"{cell}__ctl/Role", _json({"Name": role}), JSON), MADE)
    uri = {"uri": f"{cell}__ctl/Role('{role}')"}
    expect(
        agent.request("POST", f"{cell}__ctl/Account('{_key(identity.account)}')/$links/_Role", _json(uri), JSON), LINKED
    )


def trust_cell(agent: PersoniumAgent, other: str, role: str) -> None:
    """The accounts of another cell (an ExtCell) get a role here: whoever comes with that cell's own token."""
    cell = agent.identity.cell
    expect(agent.request("POST", f"{cell}__ctl/ExtCell", _json({"Url": other}), JSON), MADE)
    expect(agent.request("POST", f"{cell}__ctl/Role", _json({"Name": role}), JSON), MADE)
    uri = {"uri": f"{cell}__ctl/ExtCell('{other}')"}  # inside a body the key is not percent-encoded
    expect(agent.request("POST", f"{cell}__ctl/Role('{role}')/$links/_ExtCell", _json(uri), JSON), LINKED)


def access_list(cell: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """The whole list of one resource: roles of this cell, each with a privilege. What is inherited is not repeated."""
    aces = "".join(
        f"<D:ace><D:principal><D:href>{escape(role)}</D:href></D:principal><D:grant><D:privilege><{privilege}/>"
        "</D:privilege></D:grant></D:ace>"
        for role, privilege in rows
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><D:acl xmlns:D="DAV:" xmlns:p="urn:x-personium:xmlns" '
        f'xml:base="{escape(cell)}__role/__/">{aces}</D:acl>'
    ).encode()


def _post(http: httpx.Client, url: str, body: dict[str, Any], headers: Mapping[str, str]) -> httpx.Response:
    return send(http, "POST", url, _json(body), {**headers, **JSON})


def _json(body: dict[str, Any]) -> bytes:
    return httpx.Request("POST", "http://x.invalid", json=body).content


def _key(name: str) -> str:
    return quote(name.replace("'", "''"), safe="")
