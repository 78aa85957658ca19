"""The key that others seal documents to, put on the ledger under its holder's own signature."""

from typing import TYPE_CHECKING

import typer

from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from wallet_cli.signing import encryption_key as signing
else:
    signing = later("wallet_cli.signing.encryption_key")


def add_publish_key(app: typer.Typer) -> None:
    """For every group of commands whose people documents are sealed to."""

    @command(app, "publish-key", "--wallet lawyer")
    def publish_key(invocation: Invocation) -> None:
        receipt = invocation.client.send(signing.publish_key(invocation.signer))
        key = invocation.signer.encryption.public.to_hex()
        invocation.output.result(receipt, invocation.messages("done-key-published", key=key))
