"""The directory as the operator sees it."""

from rich.table import Table

from bank_api.protocol.shapes.people import People
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import whole


def people(say: Messages, found: People) -> Table:
    title = f"{say('word-people')}: {found.found}" if found.found else say("word-people")
    return table(
        title,
        say.words("account", "name", "roles", "may-act", "time"),
        (
            (
                whole(one.account),
                one.name,
                ", ".join(say.named("state-role", role) for role in one.roles),
                say("word-yes") if one.is_active else say("word-no"),
                say.moment(one.enrolled_at),
            )
            for one in found.people
        ),
    )
