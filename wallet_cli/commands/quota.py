"""azukari board propose-quota, propose-issue and what follows: how many coins may come, a majority decides."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chaincode.ids import NOBODY, id_from_hex, to_hex
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account

if TYPE_CHECKING:
    from bank_api.protocol import quota as shapes
    from chaincode.typed_data import CoinIssue, Quota
    from wallet_cli import handed_file as files
    from wallet_cli.signing import quota as signing
else:
    files = later("wallet_cli.handed_file")
    shapes = later("bank_api.protocol.quota")
    signing = later("wallet_cli.signing.quota")

DAY_SECONDS = 86400
COINS_MAXIMUM = 2**64 - 1

File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]
Coins = Annotated[int, typer.Argument(min=1, max=COINS_MAXIMUM)]


def add_quota_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    command(app, "propose-quota", "2000000 --days 30 --out quota.json")(propose_quota)
    command(app, "approve-quota", "quota.json --out quota-2.json")(approve_quota)
    command(app, "set-quota", "quota-2.json")(set_quota)
    command(app, "propose-issue", "0x5a3c… 20000000 --partner 0x7E5F… --out issue.json")(propose_issue)
    command(app, "approve-issue", "issue.json --out issue-2.json")(approve_issue)
    command(app, "allow-issue", "issue-2.json")(allow_issue)


def propose_quota(
    invocation: Invocation,
    coins: Annotated[int, typer.Argument(min=0, max=COINS_MAXIMUM)],
    out: Out,
    days: Annotated[int, typer.Option(min=1, max=36_500)] = 30,
    yes: Yes = False,
) -> None:
    invocation.confirm(_quota_question(invocation, coins, days * DAY_SECONDS), yes)
    body = signing.propose_quota(invocation.signer, coins, days * DAY_SECONDS)
    files.hand_on(invocation, out, body, 1 + len(body.approvals))


def approve_quota(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = files.read_handed(file, shapes.QuotaBody, "rule-no-quota")
    words: Quota = signing.quota_of(body)
    invocation.confirm(_quota_question(invocation, words.coins, words.period_seconds), yes)
    approved = signing.approve_quota(invocation.signer, body)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def set_quota(invocation: Invocation, file: File) -> None:
    body = files.read_handed(file, shapes.QuotaBody, "rule-no-quota")
    receipt = invocation.client.board.set_quota(body)
    words: Quota = signing.quota_of(body)
    invocation.records.check_words(words, body.model_dump(mode="json"), receipt)
    numbers = {"coins": words.coins, "days": f"{words.period_seconds / DAY_SECONDS:g}"}
    invocation.output.result(receipt, invocation.messages("done-quota-set", **numbers))


@translated_errors()
def propose_issue(
    invocation: Invocation,
    issue: Annotated[str, typer.Argument()],
    coins: Coins,
    out: Out,
    partner: Annotated[str | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    issue_id = id_from_hex(issue, "ISSUE")
    account = NOBODY if partner is None else find_account(partner, "--partner")
    invocation.confirm(_issue_question(invocation, issue_id, account, coins), yes)
    approved = signing.propose_issue(invocation.signer, issue_id, account, coins)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def approve_issue(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = files.read_handed(file, shapes.IssueBody, "rule-no-issue")
    words: CoinIssue = signing.issue_of(body)
    invocation.confirm(_issue_question(invocation, words.issue_id, words.account, words.coins), yes)
    approved = signing.approve_issue(invocation.signer, body)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def allow_issue(invocation: Invocation, file: File) -> None:
    body = files.read_handed(file, shapes.IssueBody, "rule-no-issue")
    receipt = invocation.client.board.approve_issue(body)
    words: CoinIssue = signing.issue_of(body)
    invocation.records.check_words(words, body.model_dump(mode="json"), receipt)
    told = invocation.messages("done-issue-allowed", coins=words.coins, id=to_hex(words.issue_id))
    invocation.output.result(receipt, told)


def _quota_question(invocation: Invocation, coins: int, period_seconds: int) -> str:
    days = f"{period_seconds / DAY_SECONDS:g}"
    return invocation.messages("ask-quota", coins=coins, days=days)


def _issue_question(invocation: Invocation, issue_id: bytes, account: str, coins: int) -> str:
    name, words = to_hex(issue_id), {"coins": coins, "id": to_hex(issue_id)}
    if account == NOBODY:
        return invocation.messages("ask-issue-budget", **words)
    return invocation.messages("ask-issue-sale", coins=coins, id=name, account=account)
