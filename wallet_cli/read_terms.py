"""The bank's terms as a member reads them: each text held to the hash that the ledger has, and what changed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.terms import TermsVersion
from bank_api.protocol.terms import SectionChange, changed_sections
from chaincode.ids import text_hash
from wallet_cli.errors import EvidenceError
from wallet_cli.proven import ProvenTerms

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation


@dataclass(frozen=True)
class ReadTerms:
    """The present terms and what they change in those that were accepted last; the ledger bears out both."""

    present: TermsVersion
    proven: ProvenTerms
    changes: list[SectionChange]

    @property
    def is_accepted(self) -> bool:
        return self.proven.accepted == self.present.number


def read_terms(invocation: "Invocation") -> ReadTerms:
    """Raises EvidenceError where a text is not that of the ledger, or the bank shows no text."""
    client = invocation.client
    mine, versions = client.terms.mine(), {one.number: one for one in client.terms.history().versions}
    proven = invocation.proven.terms(invocation.ward or client.account, mine.present, mine.accepted)
    present = _held(versions, mine.present, proven.present_hash)
    accepted = _held(versions, mine.accepted, proven.accepted_hash)
    return ReadTerms(present, proven, changed_sections(accepted.text, present.text))


def _held(versions: dict[int, TermsVersion], number: int, recorded: bytes) -> TermsVersion:
    shown = versions.get(number)
    if shown is None or text_hash(shown.text) != recorded:
        raise EvidenceError(said("error-terms-not-of-ledger", number=number))
    return shown
