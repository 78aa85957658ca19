"""Traces of the source that a release must not carry: identifiers, answers that point at a person, the row order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import GENERALIZED, Column, ColumnRole, Value, with_role
from bank_api.domain.anonymize.spelling import meaning

ORDER_DEVIATIONS = 6.0
"""A fresh order strays this many standard deviations from no correlation once in 500 million releases."""
ORDER_ROWS_MIN = 40
"""Below, six deviations are more than any correlation can reach."""
ROW_NUMBERS_MIN = 20
"""Below, answers on an ordinary scale may all differ, or fit another column, by chance."""
OWN_IDENTIFIER_SHARE = 0.5
"""A number that is its own row's identifier in half of the rows is no coincidence (an age of 34 in row 34 is one)."""
NEARLY_UNIQUE_SHARE = 0.5
"""With more different answers than half of the people, most answers point at one person."""


def check_traces(
    source: Sequence[Mapping[str, Value]], cleaned: Mapping[str, Cells], columns: Sequence[Column]
) -> None:
    _check_identifiers(source, cleaned, columns)
    _check_row_numbers(cleaned, columns)
    _check_sensitive(cleaned, columns)


def check_order(kept: Numbers, truth: Numbers, told: Numbers) -> float:
    """Refuse rows in the source order; return how far they follow it (about 0).

    `truth` and `told` number what can be seen of a kept source row and of a released row: equal numbers look equal.
    """
    correlation = order_correlation(kept, truth, told)
    limit = ORDER_DEVIATIONS / np.sqrt(max(1, len(told) - 1))
    if len(told) >= ORDER_ROWS_MIN and abs(correlation) > limit:
        raise ReleaseRefusedError("order", "the rows still follow the source order", float(limit), correlation)
    return correlation


def order_correlation(kept: Numbers, truth: Numbers, told: Numbers) -> float:
    """Correlation of a released row's place with the mean place of the people it may be about."""
    place = np.bincount(truth, kept) / np.maximum(np.bincount(truth), 1)
    return _correlation(np.arange(len(told)), place[told])


def _check_identifiers(
    source: Sequence[Mapping[str, Value]], cleaned: Mapping[str, Cells], columns: Sequence[Column]
) -> None:
    """Of any role, as text or number, in any case: names by a single hit, numbers where they are the row's own."""
    for identifier in with_role(columns, ColumnRole.IDENTIFIER):
        own = [_form(row.get(identifier.name)) for row in source]
        known = set(own) - {""}
        for column in columns if known else ():
            if not column.released:
                continue
            form_of = {value: _form(value) for value in cleaned[column.name].distinct}
            hits = {value for value, form in form_of.items() if form in known and not _is_number(form)}
            forms = [form_of[value] for value in cleaned[column.name]]
            same = sum(one == other != "" for one, other in zip(own, forms, strict=True))
            if hits or same > max(1, OWN_IDENTIFIER_SHARE * len(source)):
                raise ReleaseRefusedError(
                    "identifier", "{column} holds identifiers", 0, len(hits) or same, column=repr(column.name)
                )


def _form(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    form = meaning(str(value))
    return form.lstrip("0") or form if form.isdigit() else form


def _is_number(form: str) -> bool:
    return form.replace(".", "", 1).replace("-", "", 1).isdigit()


def _check_row_numbers(cleaned: Mapping[str, Cells], columns: Sequence[Column]) -> None:
    """A harmless column in which nobody's value is another's is an identifier, whatever it was declared to be."""
    for column in with_role(columns, ColumnRole.HARMLESS):
        values = cleaned[column.name]
        distinct = len(values.distinct)
        if distinct == len(values) >= ROW_NUMBERS_MIN:
            raise ReleaseRefusedError(
                "row number", "{column} differs in every row", 0, distinct, column=repr(column.name)
            )


def _check_sensitive(cleaned: Mapping[str, Cells], columns: Sequence[Column]) -> None:
    """Sensitive answers leave as they are: they must neither say a generalized column again nor single people out."""
    for column in with_role(columns, ColumnRole.SENSITIVE):
        values = cleaned[column.name]
        answered = len(values) - values.count(None)
        distinct = len(set(values.distinct) - {None})
        if answered < ROW_NUMBERS_MIN or distinct < 2:
            continue
        if distinct > NEARLY_UNIQUE_SHARE * answered:
            raise ReleaseRefusedError(
                "nearly unique",
                "the answers to {column} point at single people: declare bands",
                int(NEARLY_UNIQUE_SHARE * answered),
                distinct,
                column=repr(column.name),
            )
        for other in with_role(columns, *GENERALIZED):
            beside = cleaned[other.name]
            if abs(len(set(beside.distinct) - {None}) - distinct) > 1:
                continue  # each for each is impossible; "no answer" may stand for one value, so one more or less is not
            known = len(beside.distinct)
            both = [divmod(pair, known) for pair in np.unique(values.codes * known + beside.codes).tolist()]
            pairs = {(values.distinct[one], beside.distinct[two]) for one, two in both} - {(None, None)}
            if len(pairs) == len({one for one, _ in pairs}) == len({two for _, two in pairs}):
                raise ReleaseRefusedError(
                    "same column",
                    "{column} says what {other} says",
                    0,
                    distinct,
                    column=repr(column.name),
                    other=repr(other.name),
                )


def _correlation(one: NDArray[np.int64], other: NDArray[np.float64] | Numbers) -> float:
    if len(one) < 2 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
