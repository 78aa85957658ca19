"""What is signed so that others know which key to seal to."""

from bank_api.protocol.acts import EncryptionKeyParts
from chaincode.typed_data import EncryptionKey
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.signer import Signer, encryption_key_hash


@translated_errors()
def publish_key(signer: Signer) -> Draft[EncryptionKey, EncryptionKeyParts]:
    """Put this wallet's encryption key on the ledger, by its hash."""
    key = signer.encryption.public
    order = signer.sequence(), signer.deadline()
    words = EncryptionKey(signer.new_id(), signer.account, encryption_key_hash(key), *order)
    return Draft(signer.sign(words), EncryptionKeyParts(public_key=key.to_hex()))
