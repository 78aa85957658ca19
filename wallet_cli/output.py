"""Where output goes: results on stdout, what is said along the way on stderr.

With --json, stdout holds exactly one JSON value; of a command that goes on and on, one in each line. Colours and
progress bars appear on terminals only. What draws them is imported when something is drawn.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from bank_api.protocol.messages.said import said, tell
from chaincode.ids import parse_address, to_hex
from wallet_cli.errors import InputError, WalletError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.messages import Messages
from wallet_cli.shown_lists import LISTS, number_in

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress

    from wallet_cli.layout import Listing

SHORT_ID_DIGITS = 10
PAGE_ROWS = 50
"""On a page, unless told."""
PROGRESS_WIDTH = 32
FILE_WIDTH = 160
"""Into a file or a pipe, tables are this wide; a terminal says its own width."""


@dataclass(frozen=True)
class Excerpt:
    """What of a list a person wants to see: rows that show a text, and of these a page."""

    find: str | None = None
    page: int = 1
    limit: int | None = None

    @property
    def is_whole(self) -> bool:
        return (self.find, self.page, self.limit) == (None, 1, None)

    def rows(self, listing: "Listing") -> list[int]:
        """The places of the rows, from zero on."""
        every = range(len(listing.lines))
        found = [row for row in every if self.find is None or listing.holds(row, self.find)]
        limit = self.limit or PAGE_ROWS
        return found if self.limit is None and self.page == 1 else found[(self.page - 1) * limit :][:limit]


class Output:
    """The two streams of one run."""

    def __init__(self, as_json: bool, messages: Messages, excerpt: Excerpt | None = None) -> None:
        self.as_json, self.messages, self.excerpt = as_json, messages, excerpt or Excerpt()

    @cached_property
    def stdout(self) -> "Console":
        return _console(sys.stdout)

    @cached_property
    def stderr(self) -> "Console":
        return _console(sys.stderr)

    def result(self, document: Any, view: "RenderableType | None" = None) -> None:
        """The outcome of a command: the document for programs, the view for people."""
        document, view = self._excerpt(document, view)
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")
        elif isinstance(view, str):
            _print(self.stdout, _plain_text(view))
        elif view is not None:
            _print(self.stdout, view)

    def _excerpt(self, document: Any, view: "RenderableType | None") -> "tuple[Any, RenderableType | None]":
        """Both of what is wanted of a list alone, its rows numbered and remembered; an empty one in words."""
        from rich.console import Group

        from wallet_cli.layout import Listing

        if isinstance(view, Group):
            parts = [self._excerpt(None, part)[1] or part for part in view.renderables]
            return document, Group(*parts)
        if not isinstance(view, Listing):
            return document, view
        rows = self.excerpt.rows(view)
        if not self.excerpt.is_whole:
            document = _part(document, rows, len(view.lines))
        shown = view.part(rows)
        if shown.ids is not None and shown.places is not None and not self.as_json:
            lists = LISTS.get()
            if lists is not None:
                lists.remember(dict(zip(shown.places, shown.ids, strict=True)))
        self._tell_more(view, rows)
        if not shown.lines:
            return document, self.messages("word-list-empty", title=view.heading)
        return document, shown

    def _tell_more(self, listing: "Listing", rows: Sequence[int]) -> None:
        following = replace(self.excerpt, page=self.excerpt.page + 1)
        if rows and not self.excerpt.is_whole and following.rows(listing) and following.rows(listing) != rows:
            whole = len(replace(self.excerpt, page=1, limit=None).rows(listing))
            self.say(self.messages("done-more-rows", shown=len(rows), whole=whole, next=following.page))

    def line(self, document: Any, view: "RenderableType") -> None:
        """One of many outcomes, as they come: with --json one line of JSON for each."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, default=_plain) + "\n")
            sys.stdout.flush()
        else:
            self.result(document, view)

    def say(self, text: str) -> None:
        """Something for the person at the terminal, never part of the result."""
        _print(self.stderr, _plain_text(text))

    def show(self, view: "RenderableType") -> None:
        """Something to read before deciding."""
        _print(self.stderr, view)

    def refusal(self, error: WalletError) -> None:
        """What went wrong and what to do about it."""
        what, hint = tell(self.messages, error.what), tell(self.messages, error.advice)
        self.say(self.messages("error-is", message=what))
        if hint:
            self.say(self.messages("error-hint", hint=hint))
        if self.as_json:
            named = {name: getattr(error, name, None) for name in ("code", "field", "rule", "status")}
            body = {"message": what, "hint": hint, "exit_code": error.exit_code}
            self.result({"error": body | {name: value for name, value in named.items() if value is not None}})

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """A progress bar on stderr, on terminals only."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(PROGRESS_WIDTH),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.stderr, transient=True, disable=not self.stderr.is_terminal) as bar:
            yield bar


def _part(document: Any, rows: Sequence[int], count: int) -> Any:
    """A document whose one list has these rows alone, in place of `count`."""
    if not isinstance(document, dict):
        return document
    lists = {name: value for name, value in document.items() if isinstance(value, list) and len(value) == count}
    return document | {name: [value[row] for row in rows] for name, value in lists.items()}


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False, width=None if stream.isatty() else FILE_WIDTH)


def _print(console: "Console", view: "RenderableType") -> None:
    """Plain lines are left to the terminal to wrap, so that ids can be copied; boxed texts are wrapped, never cut."""
    from rich.text import Text

    console.print(view, soft_wrap=isinstance(view, Text), crop=False)


def _plain_text(text: str) -> "RenderableType":
    from rich.text import Text

    return Text(text)


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, bytes):
        return to_hex(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def short(identifier: str) -> str:
    """The first digits of an id, which commands take in place of the whole."""
    from wallet_cli.layout import ShortId

    return ShortId(identifier, SHORT_ID_DIGITS + 2)


def find_account(text: str, field: str) -> str:
    """An account by its address, or by the number that the last list with accounts showed it under."""
    number, lists = number_in(text), LISTS.get()
    if number is None:
        with translated_errors():
            return parse_address(text, field)
    found = None if lists is None else lists.account(number)
    if found is None:
        raise InputError(field, said("rule-number-unknown", number=number), said("hint-list-first"))
    return found


def whole(identifier: str) -> str:
    """An id or account that is shown as it is, and that a list's number can stand for."""
    from wallet_cli.layout import ShortId

    return ShortId(identifier, len(identifier))


