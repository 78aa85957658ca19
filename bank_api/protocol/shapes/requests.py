"""Requests for data, and what members decided about them."""

from bank_api.protocol.fields import Shape


class RequestView(Shape):
    """A partner's request for data, as partner, board and auditor see it."""

    request_id: str
    partner: str
    recipient: str
    survey_id: str
    purpose: str
    purpose_code: int
    items: list[str]
    item_labels: list[str]
    item_mask: int
    legal_class: int
    k_minimum: int
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
    consents: dict[str, int] | None = None


class Requests(Shape):
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
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    history: list[ConsentState]


class Consents(Shape):
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


class OpenRequests(Shape):
    requests: list[OpenRequest]
