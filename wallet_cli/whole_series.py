"""One thing done for every wave of a series of surveys: asked for, decided, consented to, allowed in advance.

Waves are surveys of their own, published ahead; what is meant for the series is signed for each wave that still takes
answers, or will. Requests of a series are those that ask for the same, of the same company, of other waves.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from bank_api.protocol.decision import DecisionBody
from bank_api.protocol.fields import Body
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import RequestView
from bank_api.protocol.shapes.surveys import SurveyView
from wallet_cli.errors import InputError

CLOSED = "closed"
WAVES_DECIDED_MAX = 400
SAME = (
    *("partner", "recipient", "purpose", "purpose_code", "legal_class", "k_minimum", "l_minimum", "t_percent"),
    *("persons_maximum", "coins_base", "coins_per_item", "retention_days", "description"),
)
"""What requests of a series have in common, besides the questions; each ends at its own time."""

AnyRequest = TypeVar("AnyRequest", bound=RequestView)


class SeriesDecision(Body):
    """One decision about every request of a series, on its way: of each request its own words and signatures."""

    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=WAVES_DECIDED_MAX)]


def waves_left(surveys: Iterable[SurveyView], chosen: SurveyView) -> list[SurveyView]:
    """The waves of a survey's series that are not over, in order. Raises InputError for a survey of no series."""
    if chosen.wave is None:
        raise InputError("--series", said("rule-no-series", title=chosen.title))
    series_id = chosen.wave.series_id
    waves = [one for one in surveys if one.wave is not None and one.wave.series_id == series_id]
    return sorted((one for one in waves if one.state != CLOSED), key=_number)


def of_series(found: Sequence[AnyRequest], chosen: AnyRequest, surveys: Iterable[SurveyView]) -> list[AnyRequest]:
    """The chosen request and those that ask the same of other waves, in the waves' order. Raises InputError."""
    known = {one.survey_id: one for one in surveys}
    survey = known[chosen.survey_id]
    if survey.wave is None:
        raise InputError("--series", said("rule-no-series", title=survey.title))
    series_id, alike = survey.wave.series_id, _words(chosen)
    numbered = []
    for one in found:
        wave = known[one.survey_id].wave if one.survey_id in known else None
        if wave is not None and wave.series_id == series_id and _words(one) == alike:
            numbered.append((wave.number, one))
    return [one for _, one in sorted(numbered, key=lambda pair: (pair[0], pair[1].request_id))]


def _words(one: RequestView) -> tuple[object, ...]:
    return (*(getattr(one, name) for name in SAME), *sorted(one.items))


def _number(survey: SurveyView) -> int:
    return survey.wave.number if survey.wave else 0
