"""What the ledger says, as the bank shows it: to be checked (`wallet_cli.proven`), never believed."""

from collections.abc import Sequence
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.bank import LedgerAnswer
from bank_api.protocol.shapes.evidence import ConsentEvidence, ReceiptCredential, ReceiptCredentialBody
from bank_api.protocol.shapes.proofs import LedgerProof, LedgerPulse
from bank_api.protocol.shapes.rows import RowProof
from wallet_cli.bank_client.connection import BankConnection, read_shape
from wallet_cli.bank_client.session import BankSession
from wallet_cli.errors import BankAnswerError

LEDGER, PULSES = "/v1/ledger", "/v1/pulses"


class LedgerFace:
    """The ledger's own answers, which the bank passes on to anybody."""

    def __init__(self, connection: BankConnection) -> None:
        self._connection = connection

    def slots(self, address: str, slots: Sequence[int], not_before: int) -> LedgerProof:
        """Of the newest block that the ledger tells of."""
        number = hex(max(_number(self._asked("eth_blockNumber")), not_before))
        header = self._asked("debug_getRawHeader", number)
        proof = self._asked("eth_getProof", address, [f"0x{slot:064x}" for slot in slots], number)
        return read_shape(LedgerProof, {"header": header, "proof": proof}, LEDGER)

    def height(self) -> int:
        """The newest block's number."""
        return _number(self._asked("eth_blockNumber"))

    def header(self, number: int) -> bytes:
        """A block's header, in RLP."""
        return _bytes(self._asked("debug_getRawHeader", hex(number)))

    def receipts(self, number: int) -> list[bytes]:
        """A block's receipts, as its header's root is made of them."""
        found = self._asked("debug_getRawReceipts", hex(number))
        if not isinstance(found, list):
            raise BankAnswerError(said("error-answer-lacks", path=LEDGER, key="result"))
        return [_bytes(one) for one in found]

    def _asked(self, method: str, *params: Any) -> Any:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = read_shape(LedgerAnswer, self._connection.call("POST", LEDGER, body=question), LEDGER)
        if answer.result is None:
            raise BankAnswerError(said("error-answer-lacks", path=LEDGER, key="result"))
        return answer.result


class ProofFace(LedgerFace):
    def __init__(self, session: BankSession) -> None:
        super().__init__(session.connection)
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

    def pulse(self) -> LedgerPulse:
        """Ask the bank to have a block sealed if its newest is not of now. That it says so proves nothing."""
        return read_shape(LedgerPulse, self._session.post(PULSES, {}), PULSES)

    def calldata(self, address: str, id: str, block: int) -> list[bytes]:
        """Of the transactions in a block with which a contract recorded something under an id."""
        where = {"address": address, "fromBlock": hex(block), "toBlock": hex(block), "topics": [None, id]}
        found = self._asked("eth_getLogs", where)
        try:
            transactions = list(dict.fromkeys(str(one["transactionHash"]) for one in found))
            sent = [self._asked("eth_getTransactionByHash", one) for one in transactions]
            return [bytes.fromhex(str(one["input"]).removeprefix("0x")) for one in sent]
        except (KeyError, TypeError, ValueError) as error:
            raise BankAnswerError(said("error-answer-lacks", path=LEDGER, key="input")) from error

    def consent(self, consent_id: str, block: int | None = None) -> ConsentEvidence:
        """As of a block, else of now."""
        path = f"/v1/proofs/consents/{consent_id}" + ("" if block is None else f"?block={block}")
        return read_shape(ConsentEvidence, self._session.get(path), path)

    def receipt_credential(self, consent_id: str, holder: dict[str, str]) -> str:
        """The receipt of a consent as a credential, bound to the key of this public JWK."""
        path = f"/v1/proofs/consents/{consent_id}/credential"
        body = ReceiptCredentialBody(holder=holder).model_dump()
        return read_shape(ReceiptCredential, self._session.post(path, body), path).credential

    def row(self, release_id: str) -> RowProof:
        path = f"/v1/proofs/releases/{release_id}/row"
        return read_shape(RowProof, self._session.get(path), path)

    def _proof(self, path: str) -> LedgerProof:
        return read_shape(LedgerProof, self._session.get(path), path)


def _bytes(answer: Any) -> bytes:
    try:
        return bytes.fromhex(answer.removeprefix("0x"))
    except (AttributeError, ValueError) as error:
        raise BankAnswerError(said("error-answer-lacks", path=LEDGER, key="result")) from error


def _number(answer: Any) -> int:
    try:
        return int(answer, 16)
    except (TypeError, ValueError) as error:
        raise BankAnswerError(said("error-answer-lacks", path=LEDGER, key="result")) from error