def find_by_prefix(
    prefix: str | None, candidates: Iterable[str], what: str, waiting: Iterable[str] | None = None
) -> str:
    """The one candidate that starts so, or that the last list showed under this number; without a prefix the only one
    that is `waiting` for this command (all of the candidates unless told). Refuses none and several, and names the
    several."""
    if prefix is None:
        return _only(sorted(set(candidates if waiting is None else waiting)), what)
    candidates = set(candidates)
    if (number := number_in(prefix)) is not None:
        seen = _numbered(number, candidates, what)
        if seen is not None:
            return seen
    found = sorted({candidate for candidate in candidates if candidate.lower().startswith(prefix.lower())})
    if not prefix.removeprefix("0x") or not found:
        raise InputError(
            what, said("rule-id-unknown", id=prefix) if prefix else said("rule-id-empty"), said("hint-list-first")
        )
    if len(found) > 1:
        raise InputError(what, said("rule-id-ambiguous", id=prefix, count=len(found)))
    return found[0]


def _numbered(number: int, candidates: set[str], what: str) -> str | None:
    """What was shown under a number; None where that may be the beginning of an id, as of those without 0x."""
    lists = LISTS.get()
    found = None if lists is None else lists.find(number, candidates)
    if found is None and all(one.startswith("0x") for one in candidates):
        raise InputError(what, said("rule-number-unknown", number=number), said("hint-list-first"))
    return found


def _only(found: Sequence[str], what: str) -> str:
    if not found:
        raise InputError(what, said("rule-id-none-waits"))
    if len(found) > 1:
        raise InputError(
            what,
            said("rule-id-several-wait", count=len(found), ids=", ".join(map(short, found))),
            said("hint-list-first"),
        )
    return found[0]
