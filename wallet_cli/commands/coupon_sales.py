"""azukari partner coupon list, policies: what became of one's coupons, and which coins are bound to whom."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.commands.statement import check_sums, month_bounds
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from bank_api.protocol.shapes.statements import CouponStatement
    from wallet_cli.views import statement as views
else:
    views = later("wallet_cli.views.statement")

COLUMNS = (
    *("class_id", "title", "price_coins", "premium_purpose", "closes_at", "redeem_until", "stock"),
    *("sold", "coins", "given", "redeemed", "left", "unused"),
)
EVER = 2**53
"""Later than anything that happened."""


def add_coupon_list(app: typer.Typer) -> None:
    """It belongs to `azukari partner coupon`."""
    command(app, "list", "--month 2026-11 --csv coupons.csv", listing=True)(coupons)


def add_policy_list(app: typer.Typer) -> None:
    """It belongs to `azukari partner`."""
    command(app, "policies", listing=True)(policies)


def coupons(
    invocation: Invocation,
    month: Annotated[str | None, typer.Option()] = None,
    file: Annotated[Path | None, typer.Option("--csv")] = None,
) -> None:
    since, until = (0, EVER) if month is None else month_bounds(month, invocation.clock(), "--month")
    found = invocation.client.partner.statement(since, until)
    check_sums(found)
    if file is not None:
        write_private(file, to_csv(found.coupons).encode(), "--csv")
    invocation.output.result({"coupons": found.coupons}, views.coupons(invocation.messages, found.coupons))


def policies(invocation: Invocation) -> None:
    bound = {one.policy_id: one.coins for one in invocation.client.member.me().bound}
    found = [(one, bound.get(one.policy_id, 0)) for one in invocation.public.policies()]
    document = [one.model_dump(mode="json") | {"coins": coins} for one, coins in found]
    invocation.output.result({"policies": document}, views.policies(invocation.messages, found))


def to_csv(found: "list[CouponStatement]") -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in found:
        writer.writerow(["" if (value := getattr(one, name)) is None else value for name in COLUMNS])
    return text.getvalue()
