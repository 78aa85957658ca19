"""The document of an answer: what is sealed to the member and the bank, and what its commitment stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bank_api.protocol.documents.sourced import Source, check_sources, read_sources
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from chaincode.ids import text_hash
from pds_adapter.sealing.canonical import SALT_BYTES, canonical_json, commit, parse_canonical_json


@dataclass(frozen=True, slots=True)
class AnswerDocument:
    """One member's answer in clear. Lives in memory only, while it is made, checked or anonymized."""

    survey_id: str
    member: str
    values: Mapping[str, int]
    salt: bytes
    sources: tuple[Source, ...] = ()
    """Who says what it says, where it was not typed."""

    def __repr__(self) -> str:
        return f"AnswerDocument(member={self.member}, values=hidden)"

    @property
    def commitment(self) -> bytes:
        """32 bytes that bind the answer and tell nothing of it."""
        return commit(self.salt, canonical_json(self._content()))

    def to_bytes(self) -> bytes:
        """What is sealed."""
        return canonical_json(self._content() | {"salt": self.salt.hex()})

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = {"survey_id": self.survey_id, "member": self.member, "values": dict(self.values)}
        return content | ({"sources": [one.to_json() for one in self.sources]} if self.sources else {})


def read_answer(content: bytes, survey: Survey, member: str) -> AnswerDocument:
    """The inverse of `to_bytes`, its values checked against the survey's questions and against what sources signed.

    Raises as `parse_answer` does.
    """
    document = parse_answer(content, survey.survey_id, member)
    checked = replace(document, values=survey.check_values(document.values))
    check_sources(checked.sources, survey, checked.values)
    return checked


def parse_answer(content: bytes, survey_id: str, member: str) -> AnswerDocument:
    """The inverse of `to_bytes`, for this survey and this member; its values are what they are.

    Raises FieldError, or CanonicalFormError (whose reason may quote the content, which is nobody's to log).
    """
    body = parse_canonical_json(content)
    if not isinstance(body, dict) or set(body) - {"sources"} != {"survey_id", "member", "salt", "values"}:
        raise FieldError("answer", said("rule-holds", names="survey_id, member, salt, values"))
    if body["survey_id"] != survey_id or body["member"] != member:
        raise FieldError("answer", said("rule-another-answer"))
    try:
        salt = bytes.fromhex(body["salt"])
    except (TypeError, ValueError):
        raise FieldError("salt", said("rule-hex")) from None
    if len(salt) != SALT_BYTES:
        raise FieldError("salt", said("rule-bytes", count=SALT_BYTES))
    sources = read_sources(body["sources"]) if "sources" in body else ()
    return AnswerDocument(survey_id, member, body["values"], salt, sources)


def recipients_hash(keys: Iterable[str]) -> bytes:
    """What a member signs of whom an answer is sealed to: the hash of their keys in hex, ascending, one a line."""
    return text_hash("\n".join(sorted(keys)))


def answer_context(survey_id: str, member: str) -> bytes:
    """What a sealed answer is bound to: it cannot be passed off as another member's, or for another survey."""
    return f"answer:{survey_id.removeprefix('0x')}:{member}".encode()
