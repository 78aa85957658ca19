"""A chain that does in few transactions what traces can show: every way to call, to create, to log and to fail."""

from eth_account import Account
from eth_keys.datatypes import PrivateKey

from ledger.chain import Chain
from ledger.export import export_chain
from ledger.genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from ledger.store import Store

START = 1_700_000_000
SIGNER = PrivateKey(b"\x01" * 32)
SENDER = Account.from_key(b"\x0a" * 32)
NOBODY = "0x" + "99" * 20
REASON = bytes.fromhex("08c379a0") + (32).to_bytes(32, "big") + (5).to_bytes(32, "big") + b"wrong".ljust(32, b"\x00")

STOP, CALLER, CALLVALUE, CALLDATALOAD = "00", "33", "34", "35"
POP, SLOAD, SSTORE, JUMP, GAS = "50", "54", "55", "56", "5a"
CREATE, CREATE2, RETURN, REVERT, INVALID, SELFDESTRUCT = "f0", "f5", "f3", "fd", "fe", "ff"
KINDS = {"CALL": "f1", "CALLCODE": "f2", "DELEGATECALL": "f4", "STATICCALL": "fa"}


def push(number, width=None):
    width = width or max(1, (number.bit_length() + 7) // 8)
    return f"{0x5F + width:02x}{number:0{2 * width}x}"


def store(slot, value):
    return push(value) + push(slot) + SSTORE


def memory(data):
    """Words of data from memory 0 on."""
    words = [data[start : start + 32].ljust(32, b"\x00") for start in range(0, len(data), 32)]
    return "".join(push(int.from_bytes(word, "big"), 32) + push(32 * n) + "52" for n, word in enumerate(words))


def calling(kind, address, gas=60_000, value=0, data_size=0):
    sends = push(value) if kind in ("CALL", "CALLCODE") else ""
    return (
        push(32)
        + push(0)
        + push(data_size)
        + push(0)
        + sends
        + push(int(address, 16), 20)
        + push(gas)
        + KINDS[kind]
        + POP
    )


def logging(topics):
    return "".join(push(topic) for topic in topics) + push(32) + push(0) + f"{0xA0 + len(topics):02x}"


def creating(code, opcode=CREATE):
    made = bytes.fromhex(code)
    salt = push(7) if opcode == CREATE2 else ""
    return memory(made) + salt + push(len(made)) + push(0) + push(0) + opcode


def returning(runtime):
    """Creation code that leaves this runtime, of at most 32 bytes."""
    code = bytes.fromhex(runtime)
    return memory(code) + push(len(code)) + push(0) + RETURN


def address(number):
    return "0x" + f"{number:040x}"


def revert_with(reason):
    return memory(reason) + push(len(reason)) + push(0) + REVERT


EVERY_KIND = "".join(calling(kind, address(0xA1)) for kind in KINDS)
CODES = {
    0xA1: store(1, 0x2A) + push(1) + SLOAD + push(0) + "52" + push(32) + push(0) + RETURN,
    0xA2: EVERY_KIND + calling("CALL", NOBODY, value=3) + store(2, 5) + store(2, 0) + STOP,
    0xA3: revert_with(REASON),
    0xA4: calling("CALL", address(0xA3)) + calling("CALL", address(0xA5)) + calling("CALL", address(0xA6)) + STOP,
    0xA5: INVALID,
    0xA6: store(9, 1) + "5b" + push(0) + JUMP,
    0xA7: "".join(logging(list(range(1, 1 + count))) for count in range(5)) + calling("CALL", address(0xA8)) + STOP,
    0xA8: logging([0xBEEF]) + revert_with(b"no more"),
    0xA9: creating(returning(STOP + STOP))
    + POP
    + creating(store(6, 0) + returning(CALLER + STOP), CREATE2)
    + POP
    + STOP,
    0xAA: push(int(NOBODY, 16), 20) + SELFDESTRUCT,
    0xAB: memory(b"abc")
    + calling("CALL", address(4), data_size=3)
    + calling("STATICCALL", address(2), data_size=3)
    + STOP,
    0xAC: POP,
    0xAD: creating(revert_with(REASON)) + POP + creating(INVALID) + POP + STOP,
    0xAE: "5b" + store(3, 1) + push(0) + JUMP,
    0xAF: push(0) + SLOAD + push(1) + "01" + push(0) + SSTORE + CALLVALUE + push(1) + SSTORE + STOP,
    0xB0: calling("DELEGATECALL", address(0xB1)) + calling("STATICCALL", address(0xB1)) + STOP,
    0xB1: calling("CALL", address(0xAF), value=1) + calling("CALL", address(0xA3)) + STOP,
    0xB2: "3f" + STOP,
    0xB3: push(0xA1, 20) + "31" + POP + push(0xA1, 20) + "3b" + POP + push(0x77, 20) + "3f" + POP + GAS + STOP,
    0xB4: calling("CALL", address(0xB6)) + calling("CALL", address(0xB6)) + calling("CALL", address(0xA1)) + STOP,
    0xB5: calling("CALL", NOBODY, value=10**30) + push(64) + push(0) + push(0) + "3e" + STOP,
    0xB6: push(int(NOBODY, 16), 20) + SELFDESTRUCT,
    0xB7: calling("CALL", address(0xB8)) + store(1, 1) + STOP,
    0xB8: store(5, 1) + store(5, 0) + store(5, 2) + revert_with(REASON),
}
"""Contracts by the last byte of their address; 0xAE runs out of gas, 0xAC and 0xB2 find too little on the stack."""

CALLS = {
    "plain transfer": {"to": NOBODY, "value": 17},
    "plain transfer with a price": {"to": NOBODY, "value": 1, "gasPrice": 7},
    **{f"contract {number:#x}": {"to": address(number)} for number in CODES if number != 0xAE},
    "contract 0xae": {"to": address(0xAE), "gas": 60_000},
    "contract 0xaf with value": {"to": address(0xAF), "value": 5},
    "contract 0xaf once more": {"to": address(0xAF)},
    "contract 0xa2 with an access list": {
        "to": address(0xA2),
        "accessList": [{"address": address(0xA1), "storageKeys": ["0x" + f"{1:064x}"]}],
    },
    "creation": {"data": bytes.fromhex(store(4, 4) + returning(CALLER + STOP))},
    "creation that reverts": {"data": bytes.fromhex(revert_with(REASON))},
    "creation that fails": {"data": bytes.fromhex(INVALID)},
    "precompiled contract": {"to": address(2), "data": b"abc"},
}


def make_chain(folder):
    """An export of the chain in `folder`, and the hash of each transaction by its name. `folder/store` is its store."""
    document = new_clique_document([SIGNER.public_key.to_canonical_address()])
    document["alloc"] = {
        address(number): {"balance": "0x100", "nonce": "0x1", "code": "0x" + code} for number, code in CODES.items()
    } | {SENDER.address: {"balance": hex(10**18)}}
    genesis = parse_genesis(document)
    hashes = {}
    with Store(folder / "store") as store_:
        chain = Chain.create(store_, genesis, lambda: START, SIGNER)
        waiting = list(enumerate(CALLS.items()))
        for block, start in enumerate(range(0, len(waiting), 4)):
            with chain.draft(START + block) as draft:
                for nonce, (name, fields) in waiting[start : start + 4]:
                    transaction = chain.decode(_signed(nonce, fields))
                    draft.apply(transaction)
                    hashes[name] = "0x" + transaction.hash.hex()
                draft.seal()
        export_chain(chain, folder / "export")
    return hashes


def _signed(nonce, fields):
    body = {"nonce": nonce, "gas": 400_000, "value": 0, "gasPrice": 0, "chainId": DEFAULT_CHAIN_ID, "data": b""}
    whole = {**body, **fields}
    if "to" not in whole:
        whole["to"] = b""
    elif isinstance(whole["to"], str):
        whole["to"] = bytes.fromhex(whole["to"][2:])
    return bytes(SENDER.sign_transaction(whole).raw_transaction)
