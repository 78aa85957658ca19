"""Answers half done, kept on this machine alone: sealed to the wallet's own key, never sent.

home/drafts/<bank and account, hashed>/<survey id>.sealed
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from chaincode.ids import text_hash
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.private_file import replace_private
from wallet_cli.signing.signer import Signer

_FOLDER, _ENDING, _NAME_DIGITS = "drafts", ".sealed", 24


@dataclass(frozen=True)
class Drafts:
    """The drafts of one account at one bank."""

    home: Path
    bank_url: str
    signer: Signer

    def surveys(self) -> list[str]:
        """Ids of the surveys that have a draft, ascending; nothing is opened."""
        return sorted("0x" + path.name.removesuffix(_ENDING) for path in self._folder.glob(f"*{_ENDING}"))

    @translated_errors()
    def read(self, survey: Survey) -> dict[str, int]:
        """What is answered so far and still fits the questions; nothing if there is no draft."""
        path = self._path(survey.survey_id)
        if not path.is_file():
            return {}
        sealed = SealedDocument.from_bytes(_bytes(path))
        content = open_sealed(sealed, self.signer.encryption, self._context(survey.survey_id)).content
        values = parse_canonical_json(content)
        questions = {question.key: question for question in survey.questions}
        return {key: questions[key].check(value, f"values.{key}") for key, value in values.items() if key in questions}

    def keep(self, survey: Survey, values: Mapping[str, int]) -> None:
        """In place of an earlier draft; whoever dies on the way has that one or this one."""
        path = self._path(survey.survey_id)
        content = canonical_json(dict(values))
        recipients = [self.signer.encryption.public]
        sealed = seal(content, recipients, self._context(survey.survey_id), self.signer.randomness).to_bytes()
        try:
            replace_private(path, sealed)
        except OSError as error:
            raise InputError("--home", said("rule-cannot-be-written", file=str(path), why=fault(error))) from error

    def discard(self, survey_id: str) -> bool:
        """Whether there was one."""
        path = self._path(survey_id)
        was_there = path.is_file()
        path.unlink(missing_ok=True)
        return was_there

    @property
    def _folder(self) -> Path:
        name = text_hash(f"{self.bank_url} {self.signer.account}").hex()[:_NAME_DIGITS]
        return self.home / _FOLDER / name

    def _path(self, survey_id: str) -> Path:
        return self._folder / (survey_id.removeprefix("0x") + _ENDING)

    def _context(self, survey_id: str) -> bytes:
        return f"draft:{survey_id.removeprefix('0x')}:{self.signer.account}".encode()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("--home", said("rule-cannot-be-read", why=fault(error))) from error
