"""azukari member erase: told first, then signed, then destroyed."""

from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.errors import BankProblemError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol.shapes.erasure import ErasurePlan
    from wallet_cli.signing import erasure as signing
    from wallet_cli.signing import giving
    from wallet_cli.signing import member as consenting
    from wallet_cli.views import rights as views
else:
    consenting = later("wallet_cli.signing.member")
    giving = later("wallet_cli.signing.giving")
    signing = later("wallet_cli.signing.erasure")
    views = later("wallet_cli.views.rights")

ERASED = "erased"


def add_erase_command(app: typer.Typer) -> None:
    """It belongs to `azukari member`."""
    command(app, "erase", "--wallet alice")(erase)


def erase(
    invocation: Invocation,
    leave_my_server: Annotated[bool, typer.Option("--leave-my-server")] = False,
    yes: Yes = False,
) -> None:
    try:
        _erase(invocation, leave_my_server, yes)
    except BankProblemError as problem:
        if problem.code != ERASED:
            raise
        invocation.output.result({"erased": True}, invocation.messages("done-erased-before"))


def _erase(invocation: Invocation, leave_my_server: bool, yes: bool) -> None:
    rights, say = invocation.client.rights, invocation.messages
    plan = rights.erasure_plan()
    invocation.output.show(views.erasure_plan(say, plan))
    invocation.confirm(say("ask-erase"), yes)
    _sign_off(invocation, plan)
    done = rights.erase(signing.erase_everything(invocation.signer, invocation.connection.url, leave_my_server))
    invocation.output.result(done, say("done-erased", documents=done.documents, wraps=done.wraps))


def _sign_off(invocation: Invocation, plan: "ErasurePlan") -> None:
    """What nobody but the member can sign. Where one died, the next plan holds what is left."""
    client, signer = invocation.client, invocation.signer
    with invocation.output.progress() as bar:
        for consent in bar.track(plan.consents, description=invocation.messages("done-withdrawing")):
            client.send(consenting.withdraw_consent(signer, consent))
    if plan.coins:
        client.send(giving.send_coins(signer, invocation.bank.operator, plan.coins))
