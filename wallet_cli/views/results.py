"""Results that everybody may read."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table

from bank_api.protocol.documents.statistics import StatisticsDocument
from bank_api.protocol.shapes.publications import Publication
from bank_api.protocol.shapes.results import ResultDetail, ResultView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.views.statistics import statistics


def results(say: Messages, rows: Iterable[ResultView]) -> Table:
    return table(
        say("word-results"),
        say.words("id", "recipient", "purpose", "survey", "persons", "time", "until"),
        (
            (
                short(one.release_id),
                one.recipient,
                one.purpose,
                one.survey_title,
                one.people,
                say.moment(one.time),
                say.moment(one.until),
            )
            for one in rows
        ),
        right=(4,),
    )


def result(say: Messages, one: ResultDetail, document: StatisticsDocument) -> RenderableType:
    rows = [
        ("id", one.release_id),
        ("recipient", one.recipient),
        ("purpose", one.purpose),
        ("survey", one.survey_title),
        ("items", "\n".join(one.item_labels)),
        ("time", say.moment(one.time)),
        ("until", say.moment(one.until)),
        ("payload-root", say("word-root-said", root=one.payload_root, who=say("word-said-by-ledger"))),
    ]
    told = facts(say("word-result"), [(say(f"word-{name}"), value) for name, value in rows])
    return Group(told, statistics(say, document))


def publications(say: Messages, rows: Iterable[Publication]) -> RenderableType:
    """The notices as the bank publishes them, in the reader's language."""
    listed = ((short(one.release_id), say.moment(one.time), one.texts.get(say.language, "")) for one in rows)
    return table(say("word-publications"), say.words("id", "time", "publication"), listed)
