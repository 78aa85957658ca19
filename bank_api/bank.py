"""The bank's parts, put together once per process: directory, catalog, index, personal data store, ledger.

The bank reaches the ledger by JSON-RPC only; what it writes there is signed by members, partners, board or custodians
and carried in batches, or is the operator's own act.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from web3 import Web3

from bank_api.index.events import LedgerIndex
from bank_api.lanes import open_lanes
from bank_api.protocol.documents import terms
from bank_api.settings import Settings
from bank_api.store.catalog import Catalog
from bank_api.store.database import Database
from bank_api.store.directory import Directory
from bank_api.store.escrows import Escrows
from bank_api.store.tables import PersonRow, ReleaseRow
from chaincode.bindings import Contracts, Outcome, Release, Role
from chaincode.deployment import Deployment
from chaincode.ids import NOBODY, id_from_hex, text_hash
from chaincode.transactor import Transactor
from pds_adapter.keys import KeyPair
from pds_adapter.port import PersonalDataStore

RELEASE_SECONDS_MAX = 600
"""How long a release too large for one transaction may stay open."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of membership now in force; both hashes are on the ledger."""

    statement: str
    text: str
    language: str

    @property
    def hash(self) -> bytes:
        return text_hash(self.text)


class Bank:
    """Everything a flow needs. `clock` gives unix seconds."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        pds: PersonalDataStore,
        w3: Web3,
        deployment: Deployment,
        transactor: Transactor,
        release_key: KeyPair,
        clock: Callable[[], int],
    ) -> None:
        self.settings, self.database, self.pds = settings, database, pds
        self.deployment, self.transactor = deployment, transactor
        self.contracts = Contracts(w3, deployment)
        self.release_key, self.clock = release_key, clock
        self.directory, self.catalog = Directory(database), Catalog(database)
        self.escrows, self.index = Escrows(database), LedgerIndex(database, self.contracts, self.head)
        self.terms = Terms(terms.STATEMENT, terms.TEXT, terms.LANGUAGE)
        self.lanes = open_lanes(self)
        self.w3 = w3
        self.releasing = threading.Lock()
        """One release at a time: what an audience has seen is decided in order."""

    def open(self) -> None:
        """Check the deployment against the chain, put the terms on the ledger, enter the operator."""
        self.deployment.verify(self.w3)
        if self.contracts.membership.terms_hash() != self.terms.hash:
            self.contracts.membership.set_terms(self.transactor, self.terms.hash, text_hash(self.terms.statement))
        operator = self.transactor.address
        if self.directory.person(operator) is None:
            row = PersonRow(
                account=operator, key=operator, name=self.settings.name, roles="operator", enrolled_at=self.clock()
            )
            self.directory.save_person(row)

    def close(self) -> None:
        self.lanes.close()
        self.pds.close()
        self.database.close()

    def head(self) -> int:
        """Number of the newest block."""
        return self.transactor.node.block_number()

    def ledger_time(self) -> int:
        """Unix seconds of now, and never before the newest block: what the contracts will compare with."""
        return max(self.clock(), self.transactor.node.block_timestamp())

    def enroll(self, account: str, role: str, parent: str | None) -> Outcome:
        return self.contracts.membership.enroll(self.transactor, account, Role[role.upper()], parent or NOBODY)

    def rotate_key(self, account: str, new_key: str, evidence_hash: bytes) -> Outcome:
        return self.contracts.membership.rotate_key(self.transactor, account, new_key, evidence_hash)

    def disclose(self, row: ReleaseRow, items: int, consent_ids: list[bytes]) -> Outcome:
        """Record a release and pay its rewards; the contract refuses unless every consent is live now."""
        release = Release(
            release_id=id_from_hex(row.release_id),
            request_id=id_from_hex(row.request_id),
            items=items,
            payload_root=id_from_hex(row.payload_root),
            method_hash=id_from_hex(row.method_hash),
            rows=row.rows,
            suppressed=row.suppressed,
            k=row.k,
        )
        closes_by = self.ledger_time() + RELEASE_SECONDS_MAX
        return self.contracts.disclosure.disclose(self.transactor, release, consent_ids, closes_by)
