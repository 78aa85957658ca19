"""What the board signs about coins that the operator brings into being."""

from bank_api.protocol.quota import IssueBody, QuotaBody
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.ids import to_hex
from chaincode.typed_data import CoinIssue, Quota
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer

WORDS_SECONDS = 30 * 86400
"""They go from hand to hand: the words stay good for a month."""


@translated_errors()
def propose_quota(signer: Signer, coins: int, period_seconds: int) -> QuotaBody:
    """The first signature under the words; it counts as an approval."""
    words = Quota(signer.new_id(), coins, period_seconds, signer.sequence(), signer.now() + WORDS_SECONDS)
    return QuotaBody(quota=SignedBody.model_validate(signer.sign(words).to_json()), approvals=[])


@translated_errors()
def quota_of(body: QuotaBody) -> Quota:
    """The words that are approved."""
    return read_signed(Quota, body.quota, "quota").struct


@translated_errors()
def approve_quota(signer: Signer, body: QuotaBody) -> QuotaBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(quota_of(body)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})


@translated_errors()
def propose_issue(signer: Signer, issue_id: bytes, account: str, coins: int) -> IssueBody:
    """As `propose_quota`; `account` is the partner of a sale, or nobody for a survey's budget."""
    words = CoinIssue(issue_id, account, coins, signer.now() + WORDS_SECONDS)
    return IssueBody(issue=SignedBody.model_validate(signer.sign(words).to_json()), approvals=[])


@translated_errors()
def issue_of(body: IssueBody) -> CoinIssue:
    """The words that are approved."""
    return read_signed(CoinIssue, body.issue, "issue").struct


@translated_errors()
def approve_issue(signer: Signer, body: IssueBody) -> IssueBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(issue_of(body)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})
