"""Mutants that survive and are no gaps: by `Mutant.key`, with the reason."""

from __future__ import annotations

_ONLY_WITH_CODE = (
    "Only who signed becomes a member, and on a chain with Berlin's rules, as ours is, an account that signs has no"
    " code. The check is for engines with EIP-7702, where it can have some."
)

EXPLAINED: dict[str, str] = {
    "coupon/coupon.vy, _buy_refusal: if purchase.member.is_contract: [drop refusal]": _ONLY_WITH_CODE,
    "escrow/opening.vy, _contribute: packed ^= REQUESTED ^ OPENED [^= to |=]": (
        "The same: the state is REQUESTED here, which is one of the two bits of OPENED."
    ),
    "membership/delegation.vy, _place_in_order: if sequence > last: [> to >=]": (
        "The same: when both are equal, what is written is what stands there."
    ),
    "consent/book.vy, outdate: if until > self.sequenceOf[requestId][member]: [> to >=]": (
        "The same: when both are equal, what is written is what stands there."
    ),
    "coupon/gift.vy, _gift_refusal: if member.is_contract: [drop refusal]": _ONLY_WITH_CODE,
    "draw/book.vy, close: self.draw[drawId] ^= (OPEN ^ DRAWN) << 160 [^= to |=]": (
        "The same: only an open draw is drawn, and OPEN is one of the two bits of DRAWN."
    ),
    "disclosure/book.vy, abandon: self.release[releaseId] ^= (OPEN ^ ABANDONED) << 160 [^= to |=]": (
        "The same: only an open release is abandoned, and OPEN is one of the two bits of ABANDONED."
    ),
}
