"""The bank's terms, who has accepted them, and until when the others may."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import Refused, Repeated, TermsAccepted, TermsSet
from chaincode.ids import EMPTY_ID
from chaincode.model.ground import MEMBER, SCOPES, Refusal, Said, require
from chaincode.model.membership.part import Part
from chaincode.model.membership.roster import NAME
from chaincode.typed_data import Acceptance


class Agreement(Part):
    """New terms, and those who accept them."""

    def set_terms(self, sender: str, now: int, terms_hash: bytes, statement_hash: bytes, accept_by: int) -> None:
        self._only_operator(sender)
        require(terms_hash != EMPTY_ID, NAME, "terms unknown")
        if terms_hash == self._book.terms_hash:
            stands = (self._book.statement_hash, self._book.accept_by) == (statement_hash, accept_by)
            require(stands, NAME, "terms stand already")
            self._emit(Repeated(terms_hash, contract=NAME))
            return
        require(now <= accept_by, NAME, "time to accept is past")
        self._emit(TermsSet(terms_hash, statement_hash, accept_by))

    def accept(self, acceptance: Acceptance, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(acceptance)
        if self._is_repeated(acceptance.acceptance_id, content):
            return
        require(now <= acceptance.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(key, acceptance.account, MEMBER, SCOPES["consent"], now):
            raise refusal
        require(acceptance.terms_hash == self._book.terms_hash, NAME, "terms unknown")
        is_new = self._book.accounts[acceptance.account].terms_number != self._book.terms_number
        require(is_new, NAME, "terms already accepted")
        self._digests.take(NAME, acceptance.acceptance_id, content)
        self._emit(TermsAccepted(acceptance.acceptance_id, acceptance.account, acceptance.terms_hash))

    def accept_batch(self, now: int, items: Sequence[Said[Acceptance]]) -> None:
        for item in items:
            try:
                self.accept(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.acceptance_id, str(refusal), contract=NAME))
