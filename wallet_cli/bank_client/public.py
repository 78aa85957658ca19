"""What the bank tells everybody: its terms and deployment, open surveys, the coupon catalogue."""

from bank_api.protocol.quota import QuotaView
from bank_api.protocol.registration import RegistrationBody
from bank_api.protocol.shapes.bank import BankInfo, Health
from bank_api.protocol.shapes.coupons import CouponOffer
from bank_api.protocol.shapes.draws import DrawView
from bank_api.protocol.shapes.notices import WebhookKey
from bank_api.protocol.shapes.policies import SpendingPolicy
from bank_api.protocol.shapes.promotions import PromotionView
from bank_api.protocol.shapes.publications import Publication
from bank_api.protocol.shapes.recoveries import Recoveries
from bank_api.protocol.shapes.registrations import RegistrationView
from bank_api.protocol.shapes.results import ResultDetail, ResultView
from bank_api.protocol.shapes.surveys import SurveyView
from wallet_cli.bank_client.connection import BankConnection, read_shape, read_shapes


class PublicFace:
    """Reads without a login."""

    def __init__(self, connection: BankConnection) -> None:
        self._connection = connection

    def health(self) -> Health:
        return read_shape(Health, self._connection.call("GET", "/v1/health"), "/v1/health")

    def bank(self) -> BankInfo:
        return read_shape(BankInfo, self._connection.call("GET", "/v1/bank"), "/v1/bank")

    def surveys(self) -> list[SurveyView]:
        path = "/v1/surveys"
        return read_shapes(SurveyView, self._connection.call("GET", path), "surveys", path)

    def survey(self, survey_id: str) -> SurveyView:
        path = f"/v1/surveys/{survey_id}"
        return read_shape(SurveyView, self._connection.call("GET", path), path)

    def coupon_classes(self) -> list[CouponOffer]:
        path = "/v1/coupon-classes"
        return read_shapes(CouponOffer, self._connection.call("GET", path), "coupon_classes", path)

    def recoveries(self, account: str) -> Recoveries:
        """An account's guardians and recoveries: who lost a key has no login."""
        path = f"/v1/accounts/{account}/recoveries"
        return read_shape(Recoveries, self._connection.call("GET", path), path)

    def register(self, body: RegistrationBody) -> RegistrationView:
        """Ask to become a member; the same again says how that stands."""
        path = "/v1/registrations"
        return read_shape(RegistrationView, self._connection.call("POST", path, body=body.model_dump()), path)

    def results(self) -> list[ResultView]:
        """Figures that members let everybody read."""
        path = "/v1/results"
        return read_shapes(ResultView, self._connection.call("GET", path), "results", path)

    def result(self, release_id: str) -> ResultDetail:
        path = f"/v1/results/{release_id}"
        return read_shape(ResultDetail, self._connection.call("GET", path), path)

    def promotions(self) -> list[PromotionView]:
        """What partners show to members whose answers fit: the same to whoever asks."""
        path = "/v1/promotions"
        return read_shapes(PromotionView, self._connection.call("GET", path), "promotions", path)

    def publications(self) -> list[Publication]:
        """What the law has the bank publish of the anonymized information that it made."""
        path = "/v1/publications"
        return read_shapes(Publication, self._connection.call("GET", path), "publications", path)

    def quota(self) -> QuotaView:
        return read_shape(QuotaView, self._connection.call("GET", "/v1/quota"), "/v1/quota")

    def policies(self) -> list[SpendingPolicy]:
        path = "/v1/spending-policies"
        return read_shapes(SpendingPolicy, self._connection.call("GET", path), "policies", path)

    def webhook_key(self) -> WebhookKey:
        """What signatures of webhooks are checked with."""
        path = "/v1/webhook/key"
        return read_shape(WebhookKey, self._connection.call("GET", path), path)

    def draws(self) -> list[DrawView]:
        return read_shapes(DrawView, self._connection.call("GET", "/v1/draws"), "draws", "/v1/draws")
