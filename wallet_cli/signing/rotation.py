"""A new key for an account whose old key is still there: both sign the same words."""

from bank_api.protocol.acts import KeyRotationParts
from chaincode.ids import EMPTY_ID, to_hex
from chaincode.typed_data import KeyRotation
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.signer import Signer, encryption_key_hash


@translated_errors()
def rotate_key(signer: Signer, new: Signer) -> Draft[KeyRotation, KeyRotationParts]:
    """Move the account of `signer` to the key of `new`; what is kept for it is sealed to that wallet from then on."""
    words = KeyRotation(
        rotation_id=signer.new_id(),
        account=signer.account,
        new_key=str(new.key.address),
        encryption_key_hash=encryption_key_hash(new.encryption.public),
        evidence_hash=EMPTY_ID,
        deadline=signer.deadline(),
    )
    signature = to_hex(new.sign(words).signature)
    parts = KeyRotationParts(new_key_signature=signature, encryption_key=new.encryption.public.to_hex())
    return Draft(signer.sign(words), parts)
