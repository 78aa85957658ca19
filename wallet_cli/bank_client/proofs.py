"""What the ledger says, as the bank shows it: to be checked (`wallet_cli.proven`), never believed."""

from bank_api.protocol.shapes.evidence import ConsentEvidence
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.shapes.rows import RowProof
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class ProofFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def account(self, account: str) -> LedgerProof:
        return self._proof(f"/v1/proofs/accounts/{account}")

    def escrow(self, escrow_id: str) -> LedgerProof:
        return self._proof(f"/v1/proofs/escrows/{escrow_id}")

    def opening(self, opening_id: str) -> LedgerProof:
        return self._proof(f"/v1/proofs/openings/{opening_id}")

    def terms(self) -> LedgerProof:
        """My account, the present terms, and those I accepted last."""
        return self._proof("/v1/proofs/terms")

    def consent(self, consent_id: str, block: int | None = None) -> ConsentEvidence:
        """As of a block, else of now."""
        path = f"/v1/proofs/consents/{consent_id}" + ("" if block is None else f"?block={block}")
        return read_shape(ConsentEvidence, self._session.get(path), path)

    def row(self, release_id: str) -> RowProof:
        path = f"/v1/proofs/releases/{release_id}/row"
        return read_shape(RowProof, self._session.get(path), path)

    def _proof(self, path: str) -> LedgerProof:
        return read_shape(LedgerProof, self._session.get(path), path)
