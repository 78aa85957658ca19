"""Random structs that mostly fit: who belongs, who acts for whom, who keeps a share."""

from chaincode_moves import STATEMENT, TERMS, Dice
from hypothesis import strategies as st

from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.typed_data import (
    ACCEPTANCE_STATEMENT,
    DELEGATION_STATEMENT,
    GUARDIANS_STATEMENT,
    Acceptance,
    Contribution,
    Delegation,
    EncryptionKey,
    EscrowPolicy,
    Guardians,
    Join,
    OpeningRequest,
    RecoveryVeto,
    ShareReceipt,
    Veto,
)


class People(Dice):
    """Who belongs, who acts for whom, who keeps a share."""

    def _join(self) -> Join:
        terms = self.model.state.members.terms_hash
        if self.odd():
            terms = self.pick((EMPTY_ID, TERMS, text_hash("other")))
        account, join_id = self.person("member"), self.new_id("join")
        return Join(join_id, account, STATEMENT, terms, text_hash("key"), self.deadline())

    def _acceptance(self) -> Acceptance:
        """Mostly of the present terms, by who has not accepted them, if there is somebody."""
        book = self.model.state.members
        late = [who for who, one in book.accounts.items() if 0 < one.terms_number < book.terms_number]
        account = self.fitting(late, self.person("member"))
        terms = book.terms_hash if not self.odd() else self.pick((EMPTY_ID, TERMS, text_hash("other")))
        return Acceptance(self.new_id("acceptance"), account, ACCEPTANCE_STATEMENT, terms, self.deadline())

    def _delegation(self) -> Delegation:
        account, delegate = self.person("member"), self.person(self.pick(("member", "custodian", "shop")))
        scope = self.pick((255, 255, 2, 0)) if not self.odd() else 256
        until = self.now + self.pick((2, 400, 10**6)) if not self.odd() else self.now - 1
        item = self.new_id("delegation")
        sequence = self.later(self.model.state.members.sequences.get((account, delegate), 0))
        return Delegation(item, account, DELEGATION_STATEMENT, delegate, scope, until, sequence, self.deadline())

    def _encryptionkey(self) -> EncryptionKey:
        account = self.person(self.pick(("member", "partner")))
        sequence = self.later(self.model.state.members.key_sequences.get(account, 0))
        return EncryptionKey(self.new_id("key"), account, text_hash("key"), sequence, self.deadline())

    def _guardians(self) -> Guardians:
        usual = [self._people[f"custodian{n}"].address for n in range(3)]
        chosen = [*usual, self.person("partner")] if self.odd(4) else usual
        ordered = sorted(set(chosen), key=lambda account: int(account, 16))
        guardians = tuple(ordered if not self.odd() else self.pick((ordered[::-1], ordered[:1], ordered * 2)))
        wait = self.pick((2, 300)) if not self.odd() else self.pick((0, 90 * 86400, 90 * 86400 + 1))
        account, threshold = self.person("member"), self.pick((2, 2, 3)) if not self.odd() else self.pick((0, 1, 255))
        sequence = self.later(self.model.state.recoveries.guardians_sequences.get(account, 0))
        terms = guardians, threshold, wait, sequence
        return Guardians(self.new_id("guardians"), account, GUARDIANS_STATEMENT, *terms, self.deadline())

    def _recoveryveto(self) -> RecoveryVeto:
        pending = self.model.state.recoveries.pending
        account = self.pick(pending) if pending and not self.odd(4) else self.person("member")
        known = pending[account].recovery_id if account in pending else None
        recovery_id = known if known is not None and not self.odd() else self.any_id("recovery", 6)
        return RecoveryVeto(recovery_id, account, self.deadline())

    def _escrowpolicy(self) -> EscrowPolicy:
        usual = tuple(self._people[f"custodian{n}"].address for n in range(3))
        everybody = [account.address for account in self._people.values()]
        custodians = tuple(self._data.draw(st.lists(st.sampled_from(everybody), max_size=4)) if self.odd(4) else usual)
        return EscrowPolicy(
            escrow_id=self.new_id("escrow"),
            owner=self.person("member"),
            threshold=self.pick((2, 2, 3)) if not self.odd() else self.pick((0, 1, 255)),
            custodians=custodians,
            commitments_hash=text_hash("commitments"),
            document_hash=text_hash("document"),
            opening_delay_seconds=self.pick((0, 2, 60)) if not self.odd() else 2**32 - 1,
            heir=self.person("member") if self.odd(3) else NOBODY,
            replaces=self.id("escrow", self.model.state.escrows.escrows) if self.odd(2) else EMPTY_ID,
            deadline=self.deadline(),
        )

    def _sharereceipt(self) -> ShareReceipt:
        escrow_id = self.id("escrow", self.model.state.escrows.escrows)
        commitments = text_hash("commitments" if not self.odd() else "other")
        return ShareReceipt(escrow_id, self.person("custodian"), commitments, self.deadline())

    def _openingrequest(self) -> OpeningRequest:
        escrow_id = self.id("escrow", self.model.state.escrows.escrows)
        known = self.model.state.escrows.escrows.get(escrow_id)
        owner = known.terms.owner if known and not self.odd(3) else self.person("custodian")
        hashes = text_hash("recipient"), text_hash("reason")
        return OpeningRequest(self.new_id("opening"), escrow_id, owner, *hashes, self.deadline())

    def _veto(self) -> Veto:
        opening_id = self.id("opening", self.model.state.escrows.openings)
        known = self.model.state.escrows.openings.get(opening_id)
        owner = self.person("member")
        if known and not self.odd():
            owner = self.model.state.escrows.escrows[known.terms.escrow_id].terms.owner
        return Veto(opening_id, owner, self.deadline())

    def _contribution(self) -> Contribution:
        opening_id = self.id("opening", self.model.state.escrows.openings)
        share = text_hash("share" if not self.odd(5) else "another share")
        known = opening_id in self.model.state.escrows.openings and not self.odd()
        request_hash = self.model.escrow.request_hash(opening_id) if known else text_hash("another request")
        return Contribution(opening_id, self.person("custodian"), request_hash, share, self.deadline())
