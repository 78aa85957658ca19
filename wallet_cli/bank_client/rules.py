"""Standing rules: what they may cover, a member's own, and the operator's part in them."""

from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.shapes.coupons import NamedAccount
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.rules import Category, Ruled, RuleView
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class RulesFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def categories(self) -> list[Category]:
        return self._session.read_all(Category, "/v1/rule-categories", "categories")

    def uncategorized(self) -> list[NamedAccount]:
        """Companies that belong to no category of recipients."""
        return self._session.read_all(NamedAccount, "/v1/rule-categories", "uncategorized")

    def mine(self) -> list[RuleView]:
        """My rules, the latest first, each with what was consented under it."""
        return self._session.read_all(RuleView, "/v1/me/rules", "rules")

    def name_category(self, kind: KindOfCategory, place: int, name: str) -> Receipt:
        path, body = "/v1/rule-categories", {"kind": kind.value, "place": place, "name": name}
        return read_shape(Receipt, self._session.order(path, body), path)

    def categorize(self, partner: str, place: int) -> Receipt:
        path = f"/v1/partners/{partner}/category"
        return read_shape(Receipt, self._session.order(path, {"place": place}), path)

    def consent_by_rules(self, request_id: str) -> Ruled:
        """The operator lets the standing rules speak on an approved request."""
        path = f"/v1/operator/requests/{request_id}/ruled-consents"
        return read_shape(Ruled, self._session.order(path, {}), path)
