"""Keys kept for accounts: a former one until all is wrapped anew, and one that guardians hold in shares."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Base64, Body, Id, Shape

PublicKeyText = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "2b" * 32])]


class FormerKeyBody(Body):
    sealed_base64: Base64
    """The former key, sealed to the key that takes its place and to nobody else."""


class FormerKey(Shape):
    public_key: str
    """Of the former key."""
    sealed_base64: str


class FormerKeys(Shape):
    keys: list[FormerKey]


class KeyDropped(Shape):
    dropped: bool
    """Whether there was anything."""


class KeyShareBody(Body):
    guardian: Address
    sealed_base64: Base64
    """To that guardian alone."""


class EntrustedKeyBody(Body):
    """My encryption key, in escrow (`pds_adapter.escrow.document`) with guardians."""

    escrow_base64: Base64
    shares: Annotated[list[KeyShareBody], Field(min_length=2, max_length=16)]
    give_up: bool = False
    """Also where a former key's is there by which something may still be opened."""


class SharedOut(Shape):
    guardian: str
    recovery_id: str | None = None
    contribution_base64: str | None = None
    """What that guardian contributed to that recovery, sealed to the key that it names."""


class EntrustedKey(Shape):
    escrow_base64: str
    made_at: int
    shares: list[SharedOut]


class EntrustedKeys(Shape):
    keys: list[EntrustedKey]
    """One, or none."""


class KeyShare(Shape):
    owner: str
    escrow_base64: str
    sealed_base64: str


class KeyShares(Shape):
    shares: list[KeyShare]


class ShareWrapped(Body):
    sealed_base64: Base64
    """The same share, sealed to my present key."""


class KeyContribution(Body):
    recovery_id: Id
    sealed_base64: Base64
    """To the key that the recovery names."""


class CoverWrapped(Body):
    cover_base64: Base64
    """The very cover, sealed to my present key alone."""
