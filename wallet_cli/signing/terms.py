"""What a member signs about new terms."""

from chaincode.typed_data import ACCEPTANCE_STATEMENT, Acceptance, Signed
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def accept_terms(signer: Signer, terms_hash: bytes) -> Signed[Acceptance]:
    """Accept the terms of this hash, whose text was read and held to the ledger."""
    return signer.sign(
        Acceptance(
            acceptance_id=signer.new_id(),
            account=signer.account,
            statement=ACCEPTANCE_STATEMENT,
            terms_hash=terms_hash,
            deadline=signer.deadline(),
        )
    )
