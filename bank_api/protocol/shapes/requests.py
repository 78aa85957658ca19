"""Requests for data, and what members decided about them."""

from typing import Annotated, Any

from pydantic import Field

from bank_api.protocol.fields import Paged, Shape


class Signer(Shape):
    """One signature under a decision: whose it is, and the key that made it."""

    account: str
    name: str
    key: str
    signature: str


class BoardDecision(Shape):
    """What the board signed about a request, as the ledger's transaction has it; the first signer proposed it."""

    words: dict[str, Any]
    signers: list[Signer]


class RequestView(Shape):
    """A partner's request for data, as partner, board and auditor see it."""

    request_id: str
    partner: str
    recipient: str
    survey_id: str
    purpose: str
    purpose_code: int
    purpose_name: str | None = None
    """What the operator called the purpose with this code, with its DPV term; None if it has no name."""
    items: list[str]
    item_labels: list[str]
    item_mask: int
    sensitive: Annotated[list[str], Field(default_factory=list)]
    """Those of the items that are 要配慮: under no standing rule, and counted for l."""
    coins_most: int = 0
    """What it costs if every person asked for is in a release."""
    legal_class: int
    k_minimum: int
    l_minimum: int
    """Fewest different answers to a sensitive question in a class that cannot be told apart."""
    t_percent: int
    """How far a class's answers may stand out from everybody's; 100 is no bound."""
    persons_maximum: int
    coins_base: int
    coins_per_item: int
    coins_locked: int | None = None
    valid_until: int
    retention_days: int
    contract_hash: str
    description: str = ""
    state: str
    decision_note: str | None = None
    decision_salt: str | None = None
    contract_salt: str
    words: dict[str, Any]
    """The very words that the partner signed: board and members sign their digest."""
    decided_by: list[str] | None = None
    """Names of the board's members who signed the decision that the ledger has; who proposed it comes first."""
    decision: BoardDecision | None = None
    """None before it is decided, and where a sole member of the board decided by a transaction of its own."""
    revocation: BoardDecision | None = None
    """By which the board took its approval back; None as for `decision`."""
    revoked_by: list[str] | None = None
    revoked_at: int | None = None
    revocation_note: str | None = None
    revocation_salt: str | None = None
    approvals_needed: int | None = None
    """So many of the board have to sign a decision of today: more than half of its seats."""
    partner_history: dict[str, int] | None = None
    """The partner's requests by state, its releases, and those not deleted in time."""
    consents: dict[str, int] | None = None
    come_and_go: bool | None = None
    """Shown of one request, not in lists: what the series of its sensitive answers began with, homes (true,
    ADR 80) or seats. None before its first release, and where there is no series."""


class Requests(Paged):
    requests: list[RequestView]


class Notice(Shape):
    text: str
    hash: str
    language: str


class ConsentState(Shape):
    state: str
    block_number: int
    time: int


class ConsentView(Shape):
    consent_id: str
    request_id: str
    recipient: str | None
    purpose: str | None
    items: list[str]
    state: str
    request_state: str | None = None
    """Of the request: a consent to one that is not approved any more gives nothing."""
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    history: list[ConsentState]


class Consents(Paged):
    consents: list[ConsentView]


class OwnConsent(Shape):
    """A member's decision on a request as it stands."""

    consent_id: str
    state: str
    valid_until: int
    uses: int
    uses_maximum: int


class OpenRequest(RequestView):
    """An approved request as one member sees it: with the notice to read and the coins it would earn."""

    consent: OwnConsent | None = None
    notice: Notice
    coins_offered: int
    answered: bool


class OpenRequests(Paged):
    requests: list[OpenRequest]
