"""From answers to a release of made-up rows; the only way to make one.

What is made is fixed by request, survey, budget and number of rows before an answer is opened (`SyntheticPlan`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from importlib.metadata import version

import numpy as np

from bank_api.domain.statistics.plan import Variable
from bank_api.domain.synthetic.attributes import Attribute, Value, drawn_rows
from bank_api.domain.synthetic.errors import SyntheticError
from bank_api.domain.synthetic.making import CELLS_MAX, COLUMNS_MAX, DELTA, Maker, told_error
from bank_api.protocol.documents.release import ReleasePayload
from bank_api.protocol.documents.synthetic import MadeUpColumn, SyntheticDocument
from bank_api.protocol.messages.said import said
from chaincode.merkle import SALT_BYTES

EPSILON_LEAST_THOUSANDTHS = 10
_MADE_HERE = object()


@dataclass(frozen=True)
class SyntheticPlan:
    variables: tuple[Variable, ...]
    k: int
    epsilon_thousandths: int
    rows: int | None
    """None: as many as there are people."""
    crossed: tuple[tuple[str, str], ...] = ()
    """None are named: which pairs are counted, the noisy counts choose."""

    @property
    def delta_billionths(self) -> int:
        return round(DELTA * 1e9)

    def attributes(self) -> list[Attribute]:
        return [
            Attribute(one.key, edges=one.edges(), is_whole=True)
            if one.is_number
            else Attribute(one.key, tuple(one.starts))
            for one in self.variables
        ]

    def expected_error(self, people: int) -> int:
        """How many people a count in the rows, times people / rows, is off at most, in 95 of 100 cases."""
        columns = sum(one.cells > 1 for one in self.attributes())
        return told_error(columns, self.epsilon_thousandths / 1000, DELTA, people, self.rows or people)

    def told_from(self) -> None:
        """No cell is held back: no row is anybody's."""


def plan_of_rows(variables: Sequence[Variable], k: int, epsilon_thousandths: int, rows: int | None) -> SyntheticPlan:
    """Raises SyntheticError for what cannot be made, or not here."""
    if epsilon_thousandths < EPSILON_LEAST_THOUSANDTHS:
        raise SyntheticError(said("refusal-synthetic-epsilon", least=f"{EPSILON_LEAST_THOUSANDTHS / 1000:g}"))
    plan = SyntheticPlan(tuple(variables), k, epsilon_thousandths, rows)
    cells = [one.cells for one in plan.attributes()]
    if not 2 <= sum(one > 1 for one in cells) <= COLUMNS_MAX:
        raise SyntheticError(said("refusal-synthetic-columns", most=COLUMNS_MAX))
    if max(cells) > CELLS_MAX:
        raise SyntheticError(said("refusal-synthetic-cells", most=CELLS_MAX))
    return plan


@dataclass(frozen=True)
class SyntheticRelease:
    """Rows that may be sent out. Only `make_synthetic` makes it."""

    document: SyntheticDocument
    records: list[dict[str, Value]] = field(repr=False)
    salt: bytes = field(repr=False)
    description: str = field(repr=False)
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise TypeError("a SyntheticRelease is made by make_synthetic() and nothing else")

    @property
    def method_hash(self) -> bytes:
        return bytes.fromhex(self.document.method_hash)


def make_synthetic(answers: Sequence[Mapping[str, int]], plan: SyntheticPlan, audience: str) -> SyntheticRelease:
    """One mapping of question keys to answers a person, for every question of the plan."""
    attributes, rows = plan.attributes(), plan.rows or len(answers)
    maker = Maker(tuple(one.cells for one in attributes), plan.epsilon_thousandths / 1000, DELTA)
    codes = [np.array([one.code(answer[one.name]) for answer in answers], dtype=np.int64) for one in attributes]
    records = drawn_rows(attributes, maker.make(codes, rows).columns, secrets.SystemRandom())
    salt = secrets.token_bytes(SALT_BYTES)
    description = _description(plan, attributes, audience)
    document = SyntheticDocument(
        audience,
        len(answers),
        plan.k,
        rows,
        plan.epsilon_thousandths,
        plan.delta_billionths,
        plan.expected_error(len(answers)),
        hashlib.sha256(salt + description.encode()).hexdigest(),
        tuple(
            MadeUpColumn(one.key, at.cells, (), one.low, one.high)
            if one.is_number
            else MadeUpColumn(one.key, at.cells, one.starts)
            for one, at in zip(plan.variables, attributes, strict=True)
        ),
    )
    return SyntheticRelease(document, records, salt, description, _MADE_HERE)


def make_payload(release: SyntheticRelease, random_bytes: Callable[[int], bytes]) -> ReleasePayload:
    """Accepts a SyntheticRelease and nothing else."""
    if not isinstance(release, SyntheticRelease):
        raise TypeError("only a SyntheticRelease may be sent out")
    salts = [random_bytes(SALT_BYTES) for _ in release.records]
    return ReleasePayload(release.records, salts, release.document.k, 0, release.document.to_json())


def _description(plan: SyntheticPlan, attributes: Sequence[Attribute], audience: str) -> str:
    content = {
        "algorithm": "azukari-synthetic-1",
        "audience": audience,
        "crossed": [],
        "delta_billionths": plan.delta_billionths,
        "epsilon_thousandths": plan.epsilon_thousandths,
        "k": plan.k,
        "made_up_rows": plan.rows,
        "method": f"MST, OpenDP {version('opendp')}, mbi {version('mbi')}",
        "questions": [{"cells": one.cells, "key": one.name} for one in attributes],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
