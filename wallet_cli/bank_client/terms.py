"""The terms of membership: every version, what I accepted, and how the operator sets new ones."""

from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.terms import Agreements, OwnTerms, TermsHistory
from bank_api.protocol.terms import TermsBody
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession

AT_ONCE = 1000


class TermsFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def history(self) -> TermsHistory:
        return self._session.read(TermsHistory, "/v1/terms")

    def mine(self) -> OwnTerms:
        return self._session.read(OwnTerms, "/v1/me/terms")

    def publish(self, body: TermsBody) -> Receipt:
        """Operator, by an order."""
        return read_shape(Receipt, self._session.order("/v1/terms", body.model_dump()), "/v1/terms")

    def agreements(self) -> Agreements:
        """Operator. Everybody who has not accepted, page by page."""
        pages = list(self._session.pages(Agreements, f"/v1/operator/terms?limit={AT_ONCE}"))
        return pages[-1].model_copy(update={"missing": [one for page in pages for one in page.missing]})
