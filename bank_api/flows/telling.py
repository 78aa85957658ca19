"""Telling people by e-mail and webhook what their inbox has: at least once each, and nothing is queued.

What is to be told is what is in somebody's inbox and is not noted as told: so it is found again after any crash, and
what nobody needs to hear any more (a request that was decided meanwhile) is not sent late. An item is noted when the
mail server, or the receiver, has taken it; a bank that dies in between sends it once more under the same id.
"""

import logging
import secrets
import smtplib
import threading
from collections.abc import Iterable, Iterator

import httpx

from bank_api.bank import Bank
from bank_api.errors import BankError
from bank_api.flows import hooks, mail, registration
from bank_api.flows.notices import FORMERLY, channels_of
from bank_api.protocol.kinds import word_of
from bank_api.protocol.notices import ALWAYS, Channel
from bank_api.store.tables import NoticeRow, RegistrationRow, ToldRow
from bank_api.views import inbox
from bank_api.views.awaiting import Item
from chaincode.bindings import Role
from chaincode.events import RecoveryBegun

WAITS_SECONDS = (5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000, 86_400)
"""After each try that failed; after the last, a notice is given up. Together more than two days."""
FORGET_EVERY_SECONDS = 3600
LEASE, LEASE_SECONDS = "telling", 30
"""One process tells; another takes over when it has been silent for so long."""
log = logging.getLogger("bank_api.telling")


