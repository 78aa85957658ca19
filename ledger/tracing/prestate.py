"""geth's prestateTracer: the accounts and slots a transaction touches, as they were, or as it changed them."""

from __future__ import annotations

from typing import Any

from eth._utils.address import generate_safe_contract_address

from .machine import Frame, Step, Watcher, word

SLOAD, SSTORE = 0x54, 0x55
ADDRESS_ON_TOP = frozenset({0x31, 0x3B, 0x3C, 0x3F, 0xFF})
"""BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH, SELFDESTRUCT."""
ADDRESS_BELOW_TOP = frozenset({0xF1, 0xF2, 0xF4, 0xFA})
"""CALL, CALLCODE, DELEGATECALL, STATICCALL."""

CREATE2 = 0xF5
INITCODE_BYTES_MAX = 1 << 20

Account = dict[str, Any]


class Touched(Watcher):
    """Which accounts and slots; their values are read from the states before and after."""

    def __init__(self) -> None:
        self.slots: dict[bytes, set[int]] = {}
        self.created: set[bytes] = set()
        self.outermost_created: bytes | None = None

    def touch(self, address: bytes) -> None:
        self.slots.setdefault(bytes(address), set())

    def enter(self, frame: Frame) -> None:
        self.touch(frame.sender)
        self.touch(frame.message.storage_address)
        if frame.message.is_create:
            address = bytes(frame.message.storage_address)
            if frame.message.depth == 0:
                self.outermost_created = address
            self.created.add(address)

    def before(self, step: Step) -> None:
        values = step.computation._stack.values
        if step.opcode in (SLOAD, SSTORE) and values:
            self.slots.setdefault(bytes(step.computation.msg.storage_address), set()).add(word(values[-1]))
        elif step.opcode in ADDRESS_ON_TOP and values:
            self.touch(_address(values[-1]))
        elif step.opcode in ADDRESS_BELOW_TOP and len(values) >= 2:
            self.touch(_address(values[-2]))
        elif step.opcode == CREATE2 and len(values) >= 4:
            self._touch_created(step)

    def _touch_created(self, step: Step) -> None:
        """An address that is taken already: then there is no frame that would show it."""
        computation = step.computation
        start, size, salt = (word(item) for item in computation._stack.values[-2:-5:-1])
        if size > INITCODE_BYTES_MAX:
            return  # nobody can pay for that
        code = bytes(computation._memory._bytes[start : start + size]).ljust(size, b"\x00")
        address = generate_safe_contract_address(computation.msg.storage_address, salt, code)
        self.touch(address)
        self.created.add(bytes(address))


def before_it(touched: Touched, state: Any) -> dict[str, Account]:
    """What everything touched was; the contract that the transaction itself made is left out."""
    return {
        _hex(address): _account(state, address, slots)
        for address, slots in touched.slots.items()
        if address != touched.outermost_created or state.account_exists(address)
    }


def changes(touched: Touched, before: Any, after: Any) -> dict[str, dict[str, Account]]:
    """`pre`: what the changed accounts were; `post`: the fields that are different now."""
    pre: dict[str, Account] = {}
    post: dict[str, Account] = {}
    for address, slots in touched.slots.items():
        was, now = _account(before, address, slots), _account(after, address, slots)
        was_storage, now_storage = was.pop("storage", {}), now.pop("storage", {})
        different = {name: now[name] for name in now if now[name] != was.get(name)}
        moved = {slot for slot in {*was_storage, *now_storage} if was_storage.get(slot) != now_storage.get(slot)}
        existed = before.account_exists(address)
        gone = existed and not after.account_exists(address)
        if not different and not moved and not gone:
            continue
        if existed or address not in touched.created:
            pre[_hex(address)] = {**was, **_storage(was_storage, moved)}
        if not gone:
            post[_hex(address)] = {**different, **_storage(now_storage, moved)}
    return {"pre": pre, "post": post}


def _account(state: Any, address: bytes, slots: set[int]) -> Account:
    account: Account = {"balance": hex(state.get_balance(address))}
    if nonce := state.get_nonce(address):
        account["nonce"] = nonce
    if code := state.get_code(address):
        account["code"] = _hex(code)
    values = {slot: state.get_storage(address, slot) for slot in sorted(slots)}
    if values:
        account["storage"] = {f"0x{slot:064x}": f"0x{value:064x}" for slot, value in values.items()}
    return account


def _storage(values: dict[str, str], chosen: set[str]) -> Account:
    """Zero is written as absence."""
    kept = {slot: values[slot] for slot in sorted(chosen) if int(values.get(slot, "0x0"), 16)}
    return {"storage": kept} if kept else {}


def _address(item: Any) -> bytes:
    return (word(item) % (1 << 160)).to_bytes(20, "big")


def _hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()
