"""azukari member draws, enter; azukari operator open-draw: prizes for coins."""

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.documents.draw import Draw
from chaincode.ids import id_from_hex, new_id, to_hex
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_length, parse_moment
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from wallet_cli.views import draws as views
else:
    views = later("wallet_cli.views.draws")


def add_draw_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "draws")(draws)
    command(app, "enter", "0x3a9c")(enter)


def add_operator_draw_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "open-draw", '"Spring draw" --prize "A tea set" --price 5 --entries 500 --secret-file draw.json')(
        open_draw
    )


def draws(invocation: Invocation) -> None:
    found = invocation.public.draws()
    invocation.output.result({"draws": found}, views.draw_list(invocation.messages, found))


def enter(invocation: Invocation, draw: Annotated[str, typer.Argument()], yes: Yes = False) -> None:
    from wallet_cli.signing.draw import enter_draw

    say, found = invocation.messages, {one.draw_id: one for one in invocation.public.draws()}
    chosen = found[find_by_prefix(draw, found, "draw")]
    invocation.confirm(say("ask-enter-draw", title=chosen.title, prize=chosen.prize, coins=chosen.price_coins), yes)
    receipt = invocation.client.send(enter_draw(invocation.signer, chosen))
    invocation.output.result(receipt, say("done-entered", title=chosen.title, coins=chosen.price_coins))


def open_draw(
    invocation: Invocation,
    title: Annotated[str, typer.Argument()],
    prize: Annotated[str, typer.Option()],
    price: Annotated[int, typer.Option(min=0)],
    entries: Annotated[int, typer.Option(min=1)],
    secret_file: Annotated[Path, typer.Option()],
    prizes: Annotated[int, typer.Option(min=1)] = 1,
    opens: Annotated[str, typer.Option()] = "+0s",
    closes: Annotated[str, typer.Option()] = "+14d",
    reveal_within: Annotated[str, typer.Option()] = "7d",
) -> None:
    from chaincode.bindings.draw import commit

    now, draw_id, secret = invocation.clock(), to_hex(new_id()), secrets.token_bytes(32)
    closes_at = parse_moment(closes, now, "--closes")
    step = parse_length(reveal_within, "--reveal-within")
    draw = Draw(
        draw_id=draw_id,
        title=title,
        prize=prize,
        commitment=to_hex(commit(id_from_hex(draw_id), secret)),
        price_coins=price,
        prizes=prizes,
        entries_maximum=entries,
        opens_at=parse_moment(opens, now, "--opens"),
        closes_at=closes_at,
        nonces_until=closes_at + step,
        reveal_until=closes_at + 2 * step,
    )
    kept = json.dumps({"draw_id": draw_id, "secret": to_hex(secret)}, indent=2) + "\n"
    write_private(
        secret_file, kept.encode(), "--secret-file"
    )  # before the ledger has it: a draw without it is a refund
    receipt = invocation.client.operator.open_draw(draw)
    text = invocation.messages("done-draw-opened", id=draw_id, file=str(secret_file))
    invocation.output.result(receipt, text)
