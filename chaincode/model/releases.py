"""Releases: made only from live consents, paid as they are made (contract `disclosure`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode.events import (
    Acknowledged,
    ConsentHeld,
    ConsentUsed,
    DeletionAttested,
    Disclosed,
    Event,
    Refused,
    ReleaseAbandoned,
    ReleaseOpened,
    Repeated,
    RequestConsumed,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.authority import check_signed
from chaincode.model.coins import Coin
from chaincode.model.consents import ConsentBook, ConsentRules
from chaincode.model.ground import OPERATOR, PARTNER, Digests, Emit, Refusal, Said, require
from chaincode.model.membership.roster import MemberBook
from chaincode.model.requests import APPROVED, Request, RequestBook, RequestRecord
from chaincode.typed_data import Acknowledgement, Deletion

NAME = "disclosure"
OPEN, DISCLOSED, ABANDONED = 1, 2, 3
SECONDS_PER_DAY = 86400


@dataclass(frozen=True)
class Payload:
    """What the operator says of a release's content."""

    root: bytes
    method_hash: bytes
    rows: int
    suppressed: int
    k: int


@dataclass(frozen=True)
class ReleaseRecord:
    """A release and its state."""

    request_id: bytes
    partner: str
    state: int
    items: int
    payload_root: bytes = EMPTY_ID
    disclosed_at: int = 0
    is_acknowledged: bool = False
    is_deleted: bool = False
    hold: int = 0
    departures: int = 0
    """How many members had been suspended or dismissed when it was opened."""


class ReleaseBook:
    """Releases by id, from events alone; a partner is found in the book of requests, who left in that of members."""

    def __init__(self, requests: RequestBook, members: MemberBook) -> None:
        self.releases: dict[bytes, ReleaseRecord] = {}
        self._requests, self._members = requests, members

    def apply(self, event: Event) -> None:
        match event:
            case ReleaseOpened():
                partner = self._requests.requests[event.request_id].terms.partner
                left = self._members.departures
                record = ReleaseRecord(event.request_id, partner, OPEN, event.items, hold=event.hold, departures=left)
                self.releases[event.release_id] = record
            case ReleaseAbandoned():
                self._change(event.release_id, state=ABANDONED)
            case Disclosed():
                self.releases.setdefault(
                    event.release_id, ReleaseRecord(event.request_id, event.partner, DISCLOSED, event.items)
                )
                time = event.position.timestamp or 0 if event.position else 0
                self._change(event.release_id, state=DISCLOSED, payload_root=event.payload_root, disclosed_at=time)
            case Acknowledged():
                self._change(event.release_id, is_acknowledged=True)
            case DeletionAttested():
                self._change(event.release_id, is_deleted=True)

    def deletion_due(self, release_id: bytes) -> int:
        """Return until when a release must be deleted."""
        release = self.releases[release_id]
        days = self._requests.requests[release.request_id].terms.retention_days
        return release.disclosed_at + days * SECONDS_PER_DAY

    def _change(self, release_id: bytes, **changes: Any) -> None:
        self.releases[release_id] = replace(self.releases[release_id], **changes)


