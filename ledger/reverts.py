"""Why a contract reverted, read from what it returned."""

from __future__ import annotations

ERROR_STRING_SELECTOR = bytes.fromhex("08c379a0")
PANIC_SELECTOR = bytes.fromhex("4e487b71")
PANIC_REASONS = {
    0x00: "generic panic",
    0x01: "assert(false)",
    0x11: "arithmetic underflow or overflow",
    0x12: "division or modulo by zero",
    0x21: "enum overflow",
    0x22: "invalid encoded storage byte array accessed",
    0x31: "out-of-bounds array access; popping on an empty array",
    0x32: "out-of-bounds access of an array or bytesN",
    0x41: "out of memory",
    0x51: "uninitialized function",
}


def revert_reason(output: bytes) -> str | None:
    """The text of Error(string) or Panic(uint256), if that is what it is. Compilers do not all pad the text."""
    selector, words = output[:4], output[4:]
    if selector == PANIC_SELECTOR and len(words) == 32:
        code = int.from_bytes(words, "big")
        return PANIC_REASONS.get(code, f"unknown panic code: {hex(code)}")
    if selector != ERROR_STRING_SELECTOR or len(words) < 64 or int.from_bytes(words[:32], "big") != 32:
        return None
    text = words[64 : 64 + int.from_bytes(words[32:64], "big")]
    return text.decode(errors="replace") if len(text) == int.from_bytes(words[32:64], "big") else None
