"""Stretches of code that run from one instruction to the next, each translated into one Python function.

Going through code instruction by instruction, the loop of `interpreter` spends most of its time on finding out what
comes next and on a stack in a list. A stretch begins wherever the code is entered, and goes on through jumps to places
that are known, and past conditional jumps that are not taken. In its function the stack is local variables, constants
are worked out beforehand, and gas is counted once.

A function never fails. It first asks whether there is gas for the whole stretch and room on the stack; and where it
cannot go on, it leaves everything as it is before that instruction and hands it to the loop, which knows how to fail.
So what is refused, and with which words, is the loop's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .reaching import Reach
from .translation import Function, Translation

VISITS_BEFORE = 24
"""Translating takes as long as running a stretch that often by the loop."""
WRITTEN_LEAST, WRITTEN_FOR_EACH_BYTE, BYTES_COUNTED_MAX = 4_096, 1, 24_576
"""How much of a code is translated at most, in values that exits write and in lines. What goes beyond is left to the
loop. All places of a contract of the bank would be more; those that joins, answers and consents meet are an eighth."""

JUMPS_NOTED_MAX = 1_024
"""Of one code; the bank's contracts have some hundred that the loop ever runs."""


@dataclass(frozen=True)
class Code:
    """What is known of a contract's code under the rules of one fork."""

    raw: bytes
    costs: Mapping[int, int]
    """Gas of each opcode that may be translated, without what it costs by its operands."""
    pushes: Mapping[int, tuple[int, int]]
    destinations: frozenset[int]
    pure: Mapping[int, tuple[int, Callable[[Any], None]]]
    reached: Mapping[int, Reach] = field(default_factory=dict)
    """Instructions that a stretch calls a function for."""
    asked: Mapping[int, tuple[str, bool]] = field(default_factory=dict)
    """What is said of block and moment: in Python, and whether it stays as it is while code runs."""
    taken: dict[int, int] = field(default_factory=dict)
    """By the place of a conditional jump, how much oftener the loop has seen it taken than not."""
    stretches: dict[int, Any] = field(default_factory=dict)
    """By the place where they begin: a function, None where there is nothing to translate, or how often it was met."""
    written: list[int] = field(default_factory=list)
    """For each stretch that was translated, what its exits write, and its lines."""

    def note_jump(self, place: int, *, taken: bool) -> None:
        """Which way a conditional jump went; a stretch goes on where it mostly goes."""
        noted = self.taken.get(place)
        if noted is not None or len(self.taken) < JUMPS_NOTED_MAX:
            self.taken[place] = (noted or 0) + (1 if taken else -1)

    def is_mostly_taken(self, place: int) -> bool:
        """Whether a conditional jump went where it leads oftener than past it."""
        return self.taken.get(place, 0) > 0

    def visit(self, place: int) -> Function | None:
        """The stretch that begins here, if it is worth having or will be from now on."""
        met: int = self.stretches.get(place, 0)
        if met < VISITS_BEFORE:
            self.stretches[place] = met + 1
            return None
        made: Function | None = None
        if sum(self.written) < WRITTEN_LEAST + WRITTEN_FOR_EACH_BYTE * min(len(self.raw), BYTES_COUNTED_MAX):
            stretch = Translation(self, place)
            made = stretch.function()
            self.written.append(stretch.written)
        self.stretches[place] = made
        return made
