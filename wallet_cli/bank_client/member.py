"""A member's calls: join, answer, consent, coins, coupons, export."""

from typing import Any

from bank_api.protocol.shapes import (
    AnswerReceipt,
    ConsentView,
    Coupon,
    JoinReceipt,
    Me,
    OpenRequest,
    Passbook,
    Receipt,
    RedemptionView,
    ReleaseView,
    StoredAnswer,
    StoredDocument,
)
from bank_api.protocol.signed import SignedMessage
from chaincode.ids import to_hex
from chaincode.typed_data import Answer, Consent, Join, Purchase, Redemption, Withdrawal
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession


class MemberFace:
    """Joining needs an invitation and no login; everything else logs in when first called."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def join(self, join: SignedMessage[Join], invitation: str, encryption_key: str) -> JoinReceipt:
        """`encryption_key` is the member's X25519 public key in hex; the signed hash binds it."""
        body = {"join": join.to_json(), "invitation": invitation, "encryption_key": encryption_key}
        path = "/v1/members"
        return read_shape(JoinReceipt, self._session.connection.call("POST", path, body=body), path)

    def me(self) -> Me:
        return read_shape(Me, self._session.get("/v1/me"), "/v1/me")

    def answer(self, answer: SignedMessage[Answer], sealed_base64: str) -> AnswerReceipt:
        path = f"/v1/surveys/{to_hex(answer.struct.survey_id)}/answers"
        body = {"answer": answer.to_json(), "sealed_base64": sealed_base64}
        return read_shape(AnswerReceipt, self._session.post(path, body), path)

    def answers(self) -> list[StoredAnswer]:
        return read_shapes(StoredAnswer, self._session.get("/v1/me/answers"), "answers", "/v1/me/answers")

    def documents(self) -> list[StoredDocument]:
        path = "/v1/me/documents"
        return read_shapes(StoredDocument, self._session.get(path), "documents", path)

    def requests(self, language: str = "ja") -> list[OpenRequest]:
        """Approved requests that ask this member for consent, each with its notice in `ja` or `en`."""
        path = f"/v1/me/requests?language={language}"
        return read_shapes(OpenRequest, self._session.get(path), "requests", path)

    def consent(self, consent: SignedMessage[Consent]) -> Receipt:
        """Gives or refuses: the signed decision says which."""
        return self._write("/v1/consents", {"consent": consent.to_json()})

    def withdraw(self, withdrawal: SignedMessage[Withdrawal]) -> Receipt:
        path = f"/v1/consents/{to_hex(withdrawal.struct.consent_id)}/withdrawal"
        return self._write(path, {"withdrawal": withdrawal.to_json()})

    def consents(self) -> list[ConsentView]:
        path = "/v1/me/consents"
        return read_shapes(ConsentView, self._session.get(path), "consents", path)

    def passbook(self) -> Passbook:
        return read_shape(Passbook, self._session.get("/v1/me/passbook"), "/v1/me/passbook")

    def purchase(self, purchase: SignedMessage[Purchase]) -> Receipt:
        return self._write("/v1/purchases", {"purchase": purchase.to_json()})

    def coupons(self) -> list[Coupon]:
        return read_shapes(Coupon, self._session.get("/v1/me/coupons"), "coupons", "/v1/me/coupons")

    def redemption(self, redemption_id: str) -> RedemptionView:
        path = f"/v1/redemptions/{redemption_id}"
        return read_shape(RedemptionView, self._session.get(path), path)

    def confirm_redemption(self, redemption: SignedMessage[Redemption]) -> Receipt:
        path = f"/v1/redemptions/{to_hex(redemption.struct.redemption_id)}/confirmation"
        return self._write(path, {"redemption": redemption.to_json()})

    def releases(self) -> list[ReleaseView]:
        """Releases my consents went into."""
        path = "/v1/me/releases"
        return read_shapes(ReleaseView, self._session.get(path), "releases", path)

    def _write(self, path: str, body: dict[str, Any]) -> Receipt:
        return read_shape(Receipt, self._session.post(path, body), path)
