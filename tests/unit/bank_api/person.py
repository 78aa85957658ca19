"""Somebody with a wallet, who talks to the bank of a town over its own HTTP routes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_account.messages import encode_defunct

from bank_api.protocol import order
from bank_api.protocol.as_of import NOT_BEFORE
from bank_api.protocol.shapes.proofs import LedgerProof
from wallet_cli.pins import pins_of
from wallet_cli.proven import ProvenLedger
from wallet_cli.signing.encryption_key import publish_key
from wallet_cli.signing.signer import Signer

if TYPE_CHECKING:
    from tests.unit.bank_api.town import Town

DAY = 86400
URL = "http://testserver"


@dataclass
class Person:
    """Somebody with a wallet and, once logged in, a token."""

    town: "Town"
    signer: Signer
    name: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    is_operator: bool = False

    @property
    def account(self) -> str:
        return self.signer.account

    @property
    def encryption_key(self) -> str:
        return self.signer.encryption.public.to_hex()

    def log_in(self) -> None:
        challenge = self.town.post("/v1/session/challenge", {"address": self.signer.key.address}).json()
        signature = self.signer.key.sign_message(encode_defunct(text=challenge["message"])).signature
        body = {"message": challenge["message"], "signature": "0x" + bytes(signature).hex()}
        answer = self.town.post("/v1/session", body)
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    def get(self, path: str) -> dict[str, Any]:
        """What the bank answers to one who knows of the newest block, whoever wrote it."""
        newest = {NOT_BEFORE: str(self.town.chain.w3.eth.block_number)}
        answer = self.town.client.get(path, headers=self.headers | newest)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None):
        """The raw response, refusals included. What the operator posts it signs."""
        ordered = self.order(path, body or {}) if self.is_operator else {}
        return self.town.client.post(path, content=_bytes(body or {}), headers=JSON | self.headers | ordered)

    def put(self, path: str, body: dict[str, Any]):
        """The raw response, refusals included."""
        return self.town.client.put(path, content=_bytes(body), headers=JSON | self.headers)

    def delete(self, path: str):
        return self.town.client.delete(path, headers=self.headers)

    def order(self, path: str, body: dict[str, Any], until: int | None = None) -> dict[str, str]:
        until = self.town.bank.clock() + order.SECONDS if until is None else until
        text = order.order_text(URL, self.account, "POST", path, _bytes(body), until)
        signature = self.signer.key.sign_message(encode_defunct(text=text)).signature
        return {order.HEADER: f"{until}.0x{bytes(signature).hex()}"}

    @property
    def proven(self) -> ProvenLedger:
        """The ledger, as far as the bank proves it to this person."""
        return ProvenLedger(TownProofs(self), pins_of(self.town.about()))

    def publish_key(self) -> None:
        made = publish_key(self.signer)
        self.done("/v1/encryption-keys", {"encryption_key": made.signed.to_json()} | made.parts.model_dump())

    def done(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a write that must be taken."""
        answer = self.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        self.town.look_for_traces(path, body or {}, self.account)
        return answer.json()


@dataclass
class TownProofs:
    """What the bank shows somebody of the ledger."""

    person: Person

    def account(self, account: str) -> LedgerProof:
        return LedgerProof.model_validate(self.person.get(f"/v1/proofs/accounts/{account}"))

    def escrow(self, escrow_id: str) -> LedgerProof:
        return LedgerProof.model_validate(self.person.get(f"/v1/proofs/escrows/{escrow_id}"))

    def opening(self, opening_id: str) -> LedgerProof:
        return LedgerProof.model_validate(self.person.get(f"/v1/proofs/openings/{opening_id}"))

    def slots(self, address: str, slots: Sequence[int], not_before: int) -> LedgerProof:
        number = hex(max(self.person.town.chain.w3.eth.block_number, not_before))
        header = self._asked("debug_getRawHeader", number)
        proof = self._asked("eth_getProof", address, [f"0x{slot:064x}" for slot in slots], number)
        return LedgerProof(header=header, proof=proof)

    def _asked(self, method: str, *params: Any) -> Any:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        return self.person.town.post("/v1/ledger", question).json()["result"]

    def terms(self) -> LedgerProof:
        return LedgerProof.model_validate(self.person.get("/v1/proofs/terms"))


JSON = {"Content-Type": "application/json"}


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def refusal(answer) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:azukari:problem:{body['code']}"
    return answer.status_code, body["code"]
