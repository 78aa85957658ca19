"""Giving coins or coupons to somebody else, and paying a shop in coins."""

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.coupons import CouponOffer
from chaincode.ids import id_from_hex
from chaincode.typed_data import BoundTransfer, CoinTransfer, CouponTransfer, Signed
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def send_coins(signer: Signer, receiver: str, coins: int) -> Signed[CoinTransfer]:
    """Coins for another account of the bank. Raises InputError for none at all, or for oneself."""
    _check(signer, receiver, coins, "COINS")
    return signer.sign(
        CoinTransfer(
            transfer_id=signer.new_id(),
            owner=signer.account,
            receiver=receiver,
            amount=coins,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def send_coupons(signer: Signer, receiver: str, offer: CouponOffer, count: int) -> Signed[CouponTransfer]:
    """Coupons for another account of the bank. Raises InputError for none at all, or for oneself."""
    _check(signer, receiver, count, "--count")
    return signer.sign(
        CouponTransfer(
            transfer_id=signer.new_id(),
            owner=signer.account,
            class_id=id_from_hex(offer.class_id, "class_id"),
            title=offer.title,
            receiver=receiver,
            count=count,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def send_bound_coins(signer: Signer, receiver: str, coins: int, policy_id: str) -> Signed[BoundTransfer]:
    """Coins that the receiver can spend only as a policy says. Raises InputError as `send_coins` does."""
    _check(signer, receiver, coins, "COINS")
    return signer.sign(
        BoundTransfer(
            transfer_id=signer.new_id(),
            owner=signer.account,
            receiver=receiver,
            amount=coins,
            policy_id=id_from_hex(policy_id, "policy_id"),
            deadline=signer.deadline(),
        )
    )


def _check(signer: Signer, receiver: str, count: int, field: str) -> None:
    if count < 1:
        raise InputError(field, said("rule-at-least", low=1))
    if receiver == signer.account:
        raise InputError("RECEIVER", said("rule-somebody-else"))
