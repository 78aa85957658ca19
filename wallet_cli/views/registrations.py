"""Who asks to become a member, as the operator sees it."""

from collections.abc import Sequence

from bank_api.protocol.shapes.registrations import RegistrationView
from wallet_cli.layout import Listing, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def registrations(say: Messages, rows: Sequence[RegistrationView]) -> Listing:
    columns = say.words("account", "name", "because", "time", "state", "why-refused", "join-by")
    listed = (
        (
            short(one.account),
            one.name,
            one.words,
            say.moment(one.asked_at),
            say.named("state", one.state),
            one.reason or "",
            "" if one.join_by is None else say.moment(one.join_by),
        )
        for one in rows
    )
    return table(say("word-registrations"), columns, listed)
