"""azukari partner statement, audit statement: every coin of a month, held against the ledger."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import EXIT_OK, EXIT_REFUSED, EvidenceError, InputError
from wallet_cli.handed_file import read_handed
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from bank_api.protocol.fields import Shape
    from bank_api.protocol.shapes.statements import Statement
    from wallet_cli import verified_statement as verifying
    from wallet_cli.pins import Pins
    from wallet_cli.views import statement as views
else:
    verifying = later("wallet_cli.verified_statement")
    views = later("wallet_cli.views.statement")

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
COLUMNS = ("time", "kind", "coins", "balance", "purpose", "block_number", "transaction_hash")


ACCESS_COLUMNS = ("time", "release_id", "reader", "reader_name", "first_byte", "sent_bytes")


def add_statement_command(app: typer.Typer) -> None:
    """It belongs to `azukari partner`."""
    command(app, "statement", "2026-11 --csv november.csv --verify")(statement)


def add_audited_statement(app: typer.Typer) -> None:
    """It belongs to `azukari audit`."""
    command(app, "statement", "./audit 0x5b38… 2026-11 --told november.json")(audited_statement)


def statement(
    invocation: Invocation,
    month: Annotated[str | None, typer.Argument()] = None,
    file: Annotated[Path | None, typer.Option("--csv")] = None,
    accesses: Annotated[Path | None, typer.Option("--accesses")] = None,
    verify: Annotated[bool, typer.Option("--verify")] = False,
    chain: Annotated[Path | None, typer.Option("--chain")] = None,
    deployment: Annotated[Path | None, typer.Option("--deployment")] = None,
) -> None:
    since, until = month_bounds(month, invocation.clock())
    found, verified = invocation.client.partner.statement(since, until), None
    check_sums(found)
    if chain is not None:
        of = verifying.Stretch(_own_account(invocation), since, until)
        verified = verifying.replayed(chain, deployment, invocation.clock(), of, found, _pins(invocation))
    elif verify:
        verified = _walked(invocation, verifying.Stretch(_own_account(invocation), since, until))
        found = verified.statement
    if file is not None:
        write_private(file, to_csv(found.lines, COLUMNS).encode(), "--csv")
    if accesses is not None:
        write_private(accesses, to_csv(found.accesses, ACCESS_COLUMNS).encode(), "--accesses")
    document = found if verified is None else verified.to_json()
    invocation.output.result(document, views.statement(invocation.messages, found, verified))


def audited_statement(
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument()],
    account: Annotated[str, typer.Argument()],
    month: Annotated[str | None, typer.Argument()] = None,
    told: Annotated[Path | None, typer.Option("--told")] = None,
    deployment: Annotated[Path | None, typer.Option("--deployment")] = None,
) -> None:
    """Exit code 1 where the bank told the partner other figures."""
    from bank_api.protocol.shapes.statements import Statement
    from chaincode.ids import parse_address
    from wallet_cli.foreign_errors import translated_errors
    from wallet_cli.ledger_statement import differences
    from wallet_cli.verified_statement import Stretch

    since, until = month_bounds(month, invocation.clock())
    with translated_errors():
        whose = parse_address(account, "ACCOUNT")
    handed = None if told is None else read_handed(told, Statement, "rule-no-statement")
    if handed is not None and (handed.account, handed.since, handed.until) != (whose, since, until):
        raise InputError("--told", said("rule-anothers-statement"))
    found = verifying.replayed_statement(folder, deployment, invocation.clock(), Stretch(whose, since, until))
    false = [] if handed is None else list(differences(handed, found))
    document = found.to_json() | {"differences": [asdict(one) for one in false]}
    invocation.output.result(document, views.audited(invocation.messages, found, false, is_compared=handed is not None))
    raise typer.Exit(EXIT_REFUSED if false else EXIT_OK)


def _own_account(invocation: Invocation) -> str:
    """Whose statement was asked for: who is named with `--for`, else the account whose key this is by the ledger.

    Raises EvidenceError for an account that the bank made up.
    """
    from chaincode.ids import parse_address
    from wallet_cli.foreign_errors import translated_errors

    if invocation.ward is not None:
        with translated_errors():
            return parse_address(invocation.ward, "--for")
    account = invocation.client.account
    if invocation.proven.anybody(account).word.key != invocation.key.address:
        raise EvidenceError(said("error-other-key-of-account", account=account))
    return account


def _pins(invocation: Invocation) -> "Pins":
    """The bank's, which is the one that was here before. Raises EvidenceError where it is not."""
    from wallet_cli.pins import pins_of

    invocation.pins  # noqa: B018
    return pins_of(invocation.bank)


def _walked(invocation: Invocation, of: "verifying.Stretch") -> "verifying.Verified":
    with invocation.output.progress() as bar:
        task = bar.add_task(invocation.messages("done-walking"), total=None)
        walking = verifying.Walking(
            invocation.client.proofs,
            _pins(invocation),
            invocation.signer.deployment,
            invocation.proven,
            lambda done, total: bar.update(task, completed=done, total=total or None),
        )
        return verifying.walked(walking, of, lambda: invocation.client.partner.statement(of.since, of.until))


def month_bounds(month: str | None, now: int, field: str = "MONTH") -> tuple[int, int]:
    """First second of a month, and of the next (UTC, as the ledger's). Raises InputError."""
    text = datetime.fromtimestamp(now, UTC).strftime("%Y-%m") if month is None else month
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) < 1970:
        raise InputError(field, said("rule-month"))
    year, number = int(found[1]), int(found[2])
    first, following = datetime(year, number, 1, tzinfo=UTC), (year + number // 12, number % 12 + 1)
    return int(first.timestamp()), int(datetime(*following, 1, tzinfo=UTC).timestamp())


def check_sums(found: "Statement") -> None:
    """The lines come to the closing balance, one by one, and each coupon's coins and counts to its price and stock.

    Raises EvidenceError where they do not.
    """
    balance = found.opening
    for line in found.lines:
        balance += line.coins
        if balance != line.balance:
            raise EvidenceError(said("error-statement", block=str(line.block_number)))
    for coupon in found.coupons:
        is_counted = 0 <= coupon.left <= coupon.stock and 0 <= coupon.unused <= coupon.stock - coupon.left
        if not is_counted or coupon.coins != coupon.sold * coupon.price_coins:
            raise EvidenceError(said("error-statement-coupons", title=coupon.title))
    if balance != found.closing or not found.reconciled:
        raise EvidenceError(said("error-statement-ledger", closing=found.closing, ledger=found.ledger_coins))


def to_csv(rows: "Sequence[Shape]", columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if (value := getattr(row, name)) is None else value for name in columns])
    return text.getvalue()