class Telling:
    """One thread for as long as the bank runs."""

    def __init__(self, bank: Bank) -> None:
        self._bank, self._holder = bank, secrets.token_hex(8)
        self._stopped, self._forget_next = threading.Event(), 0
        self._thread = threading.Thread(target=self._run, name="telling", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()
            self._bank.notices.give_lease_back(LEASE, self._holder)

    def _run(self) -> None:
        while not self._stopped.wait(self._bank.settings.tell_seconds):
            try:
                self.tell()
            except Exception:
                log.exception("people are told again later")

    def tell(self) -> int:
        """Tell whatever is to be told now; how many notices arrived."""
        bank = self._bank
        self._forget_applicants()
        told = self._tell_applicants()
        for account, channel in _ways(bank):
            if self._stopped.is_set():
                break
            if not bank.notices.take_lease(LEASE, self._holder, bank.clock(), LEASE_SECONDS):
                break
            try:
                told += _tell_one(bank, account, channel)
            except Exception:  # whatever is wrong with one, the others are told
                log.exception("somebody is told again later")
        return told

    def _forget_applicants(self) -> None:
        """Now and then, what registrations were answered long ago: nobody else may ask for a long time."""
        now = self._bank.clock()
        if now >= self._forget_next:
            registration.forget_old(self._bank)
            self._forget_next = now + FORGET_EVERY_SECONDS

    def _tell_applicants(self) -> int:
        """What became of their registrations, by one mail each; how many arrived."""
        bank, told = self._bank, 0
        if bank.settings.smtp_host is None:
            return 0
        for row in bank.registrations.every():
            is_due = row.decided_at is not None and row.told_at is None and row.next_at <= bank.clock()
            if row.email is None or not is_due or row.tries > len(WAITS_SECONDS):
                continue
            if not bank.notices.take_lease(LEASE, self._holder, bank.clock(), LEASE_SECONDS):
                break
            told += _tell_applicant(bank, row)
        return told


def _tell_one(bank: Bank, account: str, channel: Channel) -> int:
    """What one is to be told on one channel; how many notices arrived. Who does not take one gets no other this time:
    each may cost as long as it takes to lose patience, and others wait."""
    told = 0
    for row, item, to in _due(bank, account, channel):
        if not _try(bank, row, item, to):
            break
        told += 1
    return told


def _tell_applicant(bank: Bank, row: RegistrationRow) -> bool:
    """Try once; whether it arrived. Who cannot be reached is told by the wallet that asks again."""
    noted = row.model_dump()
    try:
        mail.send(bank.settings, mail.registration_of(bank, row))
    except (OSError, smtplib.SMTPException, mail.RefusedForGoodError) as error:
        is_final = isinstance(error, mail.RefusedForGoodError) or row.tries >= len(WAITS_SECONDS)
        wait = 0 if is_final else WAITS_SECONDS[row.tries]
        noted |= {"tries": len(WAITS_SECONDS) + 1 if is_final else row.tries + 1, "next_at": bank.clock() + wait}
        log.warning("an answer to a registration did not arrive: %s", type(error).__name__)
    else:
        noted |= {"told_at": bank.clock()}
    present = bank.registrations.of(row.account)
    if present is not None and present.decided_at == row.decided_at:
        bank.registrations.save(RegistrationRow(**noted))
    return noted["told_at"] is not None


def _ways(bank: Bank) -> Iterator[tuple[str, Channel]]:
    """Whom to tell how. Of recoveries everybody is told who has an address at all, confirmed or not."""
    if bank.settings.smtp_host is not None:
        confirmed = {row.account for row in bank.notices.all_chosen() if row.confirmed_at is not None}
        recovering = {event.account for event in bank.index.events(RecoveryBegun)}
        yield from ((account, Channel.EMAIL) for account in sorted(confirmed | recovering))
    for hook in bank.notices.webhooks():
        if hook.stopped_at is None:
            yield hook.account, Channel.WEBHOOK


def _due(bank: Bank, account: str, channel: Channel) -> Iterator[tuple[ToldRow, Item, str]]:
    """What is to be told now, the oldest first, and where to."""
    to = _address(bank, account, channel)
    if to is None:
        return
    chosen, now = bank.notices.chosen(account), bank.clock()
    with bank.database.reading():
        recorded = bank.index.account(account)
        active = recorded.active if recorded else Role(0)
        roles = frozenset(word_of(role) for role in Role if role & active)
        found = list(_wanted(chosen, channel, inbox.items(bank, account, roles)))
        known = bank.notices.told(account, channel)
    for item in reversed(found):
        former = known.get(f"{FORMERLY[item.kind]}:{item.subject}") if item.kind in FORMERLY else None
        row = known.get(item.item_id) or former or ToldRow(account=account, channel=channel, item_id=item.item_id)
        if row.told_at is None and not row.given_up and row.next_at <= now:
            yield row, item, to


def _wanted(chosen: NoticeRow, channel: Channel, items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if channel is Channel.EMAIL and chosen.confirmed_at is None and item.kind not in ALWAYS:
            continue
        if channel in channels_of(chosen, item.kind):
            yield item


def _address(bank: Bank, account: str, channel: Channel) -> str | None:
    if channel is Channel.EMAIL:
        person = bank.directory.person(account)
        return person.email if person else None
    hook = bank.notices.webhook(account)
    return hook.url if hook is not None and hook.stopped_at is None else None


def _try(bank: Bank, row: ToldRow, item: Item, to: str) -> bool:
    """Send one; note that it arrived, or when to try again. Whether it arrived."""
    try:
        if row.channel == Channel.EMAIL:
            language = bank.notices.chosen(row.account).language
            mail.send(bank.settings, mail.notice_of(bank, row.account, item, to, language))
        else:
            hooks.send(bank, to, row.account, item)
    except mail.RefusedForGoodError:
        row.given_up = True
    except hooks.GoneError:
        _stop(bank, row.account)
        return False
    except (OSError, smtplib.SMTPException, httpx.HTTPError, BankError) as error:
        log.warning("a notice by %s did not arrive, try %s: %s", row.channel, row.tries + 1, type(error).__name__)
        row.given_up = row.tries >= len(WAITS_SECONDS)
        row.next_at = bank.clock() + (0 if row.given_up else WAITS_SECONDS[row.tries])
        row.tries += 1
    else:
        row.told_at = bank.clock()
    bank.notices.note(row)
    return row.told_at is not None


def _stop(bank: Bank, account: str) -> None:
    hook = bank.notices.webhook(account)
    if hook is not None:
        hook.stopped_at = bank.clock()
        bank.notices.set_webhook(hook)
