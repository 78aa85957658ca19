"""Results that everybody may read: which requests are for them, and their figures as NGSI-LD entities.

A request is open if its purpose ends with `OPEN_WORDS`: the board approves these very words, and each member signs them
with its consent. Nothing else makes a release public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bank_api.protocol.documents.purpose_words import asked_by, ending_with
from bank_api.protocol.documents.statistics import CONFIDENCE, Figure, StatisticsDocument

OPEN_WORDS = "(結果はだれにでも公開します / The results are published to everybody)"
"""In both languages, for whatever a member reads."""
CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
"""The core context of ETSI GS CIM 009; by the specification it comes last."""
NAMESPACE = "urn:azukari:terms:"
RESULT, FIGURE = "StatisticalResult", "StatisticalFigure"
_TERMS = (
    *(RESULT, FIGURE, "bank", "requestedBy", "purpose", "survey", "people", "cellAtLeast", "epsilon", "confidence"),
    *("payloadRoot", "blockNumber", "releasedAt", "publishedUntil"),
    *("figureKind", "question", "cell", "estimate", "lowerBound", "upperBound", "partOf"),
)


def is_open(purpose: str, legal_class: int) -> bool:
    """Whether everybody may read what is made for a request of these words: statistics alone."""
    return asked_by(OPEN_WORDS, purpose, legal_class)


def opened(purpose: str) -> str:
    """The purpose of an open request."""
    return ending_with(OPEN_WORDS, purpose)


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What is known of a result besides its figures."""

    release_id: str
    bank: str
    recipient: str
    purpose: str
    survey: str
    payload_root: str
    block_number: int
    time: int
    until: int


def entities(facts: ResultFacts, document: StatisticsDocument) -> list[dict[str, Any]]:
    """NGSI-LD entities in the normalized form (ETSI GS CIM 009, 4.5): the result, then each of its figures."""
    result = _urn(RESULT, facts.release_id)
    head = {
        "bank": facts.bank,
        "requestedBy": facts.recipient,
        "purpose": facts.purpose,
        "survey": facts.survey,
        "people": document.people,
        "cellAtLeast": document.k,
        "epsilon": document.epsilon_thousandths / 1000,
        "confidence": CONFIDENCE,
        "payloadRoot": facts.payload_root,
        "blockNumber": facts.block_number,
        "releasedAt": _moment(facts.time),
        "publishedUntil": _moment(facts.until),
    }
    return [
        _entity(result, RESULT, {name: _property(value) for name, value in head.items()}),
        *(_figure(result, facts, place, one) for place, one in enumerate(document.figures, start=1)),
    ]


def _figure(result: str, facts: ResultFacts, place: int, one: Figure) -> dict[str, Any]:
    observed = datetime.fromtimestamp(facts.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    attributes = {
        "figureKind": _property(one.kind),
        "question": _property(list(one.of)),
        **({"cell": _property(list(one.at))} if one.at else {}),
        "estimate": _property(_number(one.value)) | {"observedAt": observed},
        "lowerBound": _property(_number(one.low)),
        "upperBound": _property(_number(one.high)),
        "partOf": {"type": "Relationship", "object": result},
    }
    return _entity(_urn(FIGURE, f"{facts.release_id}:{place}"), FIGURE, attributes)


def _entity(urn: str, kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    context = [{name: f"{NAMESPACE}{name}" for name in _TERMS}, CONTEXT]
    return {"id": urn, "type": kind, **attributes, "@context": context}


def _urn(kind: str, name: str) -> str:
    return f"urn:ngsi-ld:{kind}:{name}"


def _property(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _moment(seconds: int) -> dict[str, str]:
    return {"@type": "DateTime", "@value": datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _number(value: int | str) -> int | float:
    """A figure's value, which is a whole number or decimal text."""
    return value if isinstance(value, int) else float(Decimal(value))
