"""geth's prestateTracer: the accounts and slots a transaction touches, as they were, or as it changed them."""

from __future__ import annotations

from typing import Any

from eth._utils.address import generate_contract_address, generate_safe_contract_address
from eth_typing import Address

from .costs import CREATIONS
from .machine import Frame, Step, Watcher, word

SLOAD, SSTORE = 0x54, 0x55
ADDRESS_ON_TOP = frozenset({0x31, 0x3B, 0x3C, 0x3F, 0xFF})
"""BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH, SELFDESTRUCT."""
ADDRESS_BELOW_TOP = frozenset({0xF1, 0xF2, 0xF4, 0xFA})
"""CALL, CALLCODE, DELEGATECALL, STATICCALL."""

CREATE = 0xF0
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
        """What the instruction is about; it touches it unless it is refused."""
        own, values = bytes(step.computation.msg.storage_address), step.computation._stack.values
        if step.opcode in (SLOAD, SSTORE) and values:
            step.entry = {"address": own, "slot": word(values[-1])}
        elif step.opcode in ADDRESS_ON_TOP and values:
            step.entry = {"address": _address(values[-1])}
        elif step.opcode in ADDRESS_BELOW_TOP and len(values) >= 2:
            step.entry = {"address": _address(values[-2])}
        elif step.opcode in CREATIONS and (created := _created_by(step, own, values)) is not None:
            step.entry = {"address": created, "created": True}

    def after(self, step: Step) -> None:
        if step.entry is None or step.refusal is not None:
            return
        slots = self.slots.setdefault(step.entry["address"], set())
        if "slot" in step.entry:
            slots.add(step.entry["slot"])
        if "created" in step.entry:
            self.created.add(step.entry["address"])


def _created_by(step: Step, own: bytes, values: Any) -> bytes | None:
    """The address that would be created at; it may be taken, and then there is no frame that would show it."""
    if step.opcode == CREATE:
        return bytes(generate_contract_address(Address(own), step.computation.state.get_nonce(Address(own))))
    if len(values) < 4:
        return None
    start, size, salt = (word(item) for item in values[-2:-5:-1])
    if size > INITCODE_BYTES_MAX:
        return None  # nobody can pay for that
    code = bytes(step.computation._memory._bytes[start : start + size]).ljust(size, b"\x00")
    return bytes(generate_safe_contract_address(Address(own), salt, code))


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
            kept = {"storage": was_storage} if gone and was_storage else _storage(was_storage, moved)
            pre[_hex(address)] = {**was, **kept}
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
