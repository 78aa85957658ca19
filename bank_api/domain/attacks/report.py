"""All attacks on all releases of one sensitive column, in one report that names nobody.

alone        what one release tells by itself: certainty, and answers guessed with more than 80 % certainty
intersection over everything anybody was told
counting     linear algebra over all counts of all recipients together
movers       people who were in one release and not in the next: the first victims of subtraction
insider      one member of a class, who knows one answer, reads the others'; over the whole history for a sample
newcomer     whoever took somebody's place, or anybody else, subtracts all counts and what they said themselves
rule         the same by whoever knows the published rule by which places are taken
batches      of a series with homes: linear algebra once more by whoever knows what each batch answered in all
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.batches import fingerprint
from bank_api.domain.attacks.intersection import possible_by_intersection
from bank_api.domain.attacks.linear import possible_by_counting
from bank_api.domain.attacks.newcomer import computed_by_one_other
from bank_api.domain.attacks.observed import Compared, Observed, ObservedClass
from bank_api.domain.attacks.rule import ByRule, attack_by_rule

SURE = 0.8
INSIDERS = 8
"""Members whose whole-history insight is tried; their classes are read one by one for everybody."""


@dataclass(frozen=True)
class AttacksOverTime:
    """People, not shares; `people` is everybody in any of the releases."""

    releases: int
    people: int
    l: int  # noqa: E741  the rule's own name
    certain_in_one: int
    below_l_by_intersection: int
    computed_by_intersection: int
    below_l_by_counting: int
    computed_by_counting: int
    movers: int
    movers_computed: int
    computed_by_insider: int
    computed_by_one_other: int
    """People whose answer follows from that of one other person, and people whose own follows from nobody's word."""
    computed_by_rule: int
    """The same by whoever knows the rule of seats as well."""
    rule_facts: int
    """How many facts that attack had beside the counts; 0: it could look at nothing."""
    rule_facts_doubtful: int
    """How many more it did not believe."""
    guessed_share: float
    """Of the latest release's people, those whose answer is guessed with more than 80 % certainty."""
    base_rate: float
    """How often the commonest answer is right for anybody."""
    batches: str | None = None
    """Of a series with homes: the fingerprint of what each batch that joined one answered in all (`Evidence`)."""
    below_l_by_batches: int | None = None
    """Of a series with homes: below l by counting for whoever knows that as well."""

    @property
    def harmless(self) -> bool:
        return not (
            self.below_l_by_intersection
            + self.below_l_by_counting
            + self.computed_by_insider
            + self.computed_by_one_other
            + self.computed_by_rule
            + self.movers_computed
            + self.certain_in_one
            + (self.below_l_by_batches or 0)
        )

    @property
    def below_l(self) -> int:
        """People, by all releases together: whoever knows more finds all whom others find."""
        return max(self.below_l_by_intersection, self.below_l_by_counting, self.below_l_by_batches or 0)

    def to_json(self) -> dict[str, Any]:
        told = asdict(self)
        if self.batches is None:
            del told["batches"], told["below_l_by_batches"]
        return told


def attack_all(
    releases: Sequence[Observed],
    l: int,  # noqa: E741  the rule's own name
    *,
    meaning: Mapping[Hashable, Hashable] | None = None,
    parts: Mapping[Hashable, frozenset[str]] | None = None,
    truth: Mapping[str, Hashable] | None = None,
    insiders: int = INSIDERS,
    chance: random.Random | None = None,
    compared: Compared | None = None,
    rule: ByRule | None = None,
    batches: Observed | None = None,
) -> AttacksOverTime:
    """`meaning` joins answers that mean the same (or None: no answer, which counts for nothing).

    `parts`: what answers are made of, such as the options of a multiple choice: if all answers that are left share a
    part, it is known, so they count as no more than those that lack it and one.
    `truth`: what each person last answered, so that insiders can be played; without it only single classes are read.
    `compared`, `rule`: these releases side by side, and what the attack by the rule found in them, if that is known.
    `batches`: of a series with homes, who joined one together, and what they answered in all.
    """
    compared = compared or Compared(releases)
    _, of_person, _ = compared.groups
    crossed, counted = possible_by_intersection(compared), possible_by_counting(compared)
    counted &= crossed
    kinds = _Kinds.of(compared.answers, meaning, parts or {})
    classes = compared.classes_of_person
    movers = ((classes[:, 1:] >= 0) != (classes[:, :-1] >= 0)).any(1)
    known: NDArray[np.bool_] = (counted.sum(1) <= 1)[of_person]
    rule = rule or attack_by_rule(compared, l)
    latest, chance = releases[-1], chance or random.SystemRandom()
    return AttacksOverTime(
        len(releases),
        len(compared.people),
        l,
        certain_in_one=len({p for r in releases for c in r.classes if len(c.answers) == 1 for p in c.people}),
        below_l_by_intersection=int((kinds.left(crossed) < l)[of_person].sum()),
        computed_by_intersection=int((crossed.sum(1) <= 1)[of_person].sum()),
        below_l_by_counting=int((kinds.left(counted) < l)[of_person].sum()),
        computed_by_counting=int(known.sum()),
        movers=int(movers.sum()),
        movers_computed=int((known & movers).sum()),
        computed_by_insider=_by_insider(
            releases, compared, known, truth or {}, insiders, chance or random.SystemRandom()
        ),
        computed_by_one_other=int(computed_by_one_other(compared).sum()),
        computed_by_rule=int(rule.read.sum()),
        rule_facts=rule.facts,
        rule_facts_doubtful=rule.doubtful,
        guessed_share=_guessed(latest),
        base_rate=_base_rate(latest),
        batches=None if batches is None else fingerprint(batches, releases),
        below_l_by_batches=None if batches is None else _below_by_batches(releases, batches, kinds, l),
    )


