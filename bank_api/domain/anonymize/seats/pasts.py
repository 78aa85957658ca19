"""Who was published together with whom, person by person: what one of them, who knows their own answer, could use.

sitting   people who were published together, whole, in one wave; every class of every release is a union of sittings
past      of a person: the sittings they were in, in order; whoever has the same past looks the same to everybody
bucket    people of one past and one answer: each can stand for each other
swap      so many people of one answer and so many of another who together were in every sitting equally often

Invariants, for everybody ever released (l counts answers of different meaning; no answer counts for nothing):
 I4 they take part in swaps with so many other answers that with their own they are at least l
 I5 whichever one other person tells their answer: of these swaps so many do without that person that at least `beside`
    answers are left
Change the answers of the two sides of a swap: no sitting's answers change, so all releases to everybody stay as they
are, and nothing in them tells which it was. Unlike a seat's token, a past is one person's: whoever sits down where
somebody left is another person here (ADR 61). Who changed an answer goes on under another name, and knows both answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bank_api.domain.anonymize.seats.structure import Structure

Past = tuple[int, ...]
"""Numbers of sittings, ascending."""
Bucket = tuple[Past, int]
"""People of one past and one answer."""
ANOTHER = "~"
"""Before the number of answers that somebody has changed, in their name."""


def common_name(name: str) -> str:
    return name.partition(ANOTHER)[0]


@dataclass
class Pasts:
    """What an answer's number means the structure of the seats knows."""

    structure: Structure
    beside: tuple[int, ...]
    """For each sensitive column."""
    names: list[str] = field(default_factory=list)
    """Of each person; so are answer and past."""
    answer: list[int] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    sittings: int = 0
    number: dict[str, int] = field(default_factory=dict)
    names_of: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The numbers under which one and the same person stands here, by what their names have in common."""
    _renamed: set[int] = field(default_factory=set)
    """Those who stand here under several numbers."""
    alike: dict[Past, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    """The people of each past, by answer."""
    with_answer: dict[tuple[int, int], dict[Past, int]] = field(default_factory=dict)
    """By sitting and answer, how many people of each past that the sitting is in gave it."""
    given: dict[int, Mapping[int, int]] = field(default_factory=dict)
    """By sitting, how many of its people gave each answer."""
    _sound: dict[tuple[int, int], bool] = field(default_factory=dict, repr=False, compare=False)
    """By answers, and by those that one person alone gave (as bits): are they enough?"""

    def copied(self, structure: Structure) -> Pasts:
        """One that changes by itself: what is put in another's place, never changed itself, is shared."""
        return replace(
            self,
            structure=structure,
            names=list(self.names),
            answer=list(self.answer),
            past=list(self.past),
            number=dict(self.number),
            names_of=dict(self.names_of),
            _renamed=set(self._renamed),
            alike={past: dict(of) for past, of in self.alike.items()},
            with_answer={place: dict(pasts) for place, pasts in self.with_answer.items()},
            given=dict(self.given),
            _sound=dict(self._sound),
        )

    @classmethod
    def kept(
        cls, structure: Structure, beside: tuple[int, ...], names: list[str], answer: list[int], past: list[Past]
    ) -> Pasts:
        """Raises ValueError where these are none."""
        if not len(names) == len(answer) == len(past) == len(set(names)):
            raise ValueError
        if any(one not in range(len(structure.meaning_of)) for one in answer):
            raise ValueError
        if any(list(one) != sorted(set(one)) or one[:1] < (0,) for one in past if one):
            raise ValueError
        found = cls(structure, beside, names, answer, past)
        found.rename(names)
        found.sittings = 1 + max((one[-1] for one in past if one), default=-1)
        stood: dict[int, dict[int, int]] = {}
        for bucket, people in found._by_bucket(range(len(names))).items():
            found._enter(bucket, people)
            for sitting in bucket[0]:
                of = stood.setdefault(sitting, {})
                of[bucket[1]] = of.get(bucket[1], 0) + len(people)
        found.given = dict(stood)
        return found

    @property
    def asked(self) -> bool:
        """False where one answer beside an insider is enough: then nobody's past is kept."""
        return max(self.beside) > 1

    def person(self, name: str, answer: int) -> int:
        """The number of a person, who is entered without a past if they have none."""
        found = self.number.get(name)
        if found is None:
            found = self.number[name] = len(self.names)
            self.names.append(name)
            self.answer.append(answer)
            self.past.append(())
            self._named(found, name)
        return found

    def _named(self, person: int, name: str) -> None:
        common = common_name(name)
        same = self.names_of[common] = (*self.names_of.get(common, ()), person)
        if len(same) > 1:
            self._renamed.update(same)

    def rename(self, names: Sequence[str]) -> None:
        self.names, self.number, self.names_of, self._renamed = list(names), {}, {}, set()
        for person, name in enumerate(names):
            self.number[name] = person
            self._named(person, name)

    def known_by_other_names(self, bucket: Bucket) -> list[frozenset[Bucket]]:
        """For each of a bucket who stands here under several names, what they know: this one, and those of the others.

        Whoever else stands in it knows it alone."""
        past, answer = bucket
        people = self.alike.get(past, {}).get(answer, ())
        if self._renamed.isdisjoint(people):
            return []
        found = dict[frozenset[Bucket], None]()
        for person in self._renamed.intersection(people):
            others = self.names_of[common_name(self.names[person])]
            found[frozenset((self.past[one], self.answer[one]) for one in others)] = None
        return list(found)

    def counts(self, past: Past) -> Mapping[int, int]:
        """How many people of this past gave each answer."""
        return {answer: len(who) for answer, who in self.alike.get(past, {}).items()}

    def size(self, past: Past, answer: int) -> int:
        of = self.alike.get(past)
        return len(of[answer]) if of is not None and answer in of else 0

    def seat(self, people: Iterable[int], sitting: int) -> list[Past]:
        """These people are published together. Gives back the pasts they had and have."""
        given: dict[int, int] = {}
        by_bucket = self._by_bucket(people)
        for (past, answer), who in by_bucket.items():
            given[answer] = given.get(answer, 0) + len(who)
            self._move((past, answer), (*past, sitting), who)
        self.given[sitting] = given
        return [one for past, _ in by_bucket for one in (past, (*past, sitting))]

    def unseat(self, people: Iterable[int]) -> list[Past]:
        """Take back the last sitting of these people, who are all of it. Gives back the pasts they had and have."""
        by_bucket = self._by_bucket(people)
        for (past, answer), who in by_bucket.items():
            self._move((past, answer), past[:-1], who)
            self.given.pop(past[-1], None)
        return [one for past, _ in by_bucket for one in (past, past[:-1])]

    def _by_bucket(self, people: Iterable[int]) -> dict[Bucket, list[int]]:
        found: dict[Bucket, list[int]] = {}
        past, answer = self.past, self.answer
        for person in people:
            found.setdefault((past[person], answer[person]), []).append(person)
        return found

    def _move(self, bucket: Bucket, past: Past, people: Sequence[int]) -> None:
        """These of a bucket have another past now."""
        before, answer = bucket
        if before:
            of = self.alike[before]
            if len(of[answer]) == len(people):
                del of[answer]
                for sitting in before:
                    del self.with_answer[sitting, answer][before]
                if not of:
                    del self.alike[before]
            else:
                gone = set(people)
                self._count(bucket, tuple([person for person in of[answer] if person not in gone]))
        for person in people:
            self.past[person] = past
        self._enter((past, answer), people)

    def _enter(self, bucket: Bucket, people: Sequence[int]) -> None:
        past, answer = bucket
        if past:
            self._count(bucket, (*self.alike.setdefault(past, {}).get(answer, ()), *people))

    def _count(self, bucket: Bucket, people: tuple[int, ...]) -> None:
        """Just these are of a bucket now."""
        past, answer = bucket
        self.alike[past][answer] = people
        for sitting in past:
            place = sitting, answer
            if place in self.with_answer:
                self.with_answer[place][past] = len(people)
            else:
                self.with_answer[place] = {past: len(people)}

    def sound(self, counts: Mapping[int, int]) -> bool:
        """Are I4 and I5 kept by people of one past alone, each for each? This is the common case."""
        there = lone = 0
        for answer, count in counts.items():
            there |= 1 << answer
            lone |= (count == 1) << answer
        found = self._sound.get((there, lone))
        if found is None:
            found = self._sound[there, lone] = self._is_sound(counts)
        return found

    def _is_sound(self, counts: Mapping[int, int]) -> bool:
        many = self.structure.many
        if not many(counts):
            return False
        lone = [answer for answer, count in counts.items() if count == 1]
        return len(counts) > 1 and all(many([one for one in counts if one != answer], self.beside) for answer in lone)
