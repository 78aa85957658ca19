"""The books over time."""

from rich.console import Group, RenderableType
from rich.text import Text

from wallet_cli.books import Books
from wallet_cli.layout import table
from wallet_cli.messages import Messages


def books(say: Messages, made: Books) -> RenderableType:
    """A table for each book that has anything in it."""
    shown = []
    for name, (columns, rows) in made.tables().items():
        if rows:
            right = [at for at, column in enumerate(columns) if column not in ("period", "partner")]
            heads = [say.named("word-books", column) for column in columns]
            shown.append(table(say.named("word-books", name), heads, rows, right=right))
    return Group(*shown) if shown else Text(say("word-books-empty"))