@dataclass(frozen=True)
class _Kinds:
    """Answers as they count: -1 for nothing, else a number, alike for one meaning; and kind x part: is it lacking?"""

    of_answer: NDArray[np.int64]
    lacks: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        answers: Sequence[Hashable],
        meaning: Mapping[Hashable, Hashable] | None,
        parts: Mapping[Hashable, frozenset[str]],
    ) -> _Kinds:
        numbers: dict[Hashable, int] = {}
        made_of: dict[int, frozenset[str]] = {}
        found = []
        for answer in answers:
            told = meaning.get(answer, answer) if meaning else answer
            found.append(-1 if told is None else numbers.setdefault(told, len(numbers)))
            made_of[found[-1]] = parts.get(answer, frozenset())
        every = sorted(frozenset[str]().union(*made_of.values()))
        lacks = [[part not in made_of[kind] for part in every] for kind in range(len(numbers))]
        return cls(np.array(found, np.int64), np.array(lacks, bool).reshape(len(numbers), len(every)))

    def left(self, possible: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many different answers are left to each row of `possible`."""
        kinds = np.zeros((len(possible), len(self.lacks)), bool)
        for at, kind in enumerate(self.of_answer.tolist()):
            if kind >= 0:
                kinds[:, kind] |= possible[:, at]
        counted: NDArray[np.int64] = kinds.sum(1)
        if self.lacks.shape[1]:
            without = (kinds.astype(np.int64) @ self.lacks.astype(np.int64)).min(1)
            counted = np.minimum(counted, without + 1)
        return counted


def _below_by_batches(
    releases: Sequence[Observed],
    batches: Observed,
    kinds: _Kinds,
    l: int,  # noqa: E741  the rule's own name
) -> int:
    """Batches answer nothing that the releases do not, so `kinds` has all of it."""
    together = Compared([*releases, batches])
    possible = possible_by_intersection(together) & possible_by_counting(together)
    return int((kinds.left(possible) < l)[together.groups[1]].sum())


def _by_insider(
    releases: Sequence[Observed],
    compared: Compared,
    known: NDArray[np.bool_],
    truth: Mapping[str, Hashable],
    insiders: int,
    chance: random.Random,
) -> int:
    """People whose answer one other member learns: in one class for every member, over all releases for a sample."""
    victims = {
        person
        for release in releases
        for one in release.classes
        if len(one.answers) == 2 and min(one.answers.values()) == 1
        for person in one.people
    }
    before = {person for person, alone in zip(compared.people, known.tolist(), strict=True) if alone}
    for person in chance.sample(sorted(truth), len(truth)) if insiders else ():
        if not _gave_everywhere(compared, person, truth[person]):
            continue  # somebody who changed their answer is two people to this attack
        insiders -= 1
        left = Compared(_without(releases, person, truth[person]))
        _, group, _ = left.groups
        now = (possible_by_counting(left).sum(1) <= 1)[group].tolist()
        victims |= {p for p, alone in zip(left.people, now, strict=True) if alone} - before
        if not insiders:
            break
    return len(victims)


def _gave_everywhere(compared: Compared, person: str, answer: Hashable) -> bool:
    if person not in compared.place or answer not in compared.answers:
        return False
    own = compared.classes_of_person[compared.place[person]]
    return bool((compared.counts[own[own >= 0], compared.answers.index(answer)] > 0).all())


def _without(releases: Sequence[Observed], person: str, answer: Hashable) -> list[Observed]:
    """What is left to learn for somebody who knows this person's answer."""
    found = []
    for release in releases:
        classes = []
        for one in release.classes:
            if person in one.people:
                count = {kind: n - (kind == answer) for kind, n in one.answers.items()}
                one = ObservedClass(
                    tuple(p for p in one.people if p != person), {kind: n for kind, n in count.items() if n > 0}
                )
            if one.people:
                classes.append(one)
        found.append(replace(release, classes=tuple(classes)))
    return found


def _guessed(release: Observed) -> float:
    total = sum(len(one.people) for one in release.classes)
    sure = sum(len(one.people) for one in release.classes if max(one.answers.values()) > SURE * len(one.people))
    return sure / total if total else 0.0


def _base_rate(release: Observed) -> float:
    counts: dict[Hashable, int] = {}
    for one in release.classes:
        for answer, count in one.answers.items():
            counts[answer] = counts.get(answer, 0) + count
    return max(counts.values()) / sum(counts.values()) if counts else 0.0
