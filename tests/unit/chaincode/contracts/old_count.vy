# pragma version 0.4.3
# pragma evm-version london
"""
@title How coins were counted until ADR 41: what the attack on them is carried out against
@dev `book.count` and `purse.credit` as they stood; who may call is left out.
"""

LARGEST: constant(uint256) = 2**128 - 1

granted: public(uint256)
purse: HashMap[address, uint256]


@external
def grant(account: address, amount: uint256):
    assert amount <= LARGEST - self.granted, "coin: amount too large"
    self.granted += amount
    self.purse[account] += amount
