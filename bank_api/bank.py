"""The bank's parts, put together once per process: directory, catalog, index, personal data store, ledger. What is done
with them is in `flows`, what is seen of them in `views`.

The bank reaches the ledger by JSON-RPC only; what it writes there is signed by members, partners, board or custodians
and carried in batches, or is the operator's own act.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from web3 import Web3

from bank_api.auth import Here
from bank_api.figures import Figures
from bank_api.index.agreement import agreement
from bank_api.index.follower import Follower
from bank_api.index.ledger_index import FedIndex, LedgerIndex
from bank_api.limits import Limit, SharedLimit
from bank_api.listening import Listening
from bank_api.protocol.documents import terms
from bank_api.settings import Settings
from bank_api.store.asked import lend
from bank_api.store.boxes import Boxes
from bank_api.store.catalog import Catalog
from bank_api.store.database import Database
from bank_api.store.directory import Directory
from bank_api.store.escrows import Escrows
from bank_api.store.files import Files
from bank_api.store.kept_keys import KeptKeys
from bank_api.store.locks import Alone
from bank_api.store.notices import Notices
from bank_api.store.promotions import Promotions
from bank_api.store.registrations import Registrations
from bank_api.store.rights import Rights
from bank_api.store.shared_keys import SharedKeys
from bank_api.store.terms import TermsTexts
from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.ids import text_hash, to_hex
from chaincode.node import Header
from chaincode.transactor import Transactor
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.chosen import ChosenStores


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms of membership; both hashes are on the ledger."""

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
        pds: ChosenStores,
        w3: Web3,
        deployment: Deployment,
        transactor: Transactor,
        release_key: KeyPair,
        clock: Callable[[], int],
        former_release_key: KeyPair | None = None,
        feed: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        """`feed` reads the chain into the index where another process does (`leading`): block and its time."""
        self.settings, self.database, self.pds = settings, database, pds
        self.deployment, self.transactor = deployment, transactor
        self.contracts = Contracts(w3, deployment)
        self.release_key, self.clock = release_key, clock
        self.former_release_key = former_release_key
        """As long as documents pass from it to the present one (`flows.key_rotation`)."""
        self.leads = feed is None
        """Whether this process signs as the operator, reads the chain and passes documents to a new release key."""
        self.takes_former_key = former_release_key is not None and self.leads
        """Whether what is sealed to it is still taken: by who knows when its rotation ends."""
        self.directory, self.catalog = Directory(database), Catalog(database)
        self.files = Files(database)
        self.rights = Rights(database)
        self.registrations = Registrations(database)
        self.promotions = Promotions(database)
        self.terms_texts, self.notices = TermsTexts(database), Notices(database)
        self.escrows = Escrows(database)
        self.shared_keys = SharedKeys(database)
        self.boxes, self.kept_keys = Boxes(database), KeptKeys(database)
        self._feed = feed
        self.index = (
            LedgerIndex(database, self.contracts, self._newest, settings.confirmations)
            if feed is None
            else FedIndex(database, self.contracts, self._fed)
        )
        self.follower = Follower(self.index, settings.follow_seconds)
        self.newest_block_time = 0
        """Unix seconds."""
        self.w3 = w3
        self.genesis_header = ""
        """The RLP of the ledger's first header; known once the bank was opened."""
        self.figures = Figures()
        self.figures.watch("index_block", "The block that the index was read through.", lambda: self.index.reached)
        self.figures.watch(
            "index_silent_seconds", "Since the index last heard from the ledger.", lambda: self.follower.silent_seconds
        )
        self.account_limit = self.limit(
            "account", settings.account_requests_per_second, settings.account_requests_in_a_row
        )
        self.here = Here(settings.url, self.directory.secret("challenge"))
        self.stopping = threading.Event()
        """Set when the process was told to end: who listens for ever is let go."""
        self.listening = Listening(settings.streams_max)
        self.pulsing = threading.Lock()
        """Who asks for a pulse while one comes is served by it."""
        self.previewing = threading.Lock()
        """One preview at a time: each costs as much as a release."""
        self.promoting = Alone(database.locks, "promotion")
        """One word about promotions at a time: what was withdrawn is not approved in the same moment."""
        self.releasing = Alone(database.locks, "release")
        """One release at a time, whichever process makes it: what an audience has seen is decided in order."""

    def limit(self, of: str, per_second: float, in_a_row: int) -> Limit:
        """How often somebody may ask; one limit for all processes, where there are several."""
        if self.leads:
            return Limit(per_second, in_a_row)

        def ask(caller: str, cost_seconds: float, ahead_seconds: float) -> float:
            return lend(self.database, f"{of} {caller}", cost_seconds, ahead_seconds, time.time())

        return SharedLimit(per_second, in_a_row, lend=ask)

    @property
    def terms(self) -> Terms:
        """The terms now in force: those of the ledger, in the words that are kept here."""
        present = agreement(self.index).present
        kept = None if present is None else self.terms_texts.find(to_hex(present.terms_hash))
        if kept is None:
            return Terms(terms.STATEMENT, terms.TEXT, terms.LANGUAGE)
        return Terms(kept.statement, kept.text, kept.language)

    def close(self) -> None:
        self.follower.close()
        self.pds.close()
        self.database.close()

    def key_of(self, sealed: SealedDocument) -> KeyPair:
        """The release key that a document is wrapped to; the present one where it is wrapped to neither."""
        former = self.former_release_key
        if former is not None and self.release_key.public not in sealed.recipients:
            return former if former.public in sealed.recipients else self.release_key
        return self.release_key

    def head(self) -> int:
        """Number of the newest block that stays, asked of the node."""
        return max(0, self.transactor.node.block_number() - self.settings.confirmations)

    def ledger_time(self) -> int:
        """Unix seconds of now, and never before the newest block seen: what the contracts will compare with."""
        return max(self.clock(), self.newest_block_time)

    def _newest(self) -> Header:
        newest = self.transactor.node.newest_header()
        self.newest_block_time = newest.timestamp
        return newest

    def _fed(self) -> int:
        if self._feed is None:
            raise RuntimeError("a bank that leads feeds itself")
        number, self.newest_block_time = self._feed()
        return number
