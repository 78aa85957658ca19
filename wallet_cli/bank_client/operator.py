"""The bank's own staff: invitations, organizations, surveys, coin sales, releases."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from bank_api.protocol.documents.draw import Draw
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.shapes.bank import Invited
from bank_api.protocol.shapes.health import OperatorHealth
from bank_api.protocol.shapes.receipts import Receipt, SurveyReceipt
from bank_api.protocol.shapes.releases import Rehearsal, ReleaseEvidence, ReleaseReceipt
from bank_api.protocol.shapes.summaries import OperatorSummary
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession

Role = Literal["partner", "shop", "board", "custodian", "auditor", "operator"]

ROLES: tuple[Role, ...] = get_args(Role)


class Invitation(BaseModel):
    """A code that lets one person join; made by the operator, used once."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: str
    name: str
    email: str | None = None


class Organization(BaseModel):
    """Somebody enrolled by the bank rather than by invitation."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    account: str
    role: Role
    name: str
    parent: str | None = None
    encryption_key: str | None = None


class OperatorFace:
    """Every call needs the bearer token of an operator account, and every write its signature besides.

    Ids come from the caller.
    """

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def invite(self, invitations: list[Invitation]) -> Invited:
        body = {"invitations": [_json(invitation) for invitation in invitations]}
        return read_shape(Invited, self._session.order("/v1/invitations", body), "/v1/invitations")

    def enroll(self, organization: Organization) -> Receipt:
        return self._write("/v1/organizations", _json(organization))

    def publish_survey(self, survey: Survey) -> SurveyReceipt:
        return read_shape(SurveyReceipt, self._session.order("/v1/surveys", _json(survey)), "/v1/surveys")

    def open_draw(self, draw: Draw) -> Receipt:
        return self._write("/v1/draws", _json(draw))

    def close_survey(self, survey_id: str) -> Receipt:
        return self._write(f"/v1/surveys/{survey_id}/closure", {})

    def top_up(self, survey_id: str, top_up_id: str, coins: int) -> Receipt:
        return self._write(f"/v1/surveys/{survey_id}/budget", {"top_up_id": top_up_id, "coins": coins})

    def sell_coins(self, account: str, invoice_id: str, coins: int) -> Receipt:
        return self._write(f"/v1/partners/{account}/coins", {"invoice_id": invoice_id, "coins": coins})

    def release(
        self,
        release_id: str,
        request_id: str,
        k: int | None = None,
        suppression_limit: float | None = None,
        epsilon: float | None = None,
        crossed: Sequence[Sequence[str]] = (),
        rows: int | None = None,
        come_and_go: bool | None = None,
    ) -> ReleaseReceipt:
        """Make, record, pay and deliver one release; `epsilon`, pairs and made-up `rows` are for statistics."""
        wanted = _wanted(request_id, k, suppression_limit, epsilon, crossed, rows, come_and_go)
        body = {"release_id": release_id} | wanted
        return read_shape(ReleaseReceipt, self._session.order("/v1/releases", body), "/v1/releases")

    def rehearse(
        self,
        request_id: str,
        k: int | None = None,
        suppression_limit: float | None = None,
        epsilon: float | None = None,
        crossed: Sequence[Sequence[str]] = (),
        rows: int | None = None,
        come_and_go: bool | None = None,
    ) -> Rehearsal:
        """What that release would be now; nothing is kept, sent, recorded or paid."""
        body = _wanted(request_id, k, suppression_limit, epsilon, crossed, rows, come_and_go)
        path = "/v1/releases/rehearsal"
        return read_shape(Rehearsal, self._session.post(path, body), path)

    def evidence(self, release_id: str) -> ReleaseEvidence:
        """For auditors too."""
        path = f"/v1/releases/{release_id}/evidence"
        return read_shape(ReleaseEvidence, self._session.get(path), path)

    def summary(self) -> OperatorSummary:
        return self._session.read(OperatorSummary, "/v1/operator/summary")

    def health(self) -> OperatorHealth:
        return self._session.read(OperatorHealth, "/v1/operator/health")

    def _write(self, path: str, body: dict[str, Any]) -> Receipt:
        return read_shape(Receipt, self._session.order(path, body), path)


def _json(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_none=True)


def _wanted(
    request_id: str,
    k: int | None,
    suppression_limit: float | None,
    epsilon: float | None,
    crossed: Sequence[Sequence[str]],
    rows: int | None,
    come_and_go: bool | None,
) -> dict[str, Any]:
    """A release as the bank reads it: what is not told is left to the request and to the bank."""
    chosen = {"k": k, "suppression_limit": suppression_limit, "come_and_go": come_and_go}
    policy = {name: value for name, value in chosen.items() if value is not None}
    told = ({"epsilon": epsilon} if epsilon is not None else {}) | ({"crossed": crossed} if crossed else {})
    told |= {"rows": rows} if rows is not None else {}
    parts = {"policy": policy, "statistics": told}
    return {"request_id": request_id} | {name: part for name, part in parts.items() if part}
