"""Programs made at random that mostly run: statements that write, read, call, create, log and fail in every way."""

from eth_utils import keccak

from tests.engines.traces_chain import (
    CREATE,
    CREATE2,
    GAS,
    INVALID,
    JUMP,
    KINDS,
    NOBODY,
    POP,
    REASON,
    RETURN,
    REVERT,
    SELFDESTRUCT,
    SLOAD,
    SSTORE,
    STOP,
    address,
    memory,
    push,
    returning,
    revert_with,
    store,
)

CONTRACTS = (0xC0, 0xC1, 0xC2, 0xC3)
CALLER = "0x" + "42" * 20
WORD_MAX = (1 << 256) - 1
PRECOMPILED = (1, 2, 3, 4, 5, 9)
"""Without those on curves, whose libraries have words of their own for what is wrong with a point."""
ARITHMETIC = [
    f"{opcode:02x}"
    for opcode in (*range(0x01, 0x08), 0x0A, 0x0B, *range(0x10, 0x15), *range(0x16, 0x19), *range(0x1A, 0x1E))
]
READINGS = [
    f"{opcode:02x}" for opcode in (0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3A, 0x3D, *range(0x41, 0x48), 0x58, 0x59, 0x5A)
]
SIZES = (0, 0, 1, 4, 32, 32, 64, 65, 96)
CREATIONS = (
    STOP,
    INVALID,
    "60006000fd",
    store(1, 1) + returning(STOP),
    "60ef60005360016000f3",
    "6101006000f3",
    "6160016000f3",
)


class Writer:
    """Writes programs by what `chooser`, a random.Random, says."""

    def __init__(self, chooser):
        self._chooser = chooser

    def request(self):
        """A call object and the state overrides it runs upon."""
        pick = self._chooser
        overrides = {
            address(number): {
                "code": "0x" + self.program(),
                "balance": hex(pick.choice((0, 1, 100))),
                "stateDiff": {f"0x{slot:064x}": f"0x{pick.choice((0, 1, 2)):064x}" for slot in range(3)},
            }
            for number in CONTRACTS
        }
        gas = pick.choice((21_000, 21_100, 100_000, 400_000, 1_000_000, pick.randrange(21_000, 400_000)))
        call = {"from": CALLER, "to": address(CONTRACTS[0]), "gas": hex(gas)}
        if pick.random() < 0.2:
            call["gas"] = hex(gas + 4_300)
            call["accessList"] = [{"address": address(CONTRACTS[1]), "storageKeys": ["0x" + "00" * 32]}]
        return call, overrides

    def program(self):
        if self._chooser.random() < 0.04:
            return self._raw(60)
        body = "".join(self._statement() for _ in range(self._chooser.randrange(1, 14)))
        leaving = push(self._target(), 20) + SELFDESTRUCT
        return body + self._chooser.choice((STOP, "", self._return(), revert_with(REASON), leaving))

    def _statement(self):
        kinds = (self._store, self._load, self._memory, self._copy, self._look, self._log, self._compute, self._rare)
        return self._chooser.choice((*kinds, self._call, self._call, self._call, self._create))()

    def _number(self):
        pick = self._chooser
        large = (1 << 32, 1 << 64, WORD_MAX) if pick.random() < 0.15 else ()
        return pick.choice((0, 1, 31, 33, 100, pick.randrange(1 << 12), pick.randrange(1 << 20), *large))

    def _size(self):
        return self._chooser.choice(SIZES) if self._chooser.random() < 0.95 else self._number()

    def _target(self):
        pick = self._chooser
        return pick.choice((*CONTRACTS * 3, *PRECOMPILED, 0xA1, 0xA3, int(NOBODY, 16), pick.randrange(1 << 160)))

    def _store(self):
        return push(self._chooser.choice((0, 0, 1, 2, WORD_MAX))) + push(self._chooser.randrange(4)) + SSTORE

    def _load(self):
        return push(self._chooser.randrange(6)) + SLOAD + POP

    def _memory(self):
        read = push(self._size()) + "51" + POP
        written = push(self._number()) + push(self._size()) + self._chooser.choice(("52", "53"))
        return self._chooser.choice((read, written, push(self._size()) + push(self._size()) + "20" + POP))

    def _copy(self):
        copied = "".join(push(self._size()) for _ in range(3))
        outside = push(self._chooser.choice((0, 0, 32, self._size()))) + push(0) + push(self._size()) + "3e"
        return self._chooser.choice((copied + "37", copied + "39", copied + push(self._target(), 20) + "3c", outside))

    def _look(self):
        account = push(self._target(), 20) + self._chooser.choice(("31", "3b", "3f")) + POP
        return self._chooser.choice((account, self._chooser.choice(READINGS) + POP, push(self._size()) + "40" + POP))

    def _log(self):
        topics = self._chooser.randrange(5)
        pushed = "".join(push(self._chooser.randrange(1 << 16)) for _ in range(topics))
        return pushed + push(self._size()) + push(self._size()) + f"{0xA0 + topics:02x}"

    def _call(self):
        pick = self._chooser
        kind = pick.choice(tuple(KINDS))
        value = push(pick.choice((0, 0, 0, 1, 10**30))) if kind in ("CALL", "CALLCODE") else ""
        gas = pick.choice((GAS, *map(push, (0, 100, 2_300, 60_000, pick.randrange(60_000), WORD_MAX))))
        places = "".join(push(self._size()) for _ in range(4))
        return places + value + push(self._target(), 20) + gas + KINDS[kind] + POP

    def _create(self):
        pick = self._chooser
        code, opcode = bytes.fromhex(pick.choice((*CREATIONS, self._raw(6)))), pick.choice((CREATE, CREATE2))
        salt = push(pick.randrange(2)) if opcode == CREATE2 else ""
        size = len(code) if pick.random() < 0.9 else self._number()
        return memory(code) + salt + push(size) + push(0) + push(pick.choice((0, 0, 1, 10**30))) + opcode + POP

    def _compute(self):
        pick = self._chooser
        two = push(pick.choice((0, 2, WORD_MAX))) + push(pick.randrange(1 << 256)) + pick.choice(ARITHMETIC) + POP
        return pick.choice((two, push(self._number()) + push(pick.randrange(1 << 256)) + push(3) + "08" + POP))

    def _rare(self):
        pick = self._chooser
        if pick.random() < 0.6:
            return push(1) + POP
        jump = push(pick.randrange(40)) + JUMP
        ends = (INVALID, STOP, push(self._target(), 20) + SELFDESTRUCT, revert_with(REASON), self._return())
        odd = (POP, "80", "8f", "90", "9f", "48", "5f", self._raw(4), push(1) * 1_030, push(1) + push(7) + "57", jump)
        return pick.choice((*ends, *odd, push(self._number()) + push(self._number()) + REVERT))

    def _return(self):
        return push(self._size()) + push(0) + RETURN

    def _raw(self, bytes_max):
        seed = self._chooser.randrange(1 << 32).to_bytes(4, "big")
        return b"".join(keccak(seed + bytes([index])) for index in range(2))[: 1 + seed[0] % bytes_max].hex()
