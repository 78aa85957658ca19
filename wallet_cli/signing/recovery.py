"""What is signed about a lost key: who may replace it, the replacement, an approval of it, and the old key's no."""

from collections.abc import Sequence

from bank_api.protocol.messages.said import said
from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.typed_data import GUARDIANS_STATEMENT, Guardians, Recovery, RecoveryVeto, Signed
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer, encryption_key_hash

RECOVERY_SECONDS = 30 * 86400
"""A recovery goes from hand to hand: its words stay good for a month."""


@translated_errors()
def name_guardians(signer: Signer, guardians: Sequence[str], threshold: int, wait_seconds: int) -> Signed[Guardians]:
    """Name who together may give this account a new key, and how long that waits for a veto."""
    ordered = tuple(sorted(set(guardians), key=lambda account: int(account, 16)))
    words = (signer.new_id(), signer.account, GUARDIANS_STATEMENT, ordered, threshold, wait_seconds)
    return signer.sign(Guardians(*words, sequence=signer.sequence(), deadline=signer.deadline()))


@translated_errors()
def ask_recovery(signer: Signer, account: str, evidence_hash: bytes) -> RecoveryBody:
    """The new wallet's part: it asks to become the key of `account`."""
    words = Recovery(
        recovery_id=signer.new_id(),
        account=account,
        new_key=str(signer.key.address),
        encryption_key_hash=encryption_key_hash(signer.encryption.public),
        evidence_hash=evidence_hash,
        sequence=signer.sequence(),
        deadline=signer.now() + RECOVERY_SECONDS,
    )
    signed = SignedBody.model_validate(signer.sign(words).to_json())
    return RecoveryBody(recovery=signed, encryption_key=signer.encryption.public.to_hex(), approvals=[])


@translated_errors()
def words_of(body: RecoveryBody) -> Recovery:
    """The words that are approved. Refuses a file whose encryption key is not the one they name."""
    words = read_signed(Recovery, body.recovery, "recovery").struct
    if text_hash(PublicKey.from_hex(body.encryption_key).to_hex()) != words.encryption_key_hash:
        raise EvidenceError(said("error-recovery-file-key"))
    return words


@translated_errors()
def approve_recovery(signer: Signer, body: RecoveryBody) -> RecoveryBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(words_of(body)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})


@translated_errors()
def veto_recovery(signer: Signer, recovery_id: str) -> Signed[RecoveryVeto]:
    """Whoever still has the key says no."""
    return signer.sign(RecoveryVeto(id_from_hex(recovery_id, "recovery"), signer.account, signer.deadline()))