class Disclosure:
    """The rules of `disclosure`; `lock` is the account whose coins pay: that of `request`."""

    def __init__(
        self,
        books: tuple[ReleaseBook, MemberBook, RequestBook, ConsentBook],
        request: Request,
        consent: ConsentRules,
        coin: Coin,
        lock: str,
        digests: Digests,
        emit: Emit,
    ) -> None:
        self._book, self._members, self._requests, self._consents = books
        self._request, self._consent, self._coin, self._lock = request, consent, coin, lock
        self._digests, self._emit = digests, emit

    def disclose(
        self,
        sender: str,
        now: int,
        heading: tuple[bytes, bytes, int],
        payload: Payload,
        consent_ids: Sequence[bytes],
    ) -> None:
        """`heading` is (release id, request id, items)."""
        self._only_operator(sender)
        release_id, request_id, items = heading
        content = ("disclose", heading, payload, tuple(consent_ids))
        if self._is_repeated("disclosed", release_id, content):
            return
        self._check_new(release_id)
        request = self._approved(request_id, items, now)
        _check_payload(payload, request, len(consent_ids))
        self._consent.check_use(request_id, items, consent_ids, now)
        self._request.check_consume(request_id, len(consent_ids))
        self._digests.take("disclosed", release_id, content)
        payments = self._use(release_id, consent_ids)
        self._emit(RequestConsumed(request_id, len(payments), sum(coins for _, coins, _ in payments)))
        self._pay(payments)
        self._emit(_disclosed(heading, payload, request))

    def open_release(self, sender: str, now: int, heading: tuple[bytes, bytes, int], closes_by: int) -> None:
        self._only_operator(sender)
        release_id, request_id, items = heading
        if self._is_repeated("opened", release_id, (heading, closes_by)):
            return
        self._check_new(release_id)
        self._approved(request_id, items, now)
        require(now <= closes_by, NAME, "closing time is past")
        self._digests.take("opened", release_id, (heading, closes_by))
        number = len(self._consents.holds) + 1
        self._emit(ReleaseOpened(release_id, request_id, number, items, closes_by))

    def add_consents(self, sender: str, now: int, release_id: bytes, consent_ids: Sequence[bytes]) -> None:
        self._only_operator(sender)
        self._check_open(release_id, now)
        hold = self._consents.holds[release_id]
        added = [one for one in dict.fromkeys(consent_ids) if one not in hold.consents]
        for consent_id in dict.fromkeys(consent_ids):
            if consent_id not in added:
                self._consent.check_belongs(consent_id, hold.closes_by)
                continue
            refusal = self._consents.live_refusal(consent_id, hold.request_id, hold.items, now)
            if refusal is not None:
                raise refusal
            lasts = self._consents.consents[consent_id].terms.valid_until >= hold.closes_by
            require(lasts, "consent", "ends before closing")
            self._consent.check_belongs(consent_id, hold.closes_by)
        for consent_id in added:
            self._emit(ConsentHeld(release_id, consent_id))

    def close_release(self, sender: str, now: int, release_id: bytes, payload: Payload) -> None:
        self._only_operator(sender)
        if self._is_repeated("disclosed", release_id, payload):
            return
        self._check_open(release_id, now)
        is_whole = self._members.departures == self._book.releases[release_id].departures
        require(is_whole, NAME, "somebody left meanwhile")
        hold = self._consents.holds[release_id]
        request = self._approved(hold.request_id, hold.items, now)
        _check_payload(payload, request, len(hold.consents))
        self._request.check_consume(hold.request_id, len(hold.consents))
        self._digests.take("disclosed", release_id, payload)
        coins = sum(self._consents.consents[one].terms.coins for one in hold.consents)
        self._emit(RequestConsumed(hold.request_id, len(hold.consents), coins))
        self._emit(_disclosed((release_id, hold.request_id, hold.items), payload, request))

    def settle(self, release_id: bytes, consent_ids: Sequence[bytes]) -> None:
        """Pay what is still owed and report the rest, so that settling can be sent again."""
        release = self._book.releases.get(release_id)
        if release is None or release.state != DISCLOSED:
            raise Refusal(NAME, "not disclosed")
        require(release.hold != 0, NAME, "nothing to settle")
        payments = []
        for consent_id in consent_ids:
            record = self._consents.consents.get(consent_id)
            if record is not None and record.hold == release_id:
                payments += self._use(release_id, [consent_id])
            else:
                self._emit(Refused(consent_id, "consent: not in this release", contract="consent"))
        self._pay(payments)

    def abandon_release(self, sender: str, release_id: bytes) -> None:
        self._only_operator(sender)
        release = self._book.releases.get(release_id)
        require(release is not None and release.state == OPEN, NAME, "not open")
        self._emit(ReleaseAbandoned(release_id))

    def acknowledge(self, acknowledgement: Acknowledgement, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        release = self._delivered(acknowledgement, key, now)
        require(acknowledgement.payload_root == release.payload_root, NAME, "another payload")
        if release.is_acknowledged:
            self._emit(Repeated(acknowledgement.release_id, contract=NAME))
        else:
            self._emit(Acknowledged(acknowledgement.release_id, acknowledgement.partner))

    def acknowledge_batch(self, now: int, items: Sequence[Said[Acknowledgement]]) -> None:
        for item in items:
            try:
                self.acknowledge(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.release_id, str(refusal), contract=NAME))

    def attest_deletion(self, deletion: Deletion, key: str | None, now: int) -> None:
        """Direct: `key` is the sender. Being late is recorded, not refused."""
        release = self._delivered(deletion, key, now)
        if release.is_deleted:
            self._emit(Repeated(deletion.release_id, contract=NAME))
            return
        due = self._book.deletion_due(deletion.release_id)
        self._emit(DeletionAttested(deletion.release_id, deletion.partner, deletion.evidence_hash, due, now > due))

    def attest_deletion_batch(self, now: int, items: Sequence[Said[Deletion]]) -> None:
        for item in items:
            try:
                self.attest_deletion(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.release_id, str(refusal), contract=NAME))

    def _delivered(self, said: Acknowledgement | Deletion, key: str | None, now: int) -> ReleaseRecord:
        """Return the release that its own partner speaks of."""
        release = self._book.releases.get(said.release_id)
        if release is None:
            raise Refusal(NAME, "unknown release")
        check_signed(self._members, NAME, key, said.partner, PARTNER, said.deadline, now)
        require(said.partner == release.partner, NAME, "not the partner's")
        require(release.state == DISCLOSED, NAME, "not disclosed")
        return release

    def _only_operator(self, sender: str) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")

    def _is_repeated(self, kind: str, release_id: bytes, content: Any) -> bool:
        same = self._digests.is_same(kind, release_id, content)
        if same:
            self._emit(Repeated(release_id, contract=NAME))
        return same

    def _check_new(self, release_id: bytes) -> None:
        is_new = release_id != EMPTY_ID and release_id not in self._book.releases
        require(is_new, NAME, "id already used")

    def _check_open(self, release_id: bytes, now: int) -> None:
        release = self._book.releases.get(release_id)
        require(release is not None and release.state == OPEN, NAME, "not open")
        require(now <= self._consents.holds[release_id].closes_by, NAME, "past its closing time")

    def _approved(self, request_id: bytes, items: int, now: int) -> RequestRecord:
        request = self._requests.requests.get(request_id)
        if request is None or request.state != APPROVED:
            raise Refusal(NAME, "request not approved")
        require(now <= request.terms.valid_until, NAME, "request no longer valid")
        require(items != 0 and items & ~request.terms.items == 0, NAME, "items outside the request")
        return request

    def _use(self, release_id: bytes, consent_ids: Sequence[bytes]) -> list[tuple[str, int, bytes]]:
        payments = []
        for consent_id in consent_ids:
            terms = self._consents.consents[consent_id].terms
            self._emit(ConsentUsed(release_id, consent_id, terms.coins))
            payments.append((terms.member, terms.coins, consent_id))
        return payments

    def _pay(self, payments: Sequence[tuple[str, int, bytes]]) -> None:
        for member, coins, consent_id in payments:
            self._coin.move(self._lock, member, coins, consent_id)


def _check_payload(payload: Payload, request: RequestRecord, consents: int) -> None:
    require(payload.k >= request.terms.k_minimum, NAME, "k below the request's minimum")
    require(payload.rows >= payload.k, NAME, "fewer rows than k")
    require(payload.rows + payload.suppressed == consents, NAME, "rows and consents differ")


def _disclosed(heading: tuple[bytes, bytes, int], payload: Payload, request: RequestRecord) -> Disclosed:
    release_id, request_id, items = heading
    return Disclosed(
        release_id,
        request_id,
        request.terms.partner,
        payload.root,
        payload.method_hash,
        items,
        payload.rows,
        payload.suppressed,
        payload.k,
        request.terms.legal_class,
    )
