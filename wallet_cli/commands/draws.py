"""Prize draws for coins: opened by the operator, drawn by members of the board, entered by members."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.documents.draw import DRAWERS_MAXIMUM, DRAWERS_MINIMUM, Draw
from bank_api.protocol.messages.said import said
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_length, parse_moment
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.draws import DrawView
    from wallet_cli.signing import draw as signing
    from wallet_cli.views import draws as views
else:
    signing = later("wallet_cli.signing.draw")
    views = later("wallet_cli.views.draws")

DrawId = Annotated[str | None, typer.Argument()]


def add_draw_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "draws", "0x3a9c", listing=True)(draws)
    command(app, "enter", "0x3a9c")(enter)
    command(app, "refund-draw", "0x3a9c")(refund)


def add_operator_draw_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    example = (
        '"Spring draw" --prize "A tea set" --price 5 --entries 500 --drawer 0x7E5F… --drawer 0x2B5A… --drawer 0x6813…'
    )
    command(app, "open-draw", example)(open_draw)
    command(app, "draws", "0x3a9c", listing=True)(draws)
    command(app, "refund-draw", "0x3a9c")(refund)


def add_board_draw_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    command(app, "draws", "0x3a9c", listing=True)(draws)
    command(app, "bind-draw", "0x3a9c")(bind)
    command(app, "show-draw", "0x3a9c")(show)


def draws(invocation: Invocation, draw: DrawId = None) -> None:
    say, found = invocation.messages, invocation.public.draws()
    if draw is None:
        invocation.output.result({"draws": found}, views.draw_list(say, found))
        return
    chosen = _chosen(invocation, draw)
    invocation.output.result(chosen, views.draw(say, chosen))


def enter(invocation: Invocation, draw: DrawId = None, yes: Yes = False) -> None:
    say, chosen = invocation.messages, _chosen(invocation, draw, "open")
    if not yes:
        invocation.output.show(views.draw(say, chosen))
    invocation.confirm(say("ask-enter-draw", title=chosen.title, prize=chosen.prize, coins=chosen.price_coins), yes)
    receipt = invocation.client.send(signing.enter_draw(invocation.signer, chosen))
    invocation.output.result(receipt, say("done-entered", title=chosen.title, coins=chosen.price_coins))


def refund(invocation: Invocation, draw: DrawId = None) -> None:
    chosen = _chosen(invocation, draw, "overdue")
    done = invocation.client.draws.refund(chosen.draw_id)
    told = invocation.messages("done-draw-refunded", count=done.refunded, before=done.refunded_before)
    invocation.output.result(done, told)


@translated_errors()
def open_draw(
    invocation: Invocation,
    title: Annotated[str, typer.Argument()],
    prize: Annotated[str, typer.Option()],
    price: Annotated[int, typer.Option(min=0)],
    entries: Annotated[int, typer.Option(min=1)],
    drawer: Annotated[list[str], typer.Option()],
    prizes: Annotated[int, typer.Option(min=1)] = 1,
    opens: Annotated[str, typer.Option()] = "+0s",
    closes: Annotated[str, typer.Option()] = "+14d",
    refunds_after: Annotated[str, typer.Option()] = "14d",
) -> None:
    if not DRAWERS_MINIMUM <= len(drawer) <= DRAWERS_MAXIMUM:
        raise InputError("--drawer", said("rule-drawers", least=DRAWERS_MINIMUM, most=DRAWERS_MAXIMUM))
    now, closes_at = invocation.clock(), parse_moment(closes, invocation.clock(), "--closes")
    draw = Draw(
        draw_id=to_hex(secrets.token_bytes(32)),
        title=title,
        prize=prize,
        price_coins=price,
        prizes=prizes,
        entries_maximum=entries,
        opens_at=parse_moment(opens, now, "--opens"),
        closes_at=closes_at,
        refunds_from=closes_at + parse_length(refunds_after, "--refunds-after"),
        drawers=drawer,
    )
    receipt = invocation.client.operator.open_draw(draw)
    invocation.output.result(receipt, invocation.messages("done-draw-opened", id=draw.draw_id))


def bind(invocation: Invocation, draw: DrawId = None, yes: Yes = False) -> None:
    say, chosen = invocation.messages, _chosen(invocation, draw, "forming")
    invocation.output.show(views.draw(say, chosen))
    invocation.confirm(say("ask-bind-draw", closes=say.moment(chosen.closes_at)), yes)
    receipt = invocation.client.send(signing.bind_draw(invocation.signer, chosen))
    invocation.output.result(receipt, say("done-draw-bound"))


def show(invocation: Invocation, draw: DrawId = None) -> None:
    chosen = _chosen(invocation, draw, "closed")
    parts = signing.parts_to_show(invocation.signer, chosen)
    receipt = invocation.client.draws.show_parts(chosen.draw_id, parts)
    invocation.output.result(receipt, invocation.messages("done-draw-shown", count=len(parts)))


def _chosen(invocation: Invocation, prefix: str | None, waiting: str | None = None) -> "DrawView":
    found = {one.draw_id: one for one in invocation.public.draws()}
    fitting = [one.draw_id for one in found.values() if waiting is None or one.state == waiting]
    return found[find_by_prefix(prefix, found, "DRAW", fitting)]
