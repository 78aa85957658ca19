"""One stretch of code as a Python function: what `stretches` is about, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eth.vm import opcode_values as op

from .quick_copies import HASH
from .stretch_python import (
    BITWISE,
    EXPRESSIONS,
    MEMORY_MAX,
    NAMES,
    OF_THE_MESSAGE,
    SHIFTED_BY_A_KNOWN_NUMBER,
    TRUTHS,
)
from .variables import Value, Variables

if TYPE_CHECKING:
    from .reaching import Reach
    from .stretches import Code

INSTRUCTIONS_MAX = 400
"""In one stretch; then the next one begins."""
WRITTEN_MAX = 1_000
"""Values that the exits of one stretch write: each writes the whole stack, so code can be made of which every place
costs much more to translate than ever to run."""
STACK_MAX = 1024
INLINE_MAX = 24
"""Characters; a truth that is shorter is written out where it is asked for."""

Function = Callable[[Any, int, Any, Any], tuple[int, int]]
"""From stack, gas, memory and computation to what gas is left and where the code goes on: a place where another stretch
may begin, or -1 minus the place of an instruction that the loop has to run."""

_JUMPDEST, _PUSH1, _PUSH32 = 0x5B, 0x60, 0x7F


class Translation(Variables):
    """One stretch under way; `function` comes to its end."""

    def __init__(self, code: Code, start: int) -> None:
        super().__init__()
        self._code = code
        self._start = start
        self._gas = 0
        self.written = 0
        self._memory_least = 0
        """Bytes that the memory has by now."""
        self._words: dict[int, Value] = {}
        """What stands in memory, by its place, as far as that is known."""

    def function(self) -> Function | None:
        place, begun = self._start, 0
        seen: set[int] = set()
        going = True
        while going:
            if place in seen or len(seen) >= INSTRUCTIONS_MAX or self.written > WRITTEN_MAX:
                self._leave(place)
                break
            opcode = self._code.raw[place] if place < len(self._code.raw) else op.STOP
            if opcode not in self._code.costs and opcode not in self._code.reached:
                self._leave(-1 - place)
                break
            seen.add(place)
            next_place = self._instruction(opcode, place)
            if next_place is None:
                break
            place, begun = next_place, begun + 1
        return self._compiled() if begun > 1 or (begun and len(self._lines) > 1) else None

    # -- one instruction ------------------------------------------------------------------------------

    def _instruction(self, opcode: int, place: int) -> int | None:
        """Where the stretch goes on; None where it has come to its end."""
        if opcode in (op.JUMP, op.JUMPI):
            return self._jump(opcode, place)
        if opcode in (op.MLOAD, op.MSTORE, op.SHA3, op.CODECOPY):
            return self._memory(opcode, place)
        if (reach := self._code.reached.get(opcode)) is not None:
            return self._reach(reach, place)
        self._gas += self._code.costs[opcode]
        if _PUSH1 <= opcode <= _PUSH32:
            value, place = self._code.pushes[place]
            self._push(value)
            return place
        if op.DUP1 <= opcode <= op.DUP16:
            self._push(self._at(opcode - op.DUP1 + 1))
        elif op.SWAP1 <= opcode <= op.SWAP16:
            depth = opcode - op.SWAP1 + 2
            self._at(depth)
            self._stack[-1], self._stack[-depth] = self._stack[-depth], self._stack[-1]
        elif opcode == op.POP:
            self._pop()
        elif opcode in OF_THE_MESSAGE:
            self._push(self._ask(OF_THE_MESSAGE[opcode]))
        elif opcode in self._code.asked:
            question, stays = self._code.asked[opcode]
            question = question.format(spent=self._gas)
            self._push(self._ask(question) if stays else self._let(question))
        elif opcode == op.CALLDATALOAD:
            start = self._take()
            end = start + 32 if isinstance(start, int) else f"{self._use(start)} + 32"
            span = f"data[{self._use(start)}:{end}]"
            self._push(self._ask(f"number({span}, 'big') if len(data) >= {end} else word({span})"))
        elif opcode != _JUMPDEST:
            self._calculate(opcode)
        return place + 1

    def _calculate(self, opcode: int) -> None:
        count, function = self._code.pure[opcode]
        operands = [self._take() for _ in range(count)]
        known = [operand for operand in operands if isinstance(operand, int)]
        if len(known) == count:
            result = known[::-1]
            function(result)
            self._push(result[-1])
            return
        if opcode == op.ISZERO and len(str(operands[0])) < INLINE_MAX:
            self._push(truth := f"(not {self._use(operands[0])})")
            self._truths.add(truth)
            return
        form = EXPRESSIONS[opcode]
        if opcode in SHIFTED_BY_A_KNOWN_NUMBER and isinstance(operands[0], int) and operands[0] < 256:
            form = SHIFTED_BY_A_KNOWN_NUMBER[opcode]
        name = self._let(form.format(*map(self._use, operands)))
        if opcode in TRUTHS or (opcode in BITWISE and self._truths.issuperset(operands)):
            self._truths.add(name)
        self._push(name)

    def _jump(self, opcode: int, place: int) -> int | None:
        """Before anything is taken: a jump that leads nowhere is the loop's."""
        needs = 1 if opcode == op.JUMP else 2
        self._at(needs)
        target, condition = self._settled(self._stack[-1]), self._settled(self._stack[-needs])
        before, gas_before = list(self._stack), self._gas
        del self._stack[-needs:]
        self._gas += self._code.costs[opcode]
        if opcode == op.JUMPI and condition == 0:
            return place + 1
        if isinstance(target, str):
            if opcode == op.JUMP:
                self._lines.append(f"if {self._use(target)} in destinations:")
                self._leave(target, "    ")
            self._hand_over(place, before, gas_before)
            return None
        if target not in self._code.destinations:
            self._hand_over(place, before, gas_before)
            return None
        if opcode == op.JUMP or isinstance(condition, int):
            return target
        if self._code.is_mostly_taken(place):
            self._lines.append(f"if not {self._use(condition)}:")
            self._leave(place + 1, "    ")
            return target
        self._lines.append(f"if {self._use(condition)}:")
        self._leave(target, "    ")
        return place + 1

    def _reach(self, reach: Reach, place: int) -> int | None:
        """Call the instruction's function, which leaves the gas that the rest of the stretch costs."""
        self._at(reach.needs)
        before, gas_before = list(self._stack), self._gas
        self._gas += self._code.costs[self._code.raw[place]]
        operands = ", ".join(self._number(self._take()) for _ in range(reach.needs))
        name = f"r{place}"
        self._named[name] = reach.function
        spent = str(self._gas) if reach.runs_code else "GAS"
        result = f"v{self._made}" if reach.gives else ""
        self._made += reach.gives
        self._lines.append(f"left{result and ', ' + result} = {name}(computation, gas - {spent}, {operands})")
        self._lines.append("if left < 0:")
        self._hand_over(place, before, gas_before, "    ")
        self._lines.append(f"gas = left + {spent}")
        if reach.gives:
            self._push(result)
        if reach.runs_code or reach.writes_memory:
            self._words = {}
            self._lines.append("content = memory._bytes")
        if reach.halts:
            self._leave(-1 - len(self._code.raw))
            return None
        if reach.runs_code:
            self._lines.append("if gas < GAS:")
            self._leave(place + 1, "    ")
        return place + 1

    def _memory(self, opcode: int, place: int) -> int | None:
        needs = {op.MLOAD: 1, op.MSTORE: 2, op.SHA3: 2, op.CODECOPY: 3}[opcode]
        self._at(needs)
        before, gas_before = list(self._stack), self._gas
        start, *others = [self._stack.pop() for _ in range(needs)]
        start = self._settled(start)
        size: Value = 32 if opcode in (op.MLOAD, op.MSTORE) else others[-1]
        if opcode == op.SHA3 and isinstance(size, str):
            self._stack = before
            return self._reach(HASH, place)
        if not isinstance(size, int) or not 0 < size <= MEMORY_MAX:
            self._hand_over(place, before, gas_before)
            return None
        self._gas += self._code.costs[opcode] + (size + 31) // 32 * {op.SHA3: 6, op.CODECOPY: 3}.get(opcode, 0)
        end = start + size if isinstance(start, int) else f"{self._use(start)} + {size}"
        self._require_memory(end, place, before, gas_before)
        span = f"content[{self._use(start)}:{end}]"
        if opcode == op.MLOAD:
            known = self._words.get(start) if isinstance(start, int) else None
            if known is None:
                known = self._loaded(span)
                if isinstance(start, int):
                    self._words[start] = known
            self._push(known)
        elif opcode == op.MSTORE:
            self._lines.append(f"{span} = {self._spelt(others[0])}")
            self._forget(start, 32)
            if isinstance(start, int):
                self._words[start] = others[0]
        elif opcode == op.SHA3:
            self._push(self._let(f"number(keccak({span}), 'big')" if size != 64 else self._hash_of_two(start, span)))
        else:
            self._copy_code(start, span, self._settled(others[0]), size)
        return place + 1

    def _hash_of_two(self, start: Value, span: str) -> str:
        """The place of an entry of a mapping: its two words are mostly known to stand there."""
        if isinstance(start, int) and start in self._words and start + 32 in self._words:
            return f"hashed(join(({self._spelt(self._words[start])}, {self._spelt(self._words[start + 32])})))"
        return f"hashed(bytes({span}))"

    def _copy_code(self, start: Value, span: str, source: Value, size: int) -> None:
        self._forget(start, size)
        if not isinstance(source, int):
            place = self._use(source)
            self._lines.append(f"{span} = code[{place}:{place} + {size}].ljust({size}, b'\\0')")
            return
        copied = self._code.raw[source : source + size].ljust(size, b"\0")
        name = f"c{self._made}"
        self._made += 1
        self._named[name] = copied
        self._lines.append(f"{span} = {name}")
        if isinstance(start, int) and size == 32:
            self._words[start] = int.from_bytes(copied, "big")

    def _require_memory(self, end: Value, place: int, stack: list[Value], gas: int) -> None:
        if isinstance(end, int) and end <= self._memory_least:
            return
        self._lines.append(f"if len(content) < {end}:")
        self._lines.append(f"    left = grow(memory, {end}, gas - GAS)")
        self._lines.append("    if left < 0:")
        self._hand_over(place, stack, gas, "        ")
        self._lines.append("    gas, content = left + GAS, memory._bytes")
        if isinstance(end, int):
            self._memory_least = (end + 31) // 32 * 32

    def _forget(self, start: Value, size: int) -> None:
        """What is known of the memory that is written over."""
        if isinstance(start, int):
            self._words = {at: known for at, known in self._words.items() if not start - 32 < at < start + size}
        else:
            self._words = {}

    # -- leaving --------------------------------------------------------------------------------------

    def _leave(self, place: Value, indent: str = "") -> None:
        """Put the stack back and say where the code goes on."""
        left = 0
        while left < len(self._stack) and self._stack[left] == f"e{self._taken - 1 - left}":
            left += 1
        fresh = [self._number(value) for value in self._stack[left:]]
        replaced = self._taken - left
        self.written += 1 + len(fresh)
        if fresh and not replaced:
            self._lines.append(f"{indent}values += {', '.join(fresh)},")
        elif fresh:
            self._lines.append(f"{indent}values[-{replaced}:] = {', '.join(fresh)},")
        elif replaced:
            self._lines.append(f"{indent}del values[-{replaced}:]")
        self._lines.append(f"{indent}return gas - {self._gas}, {place}")

    def _hand_over(self, place: int, stack: list[Value], gas: int, indent: str = "") -> None:
        """Leave as it was before the instruction at this place, for the loop."""
        now = self._stack, self._gas
        self._stack, self._gas = stack, gas
        self._leave(-1 - place, indent)
        self._stack, self._gas = now

    def _compiled(self) -> Function:
        self.written += len(self._lines)
        unfit = f"return gas, {-1 - self._start}"
        head = [f"if gas < {self._gas} or not {self._taken} <= len(values) <= {STACK_MAX - self._highest}: {unfit}"]
        head += [f"e{index} = values[-{index + 1}]" for index in sorted(self._read)]
        head += ["content, message = memory._bytes, computation.msg", "data = message.data"]
        body = "\n    ".join(head + self._lines)
        known = {"destinations": self._code.destinations, "code": self._code.raw, "GAS": self._gas}
        names = {**NAMES, **known, **self._named}
        exec(f"def stretch(values, gas, memory, computation):\n    {body}\n", names)  # noqa: S102 - written above
        return names["stretch"]  # type: ignore[no-any-return]
