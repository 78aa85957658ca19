"""From whom answers are: what a source signed of a member stays with the answer that was filled from it (ADR 52).

A source is a credential with those claims alone that answer a question, and says which claim answers which. It is part
of the sealed document, so the answer's commitment covers it; no release has anything of it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.errors import CredentialError, FieldError
from bank_api.protocol.messages.said import said

SOURCES_MAX = 32
"""One for each question; one of them answers at most as many."""
CREDENTIAL_BYTES_MAX = 16 * 1024
Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Source:
    """One credential, as it is kept with an answer."""

    credential: str = field(repr=False)
    """An SD-JWT with the disclosures that are needed, and without a proof of its holder's: the answer is signed."""
    answers: Mapping[str, str] = field(repr=False)
    """A question's key, and the path of the claim that answers it."""

    def to_json(self) -> dict[str, Any]:
        return {"credential": self.credential, "answers": dict(self.answers)}


@dataclass(frozen=True, slots=True)
class Told:
    """Who says what an answer says, to the person whose answer it is."""

    key: str
    issuer: str
    kind: str
    issued_at: int
    claim: str


def read_sources(body: Any) -> tuple[Source, ...]:
    """The inverse of `Source.to_json`, for a list that is not empty. Raises FieldError."""
    if not isinstance(body, list) or not 1 <= len(body) <= SOURCES_MAX:
        raise FieldError("sources", said("rule-from-to", low="1", high=str(SOURCES_MAX)))
    return tuple(_read(one, f"sources[{at}]") for at, one in enumerate(body))


def check_sources(
    sources: Sequence[Source],
    survey: Survey,
    values: Mapping[str, int],
    holders: Collection[str] | None = None,
    now: int | None = None,
) -> list[Told]:
    """What each source tells, in order. Raises FieldError naming the source that is false, and never a value.

    1. Signed by whom it names; at a time, where one is given, at which it holds; of one of the `holders`, where they
    are given, 2. each claim that it shows answers a question, and each answer is what the claim comes to, 3. no
    question is answered by two.
    """
    told: list[Told] = []
    for at, source in enumerate(sources):
        told += _checked(source, f"sources[{at}]", survey, values, holders, now)
    keys = [one.key for one in told]
    if len(set(keys)) != len(keys):  # 3.
        raise FieldError("sources", said("rule-source-once"))
    return told


def scalars(document: Any, path: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every text, number and truth value of a JSON document, by its path: `person.age`, `visits[0].date`."""
    if isinstance(document, dict):
        for name, inner in document.items():
            yield from scalars(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(document, list):
        for at, inner in enumerate(document):
            yield from scalars(inner, f"{path}[{at}]")
    elif document is not None and document != "":
        yield path or "value", document


def whole(question: Question, value: Scalar) -> int:
    """The number that a value comes to as an answer: a choice by its label, else rounded. Raises FieldError."""
    text = str(value).strip()
    if question.kind == "choice":
        for choice in question.choices or ():
            if choice.label.casefold() == text.casefold():
                return choice.value
    if isinstance(value, bool):
        return int(value)
    try:
        number = Decimal(text)
        if number.is_finite() and abs(number) < 10**15:
            return int(number.quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        pass
    raise FieldError(question.key, said("rule-whole-number"))


def claim_of(path: str, names: Collection[str]) -> str | None:
    """The claim that a path lies in: the longest name that the path begins with."""
    fitting = [name for name in names if path == name or path.startswith((f"{name}.", f"{name}["))]
    return max(fitting, key=len, default=None)


def _read(body: Any, where: str) -> Source:
    if not isinstance(body, dict) or set(body) != {"credential", "answers"}:
        raise FieldError(where, said("rule-holds", names="credential, answers"))
    credential, answers = body["credential"], body["answers"]
    if not isinstance(credential, str) or not credential.isascii() or len(credential) > CREDENTIAL_BYTES_MAX:
        raise FieldError(f"{where}.credential", said("rule-source-long", most=str(CREDENTIAL_BYTES_MAX)))
    if isinstance(answers, dict) and len(answers) > SOURCES_MAX:  # each is held against every claim
        raise FieldError(f"{where}.answers", said("rule-from-to", low="1", high=str(SOURCES_MAX)))
    if not isinstance(answers, dict) or not answers or not all(isinstance(path, str) for path in answers.values()):
        raise FieldError(f"{where}.answers", said("rule-source-answers"))
    return Source(credential, answers)


def _checked(
    source: Source,
    where: str,
    survey: Survey,
    values: Mapping[str, int],
    holders: Collection[str] | None,
    now: int | None,
) -> list[Told]:
    from bank_api.protocol import sd_jwt  # the signatures' library takes a tenth of a second, which few answers need

    try:
        credential = sd_jwt.Credential.from_text(source.credential)
        found = sd_jwt.verify(credential, None, now)  # 1.
    except CredentialError as error:
        raise FieldError(f"{where}.credential", error.words) from error
    if credential.binding or (holders is not None and found.holder not in holders):
        raise FieldError(f"{where}.credential", said("rule-source-holder"))
    needed = {claim_of(path, found.claims) for path in source.answers.values()}
    if needed != set(found.claims):  # 2.
        raise FieldError(f"{where}.credential", said("rule-source-claims"))
    by_path: dict[str, list[Scalar]] = {}
    for path, value in scalars(dict(found.claims)):
        by_path.setdefault(path, []).append(value)
    questions = {question.key: question for question in survey.questions}
    for key, path in source.answers.items():
        claimed = by_path.get(path, [])
        if len(claimed) != 1 or key not in values or not _comes_to(questions[key], claimed[0], values[key]):
            raise FieldError(f"{where}.answers", said("rule-source-differs", key=key))
    return [Told(key, found.issuer, found.kind, found.issued_at, path) for key, path in source.answers.items()]


def _comes_to(question: Question, claimed: Scalar, value: int) -> bool:
    try:
        return whole(question, claimed) == value
    except FieldError:
        return False
