"""A survey answer: checked against the questions, committed to with a salt, sealed, signed.

Plan: 1. every value against its question's rule, 2. the mask and the coins the contract will insist on, 3. the document
with its commitment and envelope (to the member and to the bank's release key), 4. the signature over the commitment
and over who can open it.
Nothing leaves the machine before all of it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.documents.answer import AnswerDocument, answer_context, recipients_hash
from bank_api.protocol.documents.sourced import Source
from bank_api.protocol.documents.survey import Survey
from chaincode.ids import id_from_hex
from chaincode.typed_data import CORRECTION_STATEMENT, Answer, Correction
from pds_adapter.sealing.canonical import SALT_BYTES
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.signer import Signer, to_base64


@translated_errors()
def answer_survey(
    signer: Signer,
    survey: Survey,
    values: Mapping[str, int],
    release_public_key: str,
    member_key: PublicKey | None = None,
    sources: Sequence[Source] = (),
) -> Draft[Answer, AnswerParts]:
    """`member_key` is the member's, where somebody else answers for the member and cannot read it afterwards. `sources`
    are kept with the answer.
    """
    recipients = [member_key or signer.encryption.public, _key(release_public_key)]
    made = _sealed(signer, survey, values, sources, recipients)
    signed = signer.sign(  # 4.
        Answer(
            answer_id=signer.new_id(),
            member=signer.account,
            survey_id=id_from_hex(survey.survey_id, "survey_id"),
            survey=survey.title,
            commitment=made.commitment,
            recipients_hash=made.recipients_hash,
            items=made.items,
            coins=survey.coins(made.items),
            deadline=signer.deadline(),
        )
    )
    return Draft(signed, made.parts)


@translated_errors()
def correct_answer(
    signer: Signer,
    survey: Survey,
    replaces: str,
    values: Mapping[str, int],
    release_public_key: str,
    member_key: PublicKey | None = None,
    sources: Sequence[Source] = (),
) -> Draft[Correction, AnswerParts]:
    """In the place of the answer `replaces`, which must be the one that stands; otherwise as `answer_survey`."""
    recipients = [member_key or signer.encryption.public, _key(release_public_key)]
    made = _sealed(signer, survey, values, sources, recipients)
    signed = signer.sign(
        Correction(
            correction_id=signer.new_id(),
            member=signer.account,
            statement=CORRECTION_STATEMENT,
            survey_id=id_from_hex(survey.survey_id, "survey_id"),
            survey=survey.title,
            replaces=id_from_hex(replaces, "replaces"),
            commitment=made.commitment,
            recipients_hash=made.recipients_hash,
            items=made.items,
            deadline=signer.deadline(),
        )
    )
    return Draft(signed, made.parts)


@dataclass(frozen=True)
class _Sealed:
    """Steps 1 to 3."""

    items: int
    commitment: bytes
    recipients_hash: bytes
    parts: AnswerParts


def _sealed(
    signer: Signer,
    survey: Survey,
    values: Mapping[str, int],
    sources: Sequence[Source],
    recipients: Sequence[PublicKey],
) -> _Sealed:
    answered = survey.check_values(values)  # 1.
    items = survey.mask(answered)  # 2.
    salt = signer.randomness(SALT_BYTES)
    document = AnswerDocument(survey.survey_id, signer.account, answered, salt, tuple(sources))  # 3.
    context = answer_context(survey.survey_id, signer.account)
    sealed = seal(document.to_bytes(), recipients, context, signer.randomness)
    parts = AnswerParts(sealed_base64=to_base64(sealed.to_bytes()))
    return _Sealed(items, document.commitment, recipients_hash(key.to_hex() for key in recipients), parts)


def _key(release_public_key: str) -> PublicKey:
    return PublicKey.from_hex(release_public_key)
