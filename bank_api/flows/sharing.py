"""After a ceremony: what is wrapped to the bank's own key passes to the key that the board shares, in the background.

What is still wrapped to the bank's key is what is still to be done: nothing else is remembered, and a bank that dies
goes on when it starts again. A store that does not answer is come back to. Answers that were checked before the key
stood may still be under way: so the last pass comes a while after one that found nothing.
"""

import logging
import threading

from bank_api.bank import Bank
from bank_api.errors import BankError
from bank_api.flows.release_history import seal_anew
from bank_api.flows.rewrap import groups
from bank_api.store.tables import SharedKeyRow
from bank_api.views.shared_key import standing_terms
from pds_adapter.errors import AccountErasedError, AccountUnknownError, StoreError
from pds_adapter.escrow.shared import label_of, share
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.stores.port import Document, Put, Stored

PAUSE_SECONDS = 5.0
log = logging.getLogger("bank_api.sharing")


class Sharing:
    """One thread of the process that leads. `settle_seconds`: within them an answer under way has come in."""

    def __init__(self, bank: Bank, settle_seconds: float, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._bank, self._settle_seconds, self._pause_seconds = bank, settle_seconds, pause_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sharing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def advance(self) -> bool:
        """Pass on what is left; whether the board's key is the only one now (or there is none)."""
        bank, row = self._bank, self._bank.shared_keys.standing()
        terms = standing_terms(bank)
        if row is None or terms is None or row.passed_at is not None:
            return True
        if not self._pass(terms) or self._stopped.wait(self._settle_seconds) or not self._pass(terms):
            return False
        present = bank.shared_keys.epoch(row.key_id, row.epoch) or row
        bank.shared_keys.save(SharedKeyRow(**present.model_dump() | {"passed_at": bank.clock()}))
        log.info("all answers are under the key that the board shares")
        return True

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.advance()
            except (BankError, StoreError, OSError):
                log.exception("passing answers to the board's key goes on in %s s", self._pause_seconds)
            self._stopped.wait(self._pause_seconds)

    def _pass(self, terms: EscrowTerms) -> bool:
        """Go through everything once; whether each store answered and took all."""
        bank, is_done = self._bank, True
        seal_anew(bank)
        for account in bank.directory.accounts():
            if self._stopped.is_set():
                return False
            try:
                for some in groups(one for one in bank.pds.export(account) if self._is_ours(one)):
                    results = bank.pds.put_many([self._shared(one, terms) for one in some])
                    is_done = is_done and all(isinstance(one, Stored) for one in results)
            except (AccountUnknownError, AccountErasedError):
                continue  # no store, nothing to wrap
            except StoreError as error:
                log.warning("a store is come back to: %s", error)
                is_done = False
        return is_done

    def _is_ours(self, document: Document) -> bool:
        return self._bank.key_of(document.content).public in document.content.recipients

    def _shared(self, document: Document, terms: EscrowTerms) -> Put:
        ours, content = self._bank.key_of(document.content), document.content
        label = label_of(document.account_id, document.box, document.name)
        content = (content if content.shared else share(content, ours, terms, label)).without(ours.public)
        return Put(document.account_id, document.box, document.name, content, if_match=document.etag)
