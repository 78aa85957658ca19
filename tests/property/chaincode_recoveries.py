"""What takes many: lost keys, seats on the board, guardians of who cannot sign, coins above the quota."""

from collections.abc import Iterable
from typing import Any

import chaincode_world as world
from chaincode_adversary import Adversary
from chaincode_bank import HOW, Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.ids import NOBODY, text_hash
from chaincode.model.requests import APPROVED, FILED
from chaincode.typed_data import (
    REVOCATION_STATEMENT,
    Appointment,
    ApprovalRevocation,
    CoinIssue,
    Decision,
    Quota,
    Recovery,
    Seat,
    SignedStruct,
)


class Recoveries(Bank):
    """Quorums of guardians and of the board, too small, doubled, foreign and right."""

    def approvals(self, draw: Any, words: SignedStruct, accounts: Iterable[str]) -> tuple[list[Any], list[str | None]]:
        """Signatures as calldata, and whose the contract sees; mostly all of them, in the order that counts."""
        signers = sorted(set(accounts), key=lambda account: int(account, 16))
        if draw.odd(3):
            signers = draw.pick((signers[:1], signers[::-1], signers * 2, [], [*signers, draw.person("member")]))
        elif draw.odd(2):
            signers = signers[: draw.pick((2, 3))]
        signatures = [self.sign(words, one, draw.pick(HOW) if draw.odd(6) else "right") for one in signers[:16]]
        return [signature_to_calldata(one) for one in signatures], [self.signer(words, one) for one in signatures]

    def fresh_key(self, draw: Any) -> Any:
        if draw.odd(6):
            return self.anybody(draw)
        self.spare += 1
        fresh = world.key(f"spare {self.spare}")
        self.keys[fresh.address] = fresh
        return fresh

    def board(self) -> list[str]:
        return [who for who, one in self.model.state.members.accounts.items() if one.roles & 16]

    @rule(data=st.data())
    def recovery_begun(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        account = draw.person("member" if not draw.odd(6) else "operator")
        circle = self.model.state.recoveries.circle(account, self.pair.time + 1)
        fresh = self.fresh_key(draw)
        hashes = text_hash("encryption key"), text_hash("evidence")
        sequence = draw.later(self.model.state.recoveries.recovery_sequences.get(account, 0))
        words = Recovery(draw.new_id("recovery"), account, fresh.address, *hashes, sequence, draw.deadline())
        can_sign = not isinstance(fresh, Adversary) and not draw.odd()
        mine = self.pair.signed(words, fresh if can_sign else world.OPERATOR)
        approvals, keys = self.approvals(draw, words, circle.guardians if circle and not draw.odd() else self.board())
        signer, act = self.signer(words, mine), self.model.recovery.recover
        arguments = (to_calldata(words), signature_to_calldata(mine), approvals)
        self.operate(
            "recovery", "recover", arguments,
            lambda s: act(s, self.model.now, words, signer, keys), self.sender(draw),
        )  # fmt: skip
        self.begun[words.recovery_id] = words

    @rule(data=st.data())
    def recovery_completed(self, data: st.DataObject) -> None:
        """Mostly of one that waits, and when it has waited."""
        draw, pending = self.draw(data), self.model.state.recoveries.pending
        known = [one for one in self.begun.values() if one.account in pending] or list(self.begun.values())
        if not known:
            return
        words = draw.pick(known)
        waits = pending.get(words.account)
        if waits is not None and self.captured is None and (waits.ready_at < self.pair.time + 10_000 or draw.odd(3)):
            self.pair.advance(max(0, waits.ready_at - self.pair.time - draw.pick((0, 1, 2))))
        act = self.model.recovery.complete_recovery
        arguments = (to_calldata(words),)
        self.operate(
            "recovery", "complete_recovery", arguments, lambda _: act(self.model.now, words), self.sender(draw)
        )

    @rule(data=st.data())
    def seated(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        role = draw.pick((16, 16, 8)) if not draw.odd() else draw.pick((0, 1, 24, 2**255))
        people = [draw.person("stranger"), draw.person("board"), draw.person("custodian")]
        who = draw.pick(people)
        sequence = draw.later(self.model.state.members.seat_sequences.get(who, 0))
        seat = Seat(draw.new_id("seat"), who, role, not draw.odd(3), sequence, draw.deadline())
        approvals, keys = self.approvals(draw, seat, self.board())
        act = self.model.membership.seat
        arguments = (to_calldata(seat), approvals)
        self.operate("membership", "seat", arguments, lambda _: act(self.model.now, seat, keys), self.sender(draw))

    @rule(data=st.data())
    def quota_set(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        coins = draw.pick((0, 1000, 10**7)) if not draw.odd() else 2**64 - 1
        period = draw.pick((3600, 10**6)) if not draw.odd() else draw.pick((0, 3599, 2**32 - 1))
        sequence = draw.later(self.model.state.quota.sequence)
        words = Quota(draw.new_id("quota"), coins, period, sequence, draw.deadline())
        approvals, keys = self.approvals(draw, words, self.board())
        arguments, act = (to_calldata(words), approvals), self.model.quota.set_quota
        self.operate("coin", "set_quota", arguments, lambda _: act(self.model.now, words, keys), self.sender(draw))

    @rule(data=st.data())
    def issue_approved(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        account, kind = draw.pick(((draw.person("partner"), "invoice"), (NOBODY, "survey"), (NOBODY, "top-up")))
        coins = draw.pick((1, 2 * 10**7)) if not draw.odd() else draw.pick((0, 2**64 - 1))
        words = CoinIssue(draw.new_id(kind), account, coins, draw.deadline())
        approvals, keys = self.approvals(draw, words, self.board())
        arguments, act = (to_calldata(words), approvals), self.model.quota.approve_issue
        self.operate("coin", "approve_issue", arguments, lambda _: act(self.model.now, words, keys), self.sender(draw))

    @rule(data=st.data())
    def decided_together(self, data: st.DataObject) -> None:
        """The words of one on the board, or of somebody else, under signatures of it."""
        draw, requests = self.draw(data), self.model.state.requests.requests
        filed = [one for one, record in requests.items() if record.state == FILED]
        if not filed:
            return
        request_id = draw.pick(filed)
        proposer = draw.person("board") if not draw.odd(4) else draw.person("member")
        terms = requests[request_id].terms.digest, not draw.odd(4), text_hash("decision")
        words = Decision(request_id, proposer, *terms, draw.deadline())
        self.by_the_board(draw, "decide_together", words, self.model.request.decide_together)

    @rule(data=st.data())
    def revoked_together(self, data: st.DataObject) -> None:
        draw, requests = self.draw(data), self.model.state.requests.requests
        approved = [one for one, record in requests.items() if record.state == APPROVED and record.terms.number > 1]
        if not approved:
            return
        request_id = draw.pick(approved) if not draw.odd() else draw.pick(list(requests))
        proposer = draw.person("board") if not draw.odd(4) else draw.person("member")
        terms = requests[request_id].terms.digest, REVOCATION_STATEMENT, text_hash("revocation")
        words = ApprovalRevocation(request_id, proposer, *terms, draw.deadline())
        self.by_the_board(draw, "revoke_together", words, self.model.request.revoke_together)

    def by_the_board(self, draw: Any, function: str, words: Decision | ApprovalRevocation, act: Any) -> None:
        """Signed by who proposes, rightly or not, and by some of the board."""
        proposer = words.board
        mine = self.sign(words, proposer, draw.pick(HOW) if draw.odd(6) else "right")
        approvals, keys = self.approvals(draw, words, self.board())
        arguments = (to_calldata(words), signature_to_calldata(mine), approvals)
        key = self.signer(words, mine)
        self.operate(
            "request", function, arguments,
            lambda _: act(self.model.now, words, key, keys), self.sender(draw),
        )  # fmt: skip

    @rule(data=st.data())
    def appointed(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        people = draw.person("member"), draw.person("member")
        until = self.pair.time + draw.pick((8 * 86400, 10**7)) if not draw.odd() else self.pair.time + 1
        sequence = draw.later(self.model.state.members.sequences.get(people, 0))
        terms = draw.pick((255, 0, 2)), until, text_hash("court"), sequence
        words = Appointment(draw.new_id("delegation"), *people, *terms, draw.deadline())
        approvals, keys = self.approvals(draw, words, self.board())
        act = self.model.membership.appoint
        arguments = (to_calldata(words), approvals)
        self.operate(
            "membership", "appoint", arguments,
            lambda s: act(s, self.model.now, words, keys), self.sender(draw),
        )  # fmt: skip
