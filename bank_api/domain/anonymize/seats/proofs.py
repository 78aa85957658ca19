"""The swaps that I4 and I5 rest on, kept beside the pasts: a sitting looks again at what it could have spoiled.

Each bucket that needs one has a proof: swaps that show both invariants for its people. Whoever is to be published
together is tried here: the proofs that use what it touched are checked, others are found where they no longer hold, and
it is taken back if there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.swaps import Swap, find_swaps, still_hold


@dataclass
class Proofs:
    pasts: Pasts
    of: dict[Bucket, tuple[Swap, ...]] = field(default_factory=dict)
    _users: dict[Bucket, set[Bucket]] = field(default_factory=dict)
    _broken: dict[Bucket, int] = field(default_factory=dict)
    """How many sittings the people of each bucket have forbidden: who forbade one is asked first about the next."""
    _last: tuple[Sequence[Sequence[int]], dict[Bucket, tuple[Swap, ...]]] = ((), {})

    def copied(self, structure: Structure) -> Proofs:
        """One that changes by itself."""
        return Proofs(self.pasts.copied(structure), dict(self.of), {one: set(who) for one, who in self._users.items()})

    @classmethod
    def kept(cls, pasts: Pasts, of: dict[Bucket, tuple[Swap, ...]]) -> Proofs:
        proofs = cls(pasts)
        for bucket, swaps in of.items():
            proofs._set(bucket, swaps)
        return proofs

    def sit(self, circles: Sequence[Sequence[int]]) -> bool:
        """Publish each of these circles as a sitting, unless that breaks an invariant for anybody."""
        pasts = self.pasts
        touched: dict[Past, None] = {}
        for number, people in enumerate(circles, pasts.sittings):
            touched |= dict.fromkeys(pasts.seat(people, number))
        touched.pop((), None)
        before = self._keep(touched)
        if before is not None:
            pasts.sittings += len(circles)
            self._last = circles, before
            return True
        for people in circles:
            pasts.unseat(people)
        return False

    def take_back(self) -> None:
        """Undo the `sit` made last, if nothing was changed since."""
        circles, before = self._last
        self._restore(before)
        for people in circles:
            self.pasts.unseat(people)
        self.pasts.sittings -= len(circles)
        self._last = ((), {})

    def leave(self, circles: Sequence[Sequence[int]]) -> bool:
        """Take the latest sitting of each of these back, whenever it was; False, and all is as it was, if a proof that
        it leaves people of other pasts without is not found."""
        pasts = self.pasts
        numbers = [pasts.past[people[0]][-1] for people in circles]
        touched: dict[Past, None] = {}
        for people in circles:
            touched |= dict.fromkeys(pasts.unseat(people))
        touched.pop((), None)
        self._last = ((), {})
        if self._keep(touched) is not None:
            return True
        for people, number in zip(circles, numbers, strict=True):
            pasts.seat(people, number)
        return False

    def _restore(self, before: Mapping[Bucket, tuple[Swap, ...]]) -> None:
        for changed, swaps in before.items():
            self._set(changed, swaps)

    def _keep(self, touched: dict[Past, None]) -> dict[Bucket, tuple[Swap, ...]] | None:
        """Look again at all that a change touched: what the changed proofs were before; None, and they are as they
        were, if an invariant broke."""
        pasts = self.pasts
        before: dict[Bucket, tuple[Swap, ...]] = {}
        shared: dict[Bucket, list[Swap]] = {}  # what was found for one is of use to all who take part in it
        sound: dict[Past, bool] = {}
        for bucket in self._to_judge(touched, sound):
            past, old = bucket[0], self.of.get(bucket, ())
            if self._is_sound(past, sound) or not pasts.size(*bucket):
                new: tuple[Swap, ...] | None = ()
            elif old and still_hold(pasts, bucket, old):
                continue
            else:
                new = find_swaps(pasts, bucket, shared.get(bucket, ()))
                for one in new or ():
                    if len(one.own) + len(one.other) > 2:
                        for other, same in one.of_others(bucket[1]):
                            shared.setdefault(other, []).append(same)
            if new is None:
                self._broken[bucket] = self._broken.get(bucket, 0) + 1
                self._restore(before)
                return None
            if new or old:
                before[bucket] = old
                self._set(bucket, new)
        return before

    def _to_judge(self, touched: Iterable[Past], sound: dict[Past, bool]) -> list[Bucket]:
        """Whose proofs use what was touched, and who stands there now, unless they need none and have none."""
        again, answers = set[Bucket](), range(len(self.pasts.structure.meaning_of))
        for past in touched:
            there = () if self._is_sound(past, sound) else self.pasts.alike[past]
            for answer in answers:
                bucket = (past, answer)
                if users := self._users.get(bucket):
                    again |= users
                if answer in there or bucket in self.of:
                    again.add(bucket)
        broken = self._broken
        return sorted(again, key=lambda bucket: (-broken.get(bucket, 0), bucket))

    def _is_sound(self, past: Past, known: dict[Past, bool]) -> bool:
        if past not in known:
            there = self.pasts.alike.get(past)
            known[past] = there is None or self.pasts.sound(self.pasts.counts(past))
        return known[past]

    def _set(self, bucket: Bucket, swaps: tuple[Swap, ...]) -> None:
        for one in self.of.pop(bucket, ()):
            for part in one.buckets(bucket[1]):
                self._users[part].discard(bucket)
        if swaps:
            self.of[bucket] = swaps
            for one in swaps:
                for part in one.buckets(bucket[1]):
                    self._users.setdefault(part, set()).add(bucket)
