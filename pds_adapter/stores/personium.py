"""The personal data store on a Personium unit: one cell an account, sealed documents as files of its box.

    <cell>azukari/boxes/<box>/<half a byte>/<name>    a sealed document's bytes
    <cell>azukari/drafts/<digest>                     one that is on its way to its name

A unit has no "create only", so a new document is written under a draft's name and moved: a MOVE onto a name that is
taken is refused. One that is there is overwritten with If-Match; since If-Match is not looked at where the name is
gone, a 201 tells that it was removed meanwhile, and what was brought back is removed again. A folder takes 1,024
children, so a box has sixteen. A reader has an account in the cell that it reads in, with a password of its own for
each, and its right is an access list on the box's folder: never a token that another cell could pass on. A recipient
with a cell of its own (`reader_cells`) is trusted as an ExtCell besides and reads at the unit itself, by the address
of the document. Tested against the simulator, which is held to recorded exchanges with personium-core 1.8.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx

from pds_adapter.errors import NotGrantedError, StoreFormatError
from pds_adapter.stores.hosted import HostedStore
from pds_adapter.stores.hosted_directory import HostedAccount, HostedDirectory
from pds_adapter.stores.hosted_server import ACCOUNT, READER, Place
from pds_adapter.stores.one_server import client_of
from pds_adapter.stores.personium_agent import (
    NO_FOLDER,
    PersoniumAgent,
    PersoniumIdentity,
    code_of,
    expect,
    send,
)
from pds_adapter.stores.personium_cell import (
    BOX,
    OWNER,
    access_list,
    make_box,
    make_cell,
    make_folder,
    make_reader,
    trust_cell,
)
from pds_adapter.stores.port import etag_of

TIMEOUT_SECONDS: Final = 60
"""The first box of a new owner takes a unit 20 seconds."""
PASSWORD_CHARACTERS: Final = 32
BYTES: Final = {"content-type": "application/octet-stream"}
PersoniumAccount = HostedAccount[PersoniumIdentity]


class PersoniumStore(HostedStore[PersoniumIdentity]):
    """Cells are made on the unit at `unit_url` with `unit_token`; or `cell` is the one cell that a person brought."""

    def __init__(
        self,
        unit_url: str,
        directory: Path,
        unit_token: str = "",
        cell: PersoniumIdentity | None = None,
        reader_cells: Mapping[str, str] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        super().__init__(HostedDirectory(directory, PersoniumIdentity))
        self._unit = unit_url if unit_url.endswith("/") else f"{unit_url}/"
        self._token, self._cell, self._reader_cells = unit_token, cell, reader_cells or {}
        self._http = client_of(timeout_seconds, cell.cell if cell is not None else None)
        self._agents: dict[tuple[str, str], PersoniumAgent] = {}

    def close(self) -> None:
        super().close()
        self._http.close()

    def _open(self, kind: str, name: str, opened_at: int) -> None:
        if kind == READER:
            identity = PersoniumIdentity("", self._directory.pod_name(READER, name), "")
        elif self._cell is not None:
            identity = self._cell
            make_box(PersoniumAgent(self._http, identity))
        else:
            cell = f"{self._unit}{self._directory.pod_name(ACCOUNT, name)}/"
            identity = PersoniumIdentity(cell, OWNER, self._password(ACCOUNT, name))
            make_cell(self._http, self._unit, self._token, identity)
            make_box(PersoniumAgent(self._http, identity))
        self._directory.save(kind, PersoniumAccount(name, opened_at, identity))

    def _read(self, account: PersoniumAccount, place: Place, reader: str | None = None) -> tuple[bytes | None, str]:
        agent = self._agent(account)
        if reader is not None:
            if reader not in account.readers(place.box):
                raise NotGrantedError(place.account_id, place.box, reader)
            if reader not in self._reader_cells:
                agent = self._reader(account, reader)
        answer = agent.request("GET", _url(account, place), headers={"accept": "*/*"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None, ""
        if reader is not None and answer.status_code in (401, 403):
            raise NotGrantedError(place.account_id, place.box, reader)
        return expect(answer, (200,)).content, answer.headers.get("etag", "")

    def _write(self, account: PersoniumAccount, place: Place, encoded: bytes, guard: str | None) -> bool:
        agent, url = self._agent(account), _url(account, place)
        if guard is None:
            return self._create(agent, account, place, encoded)
        answer = agent.request("PUT", url, encoded, {**BYTES, "if-match": guard})
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return False
        if answer.status_code == httpx.codes.CREATED:  # it was removed meanwhile, and this brought it back
            etag = answer.headers.get("etag", "")
            expect(agent.request("DELETE", url, headers={"if-match": etag}), (204, 404, 412))
            return False
        expect(answer, (204,))
        return True

    def _create(self, agent: PersoniumAgent, account: PersoniumAccount, place: Place, encoded: bytes) -> bool:
        """Write a draft, move it to its name. The draft's name follows from place and content: a call that died leaves
        one that the next call uses."""
        digest = hashlib.blake2b(f"{place.box}/{place.name}/{etag_of(encoded)}".encode(), digest_size=16).hexdigest()
        draft, url = f"{account.identity.cell}{BOX}/drafts/{digest}", _url(account, place)
        expect(agent.request("PUT", draft, encoded, BYTES), (201, 204))
        headers = {"destination": url, "overwrite": "F"}
        answer = agent.request("MOVE", draft, headers=headers)
        if answer.status_code == httpx.codes.CONFLICT and code_of(answer) == NO_FOLDER:
            folder = url.rpartition("/")[0]
            make_folder(agent, folder.rpartition("/")[0])
            make_folder(agent, folder)
            answer = agent.request("MOVE", draft, headers=headers)
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            expect(agent.request("DELETE", draft), (204, 404))
            return False
        if answer.status_code == httpx.codes.NOT_FOUND:  # another call with the same content moved it
            return False
        expect(answer, (201,))
        return True

    def _drop(self, account: PersoniumAccount, place: Place, guard: str) -> bool | None:
        answer = self._agent(account).request("DELETE", _url(account, place), headers={"if-match": guard})
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return None
        return expect(answer, (204, 404)).status_code != httpx.codes.NOT_FOUND

    def _boxes(self, account: PersoniumAccount) -> list[str]:
        return self._agent(account).names_in(f"{account.identity.cell}{BOX}/boxes") or []

    def _names(self, account: PersoniumAccount, box: str) -> list[str]:
        agent, folder = self._agent(account), f"{account.identity.cell}{BOX}/boxes/{quote(box, safe='')}"
        found: list[str] = []
        for shard in agent.names_in(folder) or []:
            found += agent.names_in(f"{folder}/{shard}") or []
        return sorted(found)

    def _write_rules(self, account: PersoniumAccount, box: str) -> None:
        """The whole list each time, by one writer at a time: an ACL request has no condition."""
        agent, roles = self._agent(account), []
        for reader in account.readers(box):
            known = self._directory.load(READER, reader)
            if known is None:
                raise StoreFormatError(reader, "a grant names a reader that this directory does not know")
            role = known.identity.account
            roles.append(role)
            make_reader(agent, self._reader_identity(account, known), role)
            if reader in self._reader_cells:
                trust_cell(agent, self._reader_cells[reader], role)
        folder = f"{account.identity.cell}{BOX}/boxes/{quote(box, safe='')}"
        make_folder(agent, folder)
        rules = access_list(account.identity.cell, [(role, "D:read") for role in roles])
        expect(agent.request("ACL", folder, rules), (200,))

    def _remove(self, account: PersoniumAccount) -> None:
        """The box with all that is in it; and the cell, where it was made here. Neither name is ever used again."""
        agent, headers = self._agent(account), {"x-personium-recursive": "true"}
        if self._cell is None and self._token:
            headers |= {"authorization": f"Bearer {self._token}", "accept": "application/json"}
            expect(send(self._http, "DELETE", account.identity.cell.rstrip("/"), None, headers), (204, 404))
            return
        for folder in ("boxes", "drafts"):
            answer = agent.request("DELETE", f"{account.identity.cell}{BOX}/{folder}", headers=headers)
            expect(answer, (204, 404))

    def _drop_box(self, account: PersoniumAccount, box: str) -> None:
        folder = f"{account.identity.cell}{BOX}/boxes/{quote(box, safe='')}"
        headers = {"x-personium-recursive": "true"}
        expect(self._agent(account).request("DELETE", folder, headers=headers), (204, 404))

    def _where(self, account: PersoniumAccount, place: Place) -> str:
        return _url(account, place)

    def _agent(self, account: PersoniumAccount) -> PersoniumAgent:
        return self._kept_agent((account.account_id, ""), self._cell or account.identity)

    def _reader(self, account: PersoniumAccount, reader: str) -> PersoniumAgent:
        known = self._directory.load(READER, reader)
        if known is None:
            raise NotGrantedError(account.account_id, "", reader)
        return self._kept_agent((account.account_id, reader), self._reader_identity(account, known))

    def _kept_agent(self, key: tuple[str, str], identity: PersoniumIdentity) -> PersoniumAgent:
        with self._turn:
            if key not in self._agents:
                self._agents[key] = PersoniumAgent(self._http, identity)
            return self._agents[key]

    def _reader_identity(self, account: PersoniumAccount, reader: PersoniumAccount) -> PersoniumIdentity:
        """A password for each cell: a server that learns one can do nothing with it elsewhere."""
        password = self._password(READER, f"{account.account_id} {reader.account_id}")
        return replace(reader.identity, cell=account.identity.cell, password=password)

    def _password(self, kind: str, name: str) -> str:
        return self._directory.password(kind, name)[:PASSWORD_CHARACTERS]


def _url(account: PersoniumAccount, place: Place) -> str:
    shard = hashlib.blake2b(place.name.encode(), digest_size=1).hexdigest()[0]
    return f"{account.identity.cell}{BOX}/boxes/{quote(place.box, safe='')}/{shard}/{quote(place.name, safe='')}"
