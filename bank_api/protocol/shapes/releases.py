"""Releases, as everyone sees them who may."""

from typing import Any

from bank_api.protocol.fields import Paged, Shape
from bank_api.protocol.shapes.receipts import Receipt


class ReleaseView(Shape):
    release_id: str
    request_id: str
    partner: str
    recipient: str | None
    purpose: str | None
    """Both are None where the bank knows nothing of the request."""
    rows: int
    suppressed: int
    k: int
    loss: float | None = None
    recorded_outside: bool = False
    """The ledger has this release, but it was not made by the bank: there is no payload of it here."""
    come_and_go: bool = False
    """Its series began with homes, for people who are away and come back (ADR 80): fewer left out, answers told of more
    people together."""
    legal_class: int
    payload_root: str
    method_hash: str
    block_number: int
    time: int
    acknowledged: bool = False
    deletion_due: int | None = None
    """Until when the partner may keep it; None where the bank does not know the request."""
    deleted_at: int | None = None
    """When the partner declared that it and every copy are gone."""
    deletion_overdue: bool = False
    """Whether it was to be deleted and its partner has not declared so."""
    answer_id: str | None = None
    """Shown to a member: the own answer that went into it, the one that stood then."""
    corrected_since: bool = False
    """Shown to a member: whether that answer was corrected after the release."""


class Releases(Paged):
    releases: list[ReleaseView]


class ReleaseReceipt(ReleaseView, Receipt):
    """Answer to the making of a release: the receipt, and the release as the ledger has it."""


class ReleasePayload(Shape):
    release_id: str
    sealed_base64: str
    payload_root: str


class ReleaseEvidence(Shape):
    """What an auditor checks a release by; people are numbers that mean nothing elsewhere."""

    release_id: str
    method_salt: str
    method: str
    """The method in clear: with its salt it hashes to what the ledger recorded."""
    attacks: str
    """The report of the attacks, as hashed in the method; empty where no sensitive answer left."""
    evidence: dict[str, Any]
    """By sensitive column, all that all recipients together saw of it so far."""


class StatisticsView(Shape):
    release_id: str
    document: str
    """As the partner got it (`documents.statistics`)."""


class PrivacyBudget(Shape):
    """In units of epsilon, for the last `days`."""

    left: float
    per_partner: float
    per_person: float
    days: int
    delta_left: float = 0
    """Of made-up rows: the chance, left over all partners, with which epsilon may not hold."""
    delta_per_person: float = 0


class Rehearsal(Shape):
    """A release as it would come out now; nothing of it is kept, sent or recorded. Chance makes the real one differ."""

    consents: int
    """Consents in force now."""
    rows: int
    suppressed: int
    k: int
    loss: float
    coins: int
    """What it would pay members."""
    count_error: int | None = None
    """Of statistics: how many people a count is off at most, in 95 of 100 cases."""
    told_from: int | None = None
    """Of statistics: about how many people a cell needs to be told."""
    delta: float | None = None
    """Of made-up rows: the chance with which epsilon may not hold."""
    come_and_go: bool | None = None
    """Of rows: told in homes, as its series began or would begin."""
    answers_together: int | None = None
    """In homes: with how many rows the answers of a row are told as one, on average (ADR 85)."""
    left_out: dict[str, int] | None = None
    """Of rows: how many are suppressed for each reason (`why-…` of the catalogue)."""


class Expectation(Shape):
    """What a partner may expect of a release before paying for it; rounded, and nobody's answer is shown."""

    consents: int
    rows: int
    """Of statistics exact; of rows rounded down to whole tens."""
    k: int
    loss: float | None = None
    """Of rows: lost detail from 0 to 1, rounded up to whole tenths."""
    coins: int
    as_of: int | None = None
    """Of rows: when it was reckoned; anew once k people have decided since."""
    come_and_go: bool | None = None
    """Of rows: reckoned in homes, as their series began or would begin; else in seats, or each by itself."""
    answers_together: int | None = None
    """In homes: with about how many rows the answers of a row are told as one, rounded up to whole tens."""
    count_error: int | None = None
    told_from: int | None = None
    delta: float | None = None
