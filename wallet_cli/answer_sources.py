"""Who says what an answer says: a source's credential, cut down to the claims that answer, and kept with the answer."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.sourced import Source, Told, check_sources, claim_of, read_sources
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import CredentialError, FieldError
from bank_api.protocol.messages.said import said
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors


@translated_errors()
def verified(credential: sd_jwt.Credential, issuer: str, holders: Collection[str], now: int) -> sd_jwt.Verified:
    """What a source signed of this very wallet. Raises EvidenceError where it does not hold, or is of somebody else."""
    found = sd_jwt.verify(credential, issuer, now)
    if found.holder not in holders:
        raise EvidenceError(said("rule-source-holder"))
    return found


@translated_errors()
def source_of(credential: sd_jwt.Credential, found: sd_jwt.Verified, answers: Mapping[str, str]) -> tuple[Source, ...]:
    """What is kept with an answer: no claim that answers nothing. Empty where no question is answered from it."""
    if not answers:
        return ()
    names = {claim_of(path, found.claims) or path for path in answers.values()}
    return (Source(sd_jwt.only(credential, names).to_text(), dict(answers)),)


def still_true(
    kept: Sequence[Source], survey: Survey, values: Mapping[str, int], holders: Collection[str], now: int
) -> tuple[Source, ...]:
    """Of the sources of an earlier answer, what also holds of the values in its place; the rest is dropped."""
    found: list[Source] = []
    for source in kept:
        credential = sd_jwt.Credential.from_text(source.credential)
        try:
            signed = sd_jwt.verify(credential, None, now)
        except CredentialError:
            continue  # it has ended since
        for key, path in source.answers.items():
            if claim_of(path, signed.claims) is None:
                continue  # it shows nothing of this
            [one] = source_of(credential, signed, {key: path})
            if _holds(one, survey, values, holders, now):
                found.append(one)
    return tuple(found)


def told(document: Mapping[str, Any], survey: Survey) -> dict[str, Told]:
    """Of an answer that was opened: which of its values a source signed. Raises EvidenceError for a false one."""
    if "sources" not in document:
        return {}
    try:
        found = check_sources(read_sources(document["sources"]), survey, document["values"])
    except FieldError as error:
        raise EvidenceError(error.words) from error
    return {one.key: one for one in found}


def kept_sources(document: Mapping[str, Any]) -> tuple[Source, ...]:
    """Of an answer that was opened and found to be the one that was committed to."""
    try:
        return read_sources(document["sources"]) if "sources" in document else ()
    except FieldError as error:
        raise InputError(error.field, error.words) from error


def _holds(source: Source, survey: Survey, values: Mapping[str, int], holders: Collection[str], now: int) -> bool:
    try:
        check_sources([source], survey, values, holders, now)
    except FieldError:
        return False
    return True
