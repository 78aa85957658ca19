"""After a rotation of the release key: every document passes from the former key to the present one, in the background.

What is still wrapped to the former key is what is still to be done: nothing else is remembered, and a bank that dies
goes on when it starts again. A store that does not answer is come back to. When a whole pass has left nothing, answers
sealed to the former key are taken no more; after those under way have come in, one more pass; then it is destroyed.
"""

import logging
import threading

from bank_api.bank import Bank
from bank_api.errors import BankError
from bank_api.flows.release_history import seal_anew
from bank_api.flows.rewrap import groups
from bank_api.release_keys import Progress, forget_former, note
from bank_api.store.tables import ReleaseRow
from pds_adapter.errors import AccountErasedError, AccountUnknownError, StoreError
from pds_adapter.sealing.envelope import SealedDocument, rewrap
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.port import Document, Put, Stored

ACCOUNTS_BETWEEN_NOTES = 20
PAUSE_SECONDS = 30.0
"""Before what could not be done is tried again."""
log = logging.getLogger("bank_api.key_rotation")


class KeyRotation:
    """One thread, as long as there is a former key. `settle_seconds`: within them an answer under way has come in."""

    def __init__(self, bank: Bank, settle_seconds: float, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._bank, self._settle_seconds, self._pause_seconds = bank, settle_seconds, pause_seconds
        self._stopped = threading.Event()
        self._wrapped = 0
        self._thread = threading.Thread(target=self._run, name="key-rotation", daemon=True)

    def start(self) -> None:
        if self._bank.former_release_key is not None:
            self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self.wait()

    def wait(self) -> None:
        """Until it is done, or was stopped."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._advance():
                    return
            except (BankError, StoreError, OSError):
                log.exception("the release key's rotation goes on in %s s", self._pause_seconds)
            self._stopped.wait(self._pause_seconds)

    def _advance(self) -> bool:
        """Whether it is done: see the plan above."""
        bank, former = self._bank, self._bank.former_release_key
        if former is None:
            return True
        if not self._pass(former, is_last=False):
            return False
        bank.takes_former_key = False
        if self._stopped.wait(self._settle_seconds) or not self._pass(former, is_last=True):
            return False
        bank.former_release_key = None
        forget_former(bank.settings.data)
        log.info("the release key was replaced; %s documents were wrapped anew", self._wrapped)
        return True

    def _pass(self, former: KeyPair, is_last: bool) -> bool:
        """Go through everything once; whether nothing is wrapped to the former key any more."""
        bank, waiting = self._bank, 0
        seal_anew(bank)
        _pass_releases_on(bank, former)
        accounts = bank.directory.accounts()
        for done, account in enumerate(accounts):
            if self._stopped.is_set():
                return False
            if done % ACCOUNTS_BETWEEN_NOTES == 0:
                note(bank.settings.data, Progress(len(accounts), done, self._wrapped, waiting))
            waiting += not self._wrap_account(account, former)
        is_finished = is_last and waiting == 0
        note(bank.settings.data, Progress(len(accounts), len(accounts), self._wrapped, waiting, is_finished))
        return waiting == 0

    def _wrap_account(self, account: str, former: KeyPair) -> bool:
        """Whether none of the account's documents is wrapped to the former key any more."""
        bank, is_done = self._bank, True
        try:
            for some in groups(one for one in bank.pds.export(account) if former.public in one.content.recipients):
                results = bank.pds.put_many([_passed_on(one, former, bank.release_key) for one in some])
                wrapped = sum(isinstance(result, Stored) for result in results)
                self._wrapped += wrapped
                is_done = is_done and wrapped == len(results)
        except (AccountUnknownError, AccountErasedError):
            return True  # no store, nothing to wrap
        except StoreError as error:
            log.warning("a store is come back to: %s", error)
            return False
        return is_done


def _pass_releases_on(bank: Bank, former: KeyPair) -> None:
    """What went out is kept for the members whose rows stand in it."""
    with bank.releasing:
        for row in bank.catalog.all_releases():
            sealed = SealedDocument.from_bytes(row.sealed)
            if former.public in sealed.recipients:
                anew = rewrap(sealed, former, [bank.release_key.public]).without(former.public)
                bank.catalog.save(ReleaseRow(**row.model_dump() | {"sealed": anew.to_bytes()}))


def _passed_on(document: Document, former: KeyPair, present: KeyPair) -> Put:
    content = rewrap(document.content, former, [present.public]).without(former.public)
    return Put(document.account_id, document.box, document.name, content, if_match=document.etag)
