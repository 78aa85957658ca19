"""Consents, their states and the releases that hold them, from events alone (contract `consent`)."""

from dataclasses import dataclass, replace
from typing import Any

from chaincode.events import (
    ConsentChanged,
    ConsentHeld,
    ConsentUsed,
    Disclosed,
    Event,
    ReleaseAbandoned,
    ReleaseOpened,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.ground import Refusal

NAME = "consent"
REQUESTED, GIVEN, REFUSED, RENEWED, WITHDRAWN, EXPIRED, REVOKED, SUPERSEDED = range(1, 9)
IN_FORCE = (GIVEN, RENEWED)
RECORDED = (GIVEN, REFUSED, RENEWED)
USES_MAXIMUM = 2**16 - 1
HOLD_OPEN, HOLD_SEALED, HOLD_DROPPED = 1, 2, 3


@dataclass(frozen=True)
class ConsentRecord:
    """A consent and its state."""

    terms: ConsentChanged
    state: int
    used: int = 0
    hold: bytes | None = None
    """The large release that gathered it."""
    has_served_before: bool = False
    """Whether one whose place it took went into a release."""


@dataclass(frozen=True)
class Hold:
    """What a large release gathers."""

    number: int
    request_id: bytes
    items: int
    closes_by: int
    state: int = HOLD_OPEN
    consents: frozenset[bytes] = frozenset()


class ConsentBook:
    """Consents, their history and who holds them, from events alone."""

    def __init__(self) -> None:
        self.consents: dict[bytes, ConsentRecord] = {}
        self.latest: dict[tuple[bytes, str], bytes] = {}
        self.holds: dict[bytes, Hold] = {}
        self.sequences: dict[tuple[bytes, str], int] = {}
        """The last words of members, by request and member, in milliseconds since 1970: earlier ones come too late."""

    def apply(self, event: Event) -> None:
        match event:
            case ConsentChanged():
                self._change(event)
            case ConsentUsed():
                record = self.consents[event.consent_id]
                hold = None if record.hold == event.release_id else record.hold
                self.consents[event.consent_id] = replace(record, used=record.used + 1, hold=hold)
            case ConsentHeld():
                self.consents[event.consent_id] = replace(self.consents[event.consent_id], hold=event.release_id)
                held = self.holds[event.release_id].consents | {event.consent_id}
                self._hold(event.release_id, consents=held)
            case ReleaseOpened():
                self.holds[event.release_id] = Hold(event.hold, event.request_id, event.items, event.closes_by)
            case ReleaseAbandoned():
                self._hold(event.release_id, state=HOLD_DROPPED)
            case Disclosed() if event.release_id in self.holds:
                self._hold(event.release_id, state=HOLD_SEALED)

    def live_refusal(self, consent_id: bytes, request_id: bytes, items: int, now: int) -> Refusal | None:
        """Return why a release may not use a consent for some items of a request now."""
        record = self.consents.get(consent_id)
        if record is None:
            return Refusal(NAME, "unknown consent")
        terms = record.terms
        checks = (
            (terms.request_id == request_id, "of another request"),
            (record.state in IN_FORCE, "not in force"),
            (now >= terms.valid_from, "not yet valid"),
            (now <= terms.valid_until, "expired"),
            (record.used < terms.uses_maximum, "used up"),
            (items & ~terms.items == 0, "items not covered"),
            (not self._is_held(record, now), "held by another release"),
        )
        return next((Refusal(NAME, reason) for holds, reason in checks if not holds), None)

    def is_free(self, consent_id: bytes, request_id: bytes, member: str) -> bool:
        """Tell whether a member may decide under an id: a new one, or that of its own question."""
        record = self.consents.get(consent_id)
        if record is None:
            return consent_id != EMPTY_ID
        terms = record.terms
        return record.state == REQUESTED and (terms.request_id, terms.member) == (request_id, member)

    def has_run_out(self, consent_id: bytes, now: int) -> bool:
        """Tell whether time alone ended a consent, recorded or not."""
        record = self.consents[consent_id]
        past = record.state in IN_FORCE and now > record.terms.valid_until
        return record.state == EXPIRED or past

    def has_served(self, request_id: bytes, member: str) -> bool:
        """Tell whether any consent of a member to a request went into a release."""
        latest = self.latest.get((request_id, member))
        return latest is not None and self._has_served(self.consents[latest])

    def _is_held(self, record: ConsentRecord, now: int) -> bool:
        """A release that was not closed in time binds nobody."""
        hold = self.holds[record.hold] if record.hold is not None else None
        return hold is not None and (hold.state == HOLD_SEALED or (hold.state == HOLD_OPEN and now <= hold.closes_by))

    def _has_served(self, record: ConsentRecord) -> bool:
        is_sealed = record.hold is not None and self.holds[record.hold].state == HOLD_SEALED
        return record.has_served_before or record.used > 0 or is_sealed

    def _change(self, event: ConsentChanged) -> None:
        if event.state == REQUESTED:
            self.consents[event.consent_id] = ConsentRecord(event, REQUESTED)
            return
        if event.sequence:
            known = self.sequences.get((event.request_id, event.member), 0)
            self.sequences[event.request_id, event.member] = max(known, event.sequence)
        if event.state not in RECORDED:
            self._end(event)
            return
        key = (event.request_id, event.member)
        earlier = self.consents.get(self.latest.get(key, EMPTY_ID))
        served = earlier is not None and self._has_served(earlier)
        self.latest[key] = event.consent_id
        self.consents[event.consent_id] = ConsentRecord(event, event.state, has_served_before=served)

    def _end(self, event: ConsentChanged) -> None:
        """A record that ends leaves a release that is still open."""
        record = replace(self.consents[event.consent_id], state=event.state)
        if record.hold is not None and self.holds[record.hold].state == HOLD_OPEN:
            self._hold(record.hold, consents=self.holds[record.hold].consents - {event.consent_id})
            record = replace(record, hold=None)
        self.consents[event.consent_id] = record

    def _hold(self, release_id: bytes, **changes: Any) -> None:
        self.holds[release_id] = replace(self.holds[release_id], **changes)
