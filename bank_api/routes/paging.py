"""Lists in pages, everywhere alike: `limit` items from the one behind `cursor` on; `next` is the next cursor.

A cursor is the id of the last item that was seen, so that nothing is shown twice or left out where a list grows between
two pages. Without either, a list comes whole, as it always did; but of people, and of those who have not
accepted terms, a page comes.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query

from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said

LIMIT_MAX, CURSOR_MAX = 1000, 200
DIGITS_MAX = len(str(LIMIT_MAX))
ITEMS = 100
"""On a page that is asked for by a cursor alone."""


class Paging(NamedTuple):
    """Which part of a list somebody wants."""

    limit: int | None = None
    cursor: str | None = None

    def choose(self, ids: Sequence[str]) -> tuple[list[str], str | None]:
        """As `cut`, of the ids alone: for lists of which only the part that is wanted should be made."""
        part, following = self.cut([{"id": one} for one in ids], "id")
        return [one["id"] for one in part], following

    def cut(self, items: list[Any], key: str) -> tuple[list[Any], str | None]:
        """The part, and the cursor of what follows. Raises InvalidInputError for a cursor that is no item's."""
        if self.limit is None and self.cursor is None:
            return items, None
        start = 0
        if self.cursor is not None:
            places = (place for place, one in enumerate(items) if str(one[key]) == self.cursor)
            start = next(places, -1) + 1
            if start == 0:
                raise InvalidInputError("cursor", said("rule-cursor"))
        part = items[start : start + (self.limit or ITEMS)]
        is_last = start + len(part) >= len(items)
        return part, None if is_last else str(part[-1][key])


async def _paging(
    limit: Annotated[int | None, Query(ge=1, le=LIMIT_MAX)] = None,
    cursor: Annotated[str | None, Query(max_length=CURSOR_MAX)] = None,
) -> Paging:
    return Paging(limit, cursor)


Page = Annotated[Paging, Depends(_paging)]
NAME = "page"


def in_pages(name: str, key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An endpoint whose answer has a list under `name`, of items whose id is `key`, answers pages of it."""

    def decorate(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(endpoint)
        def answer(*words: Any, page: Paging, **given: Any) -> Any:
            whole = endpoint(*words, **given)
            part, following = page.cut(list(whole[name]), key)
            return whole | {name: part, "next": following}

        own = signature(endpoint, eval_str=True)
        asked = Parameter(NAME, Parameter.KEYWORD_ONLY, annotation=Page)
        answer.__signature__ = own.replace(parameters=[*own.parameters.values(), asked])  # type: ignore[attr-defined]
        return answer

    return decorate


def plain_paging(asked: Mapping[str, str]) -> Paging | None:
    """What a query says of pages; None where it is not as declared, and FastAPI should say so."""
    limit, cursor = asked.get("limit"), asked.get("cursor")
    if limit is not None:
        is_number = limit.isascii() and limit.isdecimal() and len(limit) <= DIGITS_MAX
        if not is_number or not 1 <= int(limit) <= LIMIT_MAX:
            return None
    if cursor is not None and len(cursor) > CURSOR_MAX:
        return None
    return Paging(None if limit is None else int(limit), cursor)
