"""azukari partner statement: every coin of a month, in a table, as CSV or JSON, held against the ledger."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from bank_api.protocol.shapes.statements import Statement
    from wallet_cli.views import statement as views
else:
    views = later("wallet_cli.views.statement")

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
COLUMNS = ("time", "kind", "coins", "balance", "purpose", "block_number", "transaction_hash")


def add_statement_command(app: typer.Typer) -> None:
    """It belongs to `azukari partner`."""
    command(app, "statement", "2026-11 --csv november.csv")(statement)


def statement(
    invocation: Invocation,
    month: Annotated[str | None, typer.Argument()] = None,
    file: Annotated[Path | None, typer.Option("--csv")] = None,
) -> None:
    since, until = month_bounds(month, invocation.clock())
    found = invocation.client.partner.statement(since, until)
    check_sums(found)
    if file is not None:
        write_private(file, to_csv(found).encode(), "--csv")
    invocation.output.result(found, views.statement(invocation.messages, found))


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


def to_csv(found: "Statement") -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in found.lines:
        writer.writerow(["" if (value := getattr(line, name)) is None else value for name in COLUMNS])
    return text.getvalue()
