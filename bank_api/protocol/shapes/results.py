"""Results that everybody may read."""

from bank_api.protocol.fields import Paged, Shape


class ResultView(Shape):
    """A release of statistics whose request said that everybody may read it."""

    release_id: str
    request_id: str
    recipient: str
    """Who asked for it."""
    purpose: str
    """In the words that every member in it signed."""
    survey_id: str
    survey_title: str
    item_labels: list[str]
    people: int
    k: int
    payload_root: str
    """As the ledger has it: the root over the figures."""
    block_number: int
    time: int
    until: int
    """It is published no longer than the partner may keep it."""


class Results(Paged):
    results: list[ResultView]


class ResultDetail(ResultView):
    payload: str
    """Figures and salts, as the partner got them; they hash to the root."""
