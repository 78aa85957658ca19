"""Former keys until everything is wrapped anew, and keys that guardians hold in shares; all of it sealed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from bank_api.flows import kept_keys as keeping
from bank_api.protocol.fields import Address
from bank_api.protocol.shapes import kept_keys as shapes
from bank_api.routes.access import Anyone, Holder, TheBank
from chaincode.ids import parse_address

router = APIRouter(prefix="/v1", tags=["recovery"])

PublicKey = Annotated[str, Path(pattern=r"^0x[0-9a-f]{64}$")]
FORMER = "/me/former-keys/{public_key}"


@router.get("/me/former-keys", response_model=shapes.FormerKeys)
def my_former_keys(bank: TheBank, caller: Holder) -> Any:
    """Keys that I had, each sealed to the one that took its place: there as long as not everything is wrapped anew."""
    return keeping.former(bank, caller.account)


@router.put(FORMER, response_model=shapes.FormerKey)
def keep_former_key(bank: TheBank, caller: Holder, public_key: PublicKey, body: shapes.FormerKeyBody) -> Any:
    """Keep a former key of mine, sealed to the one that takes its place."""
    return keeping.keep_former(bank, caller.account, public_key, body)


@router.delete(FORMER, response_model=shapes.KeyDropped)
def drop_former_key(bank: TheBank, caller: Holder, public_key: PublicKey) -> Any:
    """Everything is wrapped anew."""
    return keeping.drop_former(bank, caller.account, public_key)


@router.get("/me/entrusted-key", response_model=shapes.EntrustedKeys)
def my_entrusted_key(bank: TheBank, caller: Holder) -> Any:
    """My encryption key as guardians hold it, and what they contributed to a recovery."""
    return keeping.entrusted(bank, caller.account)


@router.put("/me/entrusted-key", response_model=shapes.EntrustedKeys)
def entrust_key(bank: TheBank, caller: Anyone, body: shapes.EntrustedKeyBody) -> Any:
    """Entrust my encryption key to guardians, in the place of what was entrusted before."""
    return keeping.entrust(bank, caller, body)


@router.delete("/me/entrusted-key", response_model=shapes.KeyDropped)
def end_entrusted_key(bank: TheBank, caller: Holder, former: bool = False, give_up: bool = False) -> Any:
    """End it: no guardian has a share any more. `former`: only what another key of mine entrusted."""
    return keeping.end(bank, caller, former, give_up)


@router.get("/key-shares", response_model=shapes.KeyShares)
def my_key_shares(bank: TheBank, caller: Holder) -> Any:
    """Shares of others' keys that were entrusted to me."""
    return keeping.shares(bank, caller.account)


@router.put("/key-shares/{owner}", response_model=shapes.KeyShare)
def wrap_key_share(bank: TheBank, caller: Holder, owner: Address, body: shapes.ShareWrapped) -> Any:
    """The same share, sealed to my present key."""
    return keeping.wrap_share(bank, caller.account, parse_address(owner, "owner"), body)


@router.put("/key-shares/{owner}/contribution", response_model=shapes.KeyShare)
def contribute_to_recovery(bank: TheBank, caller: Anyone, owner: Address, body: shapes.KeyContribution) -> Any:
    """As guardian: my part of one recovery, sealed to the key that it names."""
    return keeping.contribute(bank, caller.account, parse_address(owner, "owner"), body)
