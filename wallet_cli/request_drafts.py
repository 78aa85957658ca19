"""Requests for data half done, kept on this machine alone: sealed to the wallet's own key, never sent.

home/request-drafts/<bank and account, hashed>/<name>.sealed
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from chaincode.ids import text_hash
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.given_file import read_given
from wallet_cli.private_file import replace_private
from wallet_cli.signing.partner import RequestTerms
from wallet_cli.signing.signer import Signer

_FOLDER, _ENDING, _HASH_DIGITS = "request-drafts", ".sealed", 24
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class RequestDraft:
    """What would be asked for."""

    survey_id: str
    items: Sequence[str]
    terms: RequestTerms

    def to_json(self) -> dict[str, Any]:
        return {"survey_id": self.survey_id, "items": list(self.items), "terms": asdict(self.terms)}


@dataclass(frozen=True)
class RequestDrafts:
    """The drafts of one account at one bank."""

    home: Path
    bank_url: str
    signer: Signer

    def every(self) -> dict[str, RequestDraft]:
        """By name, ascending."""
        names = sorted(path.name.removesuffix(_ENDING) for path in self._folder.glob(f"*{_ENDING}"))
        return {name: self.read(name) for name in names}

    @translated_errors()
    def read(self, name: str) -> RequestDraft:
        """Raises InputError for a name that there is no draft of."""
        path = self._path(name)
        if not path.is_file():
            raise InputError("DRAFT", said("rule-no-draft", name=name))
        sealed = SealedDocument.from_bytes(read_given(path, "DRAFT"))
        kept = parse_canonical_json(open_sealed(sealed, self.signer.encryption, self._context(name)).content)
        return RequestDraft(kept["survey_id"], tuple(kept["items"]), RequestTerms(**kept["terms"]))

    def keep(self, name: str, draft: RequestDraft) -> None:
        """In place of an earlier one of that name; whoever dies on the way has that one or this one."""
        path, content = self._path(name), canonical_json(draft.to_json())
        recipients = [self.signer.encryption.public]
        sealed = seal(content, recipients, self._context(name), self.signer.randomness).to_bytes()
        try:
            replace_private(path, sealed)
        except OSError as error:
            raise InputError("--home", said("rule-cannot-be-written", file=str(path), why=fault(error))) from error

    def discard(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    @property
    def _folder(self) -> Path:
        name = text_hash(f"{self.bank_url} {self.signer.account}").hex()[:_HASH_DIGITS]
        return self.home / _FOLDER / name

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError("DRAFT", said("rule-draft-name"))
        return self._folder / (name + _ENDING)

    def _context(self, name: str) -> bytes:
        return f"request-draft:{name}:{self.signer.account}".encode()
