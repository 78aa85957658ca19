"""What sources signed of an answer, as pages must find it: what Python says of each, and what it keeps of it later."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.answer import AnswerDocument
from bank_api.protocol.documents.sourced import Source, check_sources
from bank_api.protocol.documents.survey import Choice, Question, Survey
from bank_api.protocol.errors import FieldError
from chaincode import jws
from chaincode.ids import to_hex
from chaincode.keys import SigningKey, sign_digest
from wallet_cli.answer_sources import still_true

NOW, DAY = 1_795_000_000, 86_400
SOURCE, HOLDER, STRANGER = (SigningKey(bytes([place]) * 32) for place in (7, 8, 9))
KIND = "urn:example:payroll"
ANSWERS = {"age": "age", "income": "pay.year[0].yen", "vote": "choice"}
VALUES = {"age": 41, "income": 4_200_001, "vote": 2}
CLAIMS: dict[str, Any] = {
    "age": "４１",
    "pay": {"year": [{"yen": 4_200_000.5, "paid": True}], "note": ""},
    "choice": "いいえ / no",
}


def source_vectors() -> dict[str, Any]:
    """Cases of one answer and its sources: who says what (or that something is false), and what a correction keeps."""
    survey, cases = _survey(), []
    for described, text, answers, values, now in _cases():
        source = Source(text, answers)
        try:
            told = [asdict(one) for one in check_sources([source], survey, VALUES)]
        except FieldError:
            told = None
        kept = None  # such an answer was never taken in
        if told is not None:
            kept = [one.to_json() for one in still_true([source], survey, values, {HOLDER.address}, now)]
        case = {"description": described, "source": source.to_json(), "told": told}
        cases.append(case | {"corrected": values, "now": now, "kept": kept})
    document = AnswerDocument(survey.survey_id, HOLDER.address, VALUES, b"\x05" * 32, (Source(_credential(), ANSWERS),))
    return {
        "survey": survey.model_dump(mode="json"),
        "values": VALUES,
        "holder": HOLDER.address,
        "document": document.to_bytes().decode(),
        "commitment": to_hex(document.commitment),
        "cases": cases,
    }


Case = tuple[str, str, Mapping[str, str], Mapping[str, int], int]


def _cases() -> Iterator[Case]:
    good, older = _credential(), VALUES | {"age": 42}
    signed, age, *rest = good.split("~")
    head, body, signature = signed.split(".")
    yield "of every value", good, ANSWERS, VALUES, NOW
    yield "one is corrected", good, ANSWERS, older, NOW
    yield "one is answered no more", good, ANSWERS, {"age": 41, "vote": 2}, NOW
    yield "it has ended since", good, ANSWERS, VALUES, NOW + 31 * DAY
    yield "it is of a time yet to come", good, ANSWERS, VALUES, NOW - DAY
    yield "a number is rounded away from zero", _credential({"age": "40.5"}), {"age": "age"}, VALUES, NOW
    yield "a number with an exponent", _credential({"age": "4.1e1"}), {"age": "age"}, VALUES, NOW
    yield "a choice by its number", _credential({"choice": 2}), {"vote": "choice"}, VALUES, NOW
    yield "a truth value is no such number", _credential({"choice": True}), {"vote": "choice"}, VALUES, NOW
    yield "text that is no number", _credential({"age": "forty-one"}), {"age": "age"}, VALUES, NOW
    yield "the longest name that a path begins with", _credential({"a": 1, "a.b": 41}), {"age": "a.b"}, VALUES, NOW
    yield "one path to two claims", _credential({"a": {"b": 41}, "a.b": 41}), {"age": "a.b"}, VALUES, NOW
    yield "another value than is answered", _credential({"age": 40}), {"age": "age"}, VALUES, NOW
    yield "a claim that answers nothing", good, {"age": "age", "vote": "choice"}, VALUES, NOW
    yield "a claim that is not shown", "~".join([signed, *rest]), ANSWERS, VALUES, NOW
    yield "a claim that nobody signed", "~".join([signed, _other(age), *rest]), ANSWERS, VALUES, NOW
    yield "a claim twice", "~".join([signed, age, age, *rest]), ANSWERS, VALUES, NOW
    yield "an altered signature", "~".join([f"{head}.{body}.{_bent(signature)}", age, *rest]), ANSWERS, VALUES, NOW
    yield "with a proof of its holder's", good + "e30.e30.e30", ANSWERS, VALUES, NOW
    yield "without the sign at its end", good.rstrip("~"), ANSWERS, VALUES, NOW
    yield "another spelling of base64url", "~".join([signed, age + "=", *rest]), ANSWERS, VALUES, NOW
    yield "of somebody else", _credential(holder=STRANGER), ANSWERS, VALUES, NOW
    yield "of nobody", _credential(holder=None), ANSWERS, VALUES, NOW
    yield "signed by another than it names", _named(STRANGER.address), ANSWERS, VALUES, NOW
    yield "shows something to everybody", _named(SOURCE.address, email="a@example.com"), ANSWERS, VALUES, NOW
    yield "of another type", _signed(_payload(), "JWT"), ANSWERS, VALUES, NOW


def _credential(claims: Mapping[str, Any] = CLAIMS, holder: SigningKey | None = HOLDER) -> str:
    bound = None if holder is None else jws.public_jwk(holder)
    counter = iter(range(1, 100))
    made = sd_jwt.issue(claims, KIND, _Source(), bound, NOW, NOW + 30 * DAY, lambda size: bytes([next(counter)]) * size)
    return made.to_text()


class _Source:
    """Implements `sd_jwt.Issuer`, with the same signature each time."""

    address = SOURCE.address

    def vouch(self, payload: bytes, kind: str) -> str:
        return _jws(payload, kind)


def _jws(payload: bytes, kind: str) -> str:
    """As `jws.sign_jws` writes it; the library takes another nonce each time, and these vectors are always the same."""
    header = json.dumps({"alg": jws.ALGORITHM, "typ": kind, "jwk": jws.public_jwk(SOURCE)}).encode()
    signed = ".".join(map(jws.to_base64url, (header, payload)))
    signature = sign_digest(hashlib.sha256(signed.encode()).digest(), SOURCE)
    return f"{signed}.{jws.to_base64url(signature[:64])}"


def _payload() -> dict[str, Any]:
    body = _credential().split("~")[0].split(".")[1]
    found: dict[str, Any] = json.loads(jws.from_base64url(body))
    return found


def _named(issuer: str, **more: str) -> str:
    return _signed(_payload() | {"iss": issuer} | more, sd_jwt.TYPE)


def _signed(payload: Mapping[str, Any], kind: str) -> str:
    credential = sd_jwt.Credential.from_text(_credential())
    return replace(credential, signed=_jws(json.dumps(payload).encode(), kind)).to_text()


def _other(disclosure: str) -> str:
    salt, name, _ = json.loads(jws.from_base64url(disclosure))
    return jws.to_base64url(json.dumps([salt, name, 41]).encode())


def _bent(signature: str) -> str:
    return ("A" if signature[0] != "A" else "B") + signature[1:]


def _survey() -> Survey:
    choices = [Choice(value=1, label="はい / Yes"), Choice(value=2, label="いいえ / No")]
    numbers = {"kind": "number", "role": "quasi-identifier", "minimum": 0}
    return Survey.model_validate(
        {"survey_id": to_hex(b"\x5a" * 32), "title": "暮らし / Life", "description": "?", "base_coins": 1}
        | {"budget_coins": 100, "opens_at": NOW, "closes_at": NOW + DAY}
        | {
            "questions": [
                Question.model_validate(numbers | {"key": "age", "label": "年齢 / Age", "maximum": 120}),
                Question.model_validate(numbers | {"key": "income", "label": "年収 / Income", "maximum": 10**9}),
                Question(key="vote", label="投票 / Vote", kind="choice", role="sensitive", choices=choices),
            ]
        }
    )
