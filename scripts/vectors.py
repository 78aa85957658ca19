"""Writes the test vectors of pds_adapter and of the pages, always the same: python -m scripts.vectors [--check].

Other implementations (a browser wallet, an auditor's tool) can be held against them. Every case says in words what
it shows; an invalid one names the error it must meet. All keys and randomness come from fixed labels: nothing here
is secret, and nothing here may be used for anything real.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.group import ORDER, Scalar
from pds_adapter.escrow.opening import contribute
from pds_adapter.escrow.paper import words_of_share
from pds_adapter.escrow.shares import EscrowShare, seal_share
from pds_adapter.sealing.canonical import canonical_json, commit
from pds_adapter.sealing.envelope import KeyPair, Wrap, seal
from scripts.fixed_bytes import key_pair, label, member_seed, stream
from scripts.page_vectors import page_vectors
from scripts.round_vectors import round_vectors

DIRECTORY = Path(__file__).resolve().parent.parent / "tests" / "vectors"
Case = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare with the files in the repository")
    only_check: bool = parser.parse_args().check
    for name, content in vectors().items():
        path = DIRECTORY / name
        if not only_check:
            path.write_text(content)
        elif not path.exists() or path.read_text() != content:
            raise SystemExit(f"{name} is not what scripts/vectors.py makes")
    print(f"{'checked' if only_check else 'wrote'} {len(vectors())} files in {DIRECTORY.name}/")


def vectors() -> dict[str, str]:
    files = {
        "envelope_valid.json": envelope_valid(),
        "envelope_invalid.json": envelope_invalid(),
        "escrow_valid.json": escrow_valid(),
        "escrow_invalid.json": escrow_invalid(),
        "rounds.json": round_vectors(),
        "pages.json": page_vectors(),
    }
    return {name: json.dumps(cases, ensure_ascii=False, indent=1) + "\n" for name, cases in files.items()}


def envelope_valid() -> dict[str, list[Case]]:
    return {"keys": _keys(), "canonical": _canonical(), "commitments": _commitments(), "sealed": _sealed()}


def envelope_invalid() -> list[Case]:
    member, bank = key_pair("member"), key_pair("bank")
    sealed = seal(b"q1: 3", [member.public, bank.public], b"alice/answers/s1", stream("invalid"))
    other = seal(b"q1: 4", [member.public], b"alice/answers/s1", stream("other"))
    good = sealed.to_bytes()
    first, second = good[6:118], good[118:230]
    mine = next(wrap for wrap in sealed.wraps if wrap.recipient == member.public)
    moved = replace(sealed, wraps=other.wraps).to_bytes()
    bent = replace(sealed, wraps=(Wrap(mine.recipient, mine.box[:-1] + bytes([mine.box[-1] ^ 1])),)).to_bytes()
    rows: list[tuple[str, bytes, str, str]] = [
        ("another version", b"AZSD\x03" + good[5:], "EnvelopeFormatError", "format and version"),
        ("shared, by nobody", b"AZSD\x02" + good[5:230] + b"\x00\x00" + good[230:], "EnvelopeFormatError", "shared"),
        ("recipients not in ascending order", good[:6] + second + first + good[230:], "EnvelopeFormatError", "wraps"),
        ("a recipient twice", good[:6] + first + first + good[230:], "EnvelopeFormatError", "wraps"),
        ("a recipient of small order", good[:6] + bytes(32) + good[38:], "EnvelopeFormatError", "recipient"),
        ("a byte too many", good + b"\x00", "EnvelopeFormatError", "end"),
        ("a byte too few", good[:-1], "EnvelopeFormatError", "ciphertext"),
        ("nothing at all", b"", "EnvelopeFormatError", "format and version"),
        ("the last bit of the tag flipped", good[:-1] + bytes([good[-1] ^ 1]), "EnvelopeForgedError", ""),
        ("a bit of the wrap flipped", bent, "EnvelopeForgedError", ""),
        ("the wrap of another document", moved, "EnvelopeForgedError", ""),
        ("every wrap destroyed", sealed.erased().to_bytes(), "NotARecipientError", ""),
        ("no wrap for this key", sealed.without(member.public).to_bytes(), "NotARecipientError", ""),
    ]
    return [
        {
            "description": description,
            "seed": member_seed("member").hex(),
            "context": b"alice/answers/s1".hex(),
            "sealed": data.hex(),
            "error": error,
            "field": field or None,
        }
        for description, data, error, field in rows
    ]


def escrow_valid() -> list[Case]:
    return [_escrow_case(k, n, with_owner) for k, n, with_owner in ((2, 3, True), (3, 5, False), (2, 2, False))]


def escrow_invalid() -> list[Case]:
    custodians = [key_pair(f"custodian {i}") for i in (1, 2, 3)]
    keys = [pair.public for pair in custodians]
    escrow, shares = create_escrow(b"will", keys, 2, label("escrow"), randomness=stream("bad escrow"))
    _again, foreign = create_escrow(b"will", keys, 2, label("another escrow"), randomness=stream("foreign"))
    tampered = replace(shares[1], value=shares[1].value + Scalar.from_int(1))
    stale = replace(shares[1], epoch=7)
    text = shares[0].to_text()
    opening: list[tuple[str, list[str], str]] = [
        ("one share of two", [text], "TooFewSharesError"),
        ("no share", [], "TooFewSharesError"),
        ("the same share twice", [text, text], "ShareIndexError"),
        ("share 2 tampered with", [text, tampered.to_text()], "WrongShareError"),
        ("share 2 of another escrow", [text, foreign[1].to_text()], "ForeignShareError"),
        ("share 2 of another epoch", [text, stale.to_text()], "ForeignShareError"),
        ("a mistyped letter", [text[:40] + ("A" if text[40] != "A" else "B") + text[41:]], "ShareChecksumError"),
        ("lower case", [text.lower()], "ShareFormatError"),
        ("a space", [text + " "], "ShareFormatError"),
        ("bits beyond the last byte", [_next_letter(text)], "ShareFormatError"),
        ("a scalar not below the group order", [_unreduced(shares[0])], "ShareFormatError"),
    ]
    encoded = escrow.to_bytes().decode()
    return [
        {"description": description, "escrow": encoded, "shares": given, "error": error}
        for description, given, error in opening
    ]


def _keys() -> list[Case]:
    return [
        {
            "description": "an encryption key from a seed, and from a wallet key of the same bytes",
            "material": member_seed(name).hex(),
            "from_seed": KeyPair.from_seed(member_seed(name)).public.to_hex(),
            "from_wallet_key": KeyPair.from_wallet_key(member_seed(name)).public.to_hex(),
        }
        for name in ("member", "bank")
    ]


def _canonical() -> list[Case]:
    rows: list[tuple[str, Any]] = [
        ("keys sorted, no white space", {"b": 1, "a": [True, None, "x"]}),
        ("keys sorted by UTF-16 units: the emoji stands before U+FB33", {"\ufb33": 1, "\U0001f600": 2}),
        ("text as it is, control characters escaped", {"答": "はい\n\u0007"}),
        ("the largest integers a browser holds", [2**53 - 1, -(2**53) + 1]),
    ]
    return [{"description": d, "value": value, "canonical": canonical_json(value).hex()} for d, value in rows]


def _commitments() -> list[Case]:
    content = canonical_json({"q1": 3, "q2": "はい"})
    salt = stream("salt")(32)
    digest = commit(salt, content)
    about = "HMAC-SHA256 under the salt over 'azukari commitment 1', a zero byte and the content"
    return [{"description": about, "salt": salt.hex(), "content": content.hex(), "commitment": digest.hex()}]


def _sealed() -> list[Case]:
    cases = []
    for description, content, readers, shared in (
        ("to the member alone, nothing inside", b"", ["member"], b""),
        ("to the member and the bank", canonical_json({"q1": 3}), ["member", "bank"], b""),
        ("to the member, and to a board that shares a key", canonical_json({"q1": 3}), ["member"], b"its wrapping"),
    ):
        recipients = [key_pair(r).public for r in readers]
        sealed = replace(seal(content, recipients, b"alice/answers/s1", stream(description)), shared=shared)
        cases.append(
            {
                "description": description,
                "seeds": [member_seed(reader).hex() for reader in readers],
                "context": b"alice/answers/s1".hex(),
                "content": content.hex(),
                "sealed": sealed.to_bytes().hex(),
            }
        )
    return cases


def _escrow_case(threshold: int, holders: int, with_owner: bool) -> Case:
    description = f"{threshold} of {holders}" + (", the owner can open too" if with_owner else "")
    names = [f"custodian {index}" for index in range(1, holders + 1)]
    keys = [key_pair(name).public for name in names]
    owners = [key_pair("member").public] if with_owner else []
    document = f"遺言書 {description}".encode()
    escrow, shares = create_escrow(document, keys, threshold, label(description), owners, stream(description))
    sealed = [seal_share(share, key, stream(f"share {share.index}")) for share, key in zip(shares, keys, strict=True)]
    requester = key_pair("requester").public
    contributions = [
        contribute(escrow, share, label("opening"), requester, stream(f"contribution {share.index}"))
        for share in shares
    ]
    return {
        "description": description,
        "document": document.hex(),
        "escrow": escrow.to_bytes().decode(),
        "commitments_hash": escrow.commitments_hash.hex(),
        "document_hash": escrow.document_hash.hex(),
        "owner_seed": member_seed("member").hex() if with_owner else None,
        "custodian_seeds": [member_seed(name).hex() for name in names],
        "shares": [share.to_text() for share in shares],
        "words": [words_of_share(share) for share in shares],
        "sealed_shares": [document.to_bytes().hex() for document in sealed],
        "opening_id": label("opening").hex(),
        "requester_seed": member_seed("requester").hex(),
        "contributions": [document.to_bytes().hex() for document in contributions],
    }


def _next_letter(text: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def _unreduced(share: EscrowShare) -> str:
    """The text of a share whose value was increased by the group order; the checksum is right."""
    grown = int.from_bytes(share.value.encoded, "little") + ORDER
    value = object.__new__(Scalar)
    object.__setattr__(value, "encoded", grown.to_bytes(32, "little"))
    return replace(share, value=value).to_text()


if __name__ == "__main__":
    main()
