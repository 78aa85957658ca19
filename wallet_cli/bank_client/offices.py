"""What the operator does about accounts, consents and requests of others; each is a signed order."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from bank_api.protocol.shapes.gifts import GiftOrderView, Gifts
from bank_api.protocol.shapes.offices import Asked, Expired, Revoked
from bank_api.protocol.shapes.people import People
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.registrations import RegistrationView
from wallet_cli.bank_client.connection import S, read_shape
from wallet_cli.bank_client.session import BankSession


class OfficeFace:
    """Every call needs the operator's login, and every write its signature besides."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def registrations(self, decided: bool = False) -> list[RegistrationView]:
        path = f"/v1/operator/registrations{'?decided=true' if decided else ''}"
        return self._session.read_all(RegistrationView, path, "registrations")

    def approve_registration(self, account: str) -> RegistrationView:
        path = f"/v1/operator/registrations/{account}/approval"
        return read_shape(RegistrationView, self._session.order(path, {}), path)

    def refuse_registration(self, account: str, reason: str) -> RegistrationView:
        path = f"/v1/operator/registrations/{account}/refusal"
        return read_shape(RegistrationView, self._session.order(path, {"reason": reason}), path)

    def people(self, sought: str = "", role: str | None = None, most: int | None = None) -> People:
        """People and organizations whose name, address or account holds what is sought: the bank's first page, or so
        many pages that `most` are there."""
        words = {"sought": sought} | ({} if role is None else {"role": role})
        pages = self._session.pages(People, f"/v1/operator/people?{urlencode(words)}")
        found = next(pages)
        while most is not None and len(found.people) < most and (page := next(pages, None)) is not None:
            found = page.model_copy(update={"people": [*found.people, *page.people]})
        return found

    def suspend(self, account: str, reason: str) -> Receipt:
        return self._order(Receipt, f"/v1/accounts/{account}/suspension", {"reason": reason})

    def reinstate(self, account: str, reason: str) -> Receipt:
        return self._order(Receipt, f"/v1/accounts/{account}/reinstatement", {"reason": reason})

    def dismiss(self, account: str, role: str, reason: str) -> Receipt:
        return self._order(Receipt, f"/v1/accounts/{account}/dismissal", {"role": role, "reason": reason})

    def ask_members(self, request_id: str) -> Asked:
        return self._order(Asked, f"/v1/operator/requests/{request_id}/questions", {})

    def revoke_consents(self, request_id: str, reason: str) -> Revoked:
        """Some of the consents to a request; the answer says how many are left."""
        return self._order(Revoked, f"/v1/operator/requests/{request_id}/revocations", {"reason": reason})

    def close_request(self, request_id: str) -> Receipt:
        return self._order(Receipt, f"/v1/operator/requests/{request_id}/closing", {})

    def expire_consents(self) -> Expired:
        return self._order(Expired, "/v1/operator/expiries", {})

    def abandon_release(self, release_id: str) -> Receipt:
        return self._order(Receipt, f"/v1/releases/{release_id}/abandonment", {})

    def set_partner_reward(self, survey_id: str, coins: int, partners_maximum: int) -> Receipt:
        body = {"coins": coins, "partners_maximum": partners_maximum}
        return self._order(Receipt, f"/v1/surveys/{survey_id}/partner-reward", body)

    def set_policy(self, policy_id: str, name: str, issuers: Sequence[str]) -> Receipt:
        body = {"policy_id": policy_id, "name": name, "issuers": list(issuers)}
        return self._order(Receipt, "/v1/spending-policies", body)

    def give_gifts(self, order_id: str) -> Gifts:
        return self._order(Gifts, f"/v1/gift-orders/{order_id}/gifts", {})

    def gift_orders(self) -> list[GiftOrderView]:
        """An issuer's own, or all of them for the operator."""
        return self._session.read_all(GiftOrderView, "/v1/gift-orders", "gift_orders")

    def _order(self, shape: type[S], path: str, body: dict[str, Any]) -> S:
        return read_shape(shape, self._session.order(path, body), path)
