"""Counting Clique votes: how one header changes the list of signers (EIP-225, in geth's order).

py-evm's own SnapshotManager fails on a vote about the member that the vote removes, when that member had
voted on itself - which is what rotating the only signer's key looks like. So the counting is done here, on
py-evm's snapshot types.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.datatypes import Snapshot, Tally, Vote, VoteAction
from eth_typing import Address


def count_vote(snapshot: Snapshot, header: BlockHeaderAPI, signer: bytes) -> Snapshot:
    """The signers and open votes after the vote that `header` casts."""
    count = _Count(set(snapshot.signers), set(snapshot.votes), dict(snapshot.tallies))
    subject, action = header.coinbase, VoteAction(header.nonce)
    for vote in tuple(count.votes):
        if vote.signer == signer and vote.subject == subject:
            count.withdraw(vote)
    count.cast(Vote(Address(signer), header.block_number, subject, action))
    tally = count.tallies.get(subject)
    if tally is not None and tally.votes > len(count.signers) // 2:
        count.carry_out(subject, tally.action)
    return Snapshot(frozenset(count.signers), header.hash, frozenset(count.votes), count.tallies)


@dataclass
class _Count:
    signers: set[Address]
    votes: set[Vote]
    tallies: dict[Address, Tally]

    def cast(self, vote: Vote) -> None:
        """Count a vote that would change something; any other is ignored."""
        if (vote.subject in self.signers) == (vote.action is VoteAction.NOMINATE):
            return
        tally = self.tallies.get(vote.subject, Tally(vote.action))
        self.tallies[vote.subject] = tally.upvote()
        self.votes.add(vote)

    def withdraw(self, vote: Vote) -> None:
        self.votes.discard(vote)
        tally = self.tallies.get(vote.subject)
        if tally is None or tally.action is not vote.action:
            return
        if tally.votes > 1:
            self.tallies[vote.subject] = tally.downvote()
        else:
            del self.tallies[vote.subject]

    def carry_out(self, subject: Address, action: VoteAction) -> None:
        """Add or remove the subject, and forget the votes that this makes void."""
        if action is VoteAction.NOMINATE:
            self.signers.add(subject)
        else:
            self.signers.discard(subject)
            for vote in tuple(self.votes):
                if vote.signer == subject:
                    self.withdraw(vote)
        self.votes = {vote for vote in self.votes if vote.subject != subject}
        self.tallies.pop(subject, None)
