"""A mapping as a person reads it before agreeing: each question, where its answer is from, what it comes to."""

from collections.abc import Sequence

from rich.table import Table

from bank_api.protocol.messages.said import tell
from wallet_cli.intake.mapping import Mapped
from wallet_cli.layout import table
from wallet_cli.messages import Messages


def mapping(say: Messages, title: str, found: Sequence[Mapped]) -> Table:
    columns = say.words("question", "from", "found", "of-when", "answer")
    return table(say("word-mapping", title=title), columns, [_row(say, one) for one in found])


def _row(say: Messages, one: Mapped) -> tuple[object, ...]:
    fact, question = one.fact, one.question
    if one.value is not None:
        label = next((choice.label for choice in question.choices or () if choice.value == one.value), "")
        answer = f"{one.value} ({label})" if label else str(one.value)
    elif one.trouble is not None:
        answer = say("word-does-not-fit", why=tell(say, one.trouble))
    else:
        answer = say("word-not-in-file") if question.required else say("word-not-answered")
    found = "" if fact is None else f"{fact.value} {fact.unit}".strip()
    return f"{question.key}: {question.label}", fact and fact.path, found, fact and fact.at, answer
