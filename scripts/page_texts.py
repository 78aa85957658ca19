"""Texts that people sign for their bank alone, and a box of records, as Python makes them, for the pages' tests."""

from base64 import b64encode
from typing import Any

from bank_api.protocol.box_grant import box_grant_text
from bank_api.protocol.file_grant import file_grant_text
from bank_api.protocol.registration import registered_code, registration_text
from bank_api.protocol.shared_key import confirmation_text, deal_text
from chaincode.ids import to_hex
from chaincode.keys import SigningKey
from pds_adapter.sealing.envelope import seal
from scripts.fixed_bytes import key_pair, member_seed, stream
from wallet_cli.entrusted_keys import escrow_id_of
from wallet_cli.former_keys import mark_of
from wallet_cli.open_grants import text_mark
from wallet_cli.resharing import round_text
from wallet_cli.sealed_records import Box, Record, box_key, record_context, tokens_of


def signed_texts(url: str, now: int) -> dict[str, list[dict[str, Any]]]:
    """Each text by its kind, with what it is made of."""
    one, two, three = (SigningKey(bytes([place]) * 32).address for place in (1, 2, 3))
    key_id, grant = to_hex(b"\x07" * 32), {"box": "diary", "grantee": "tea-diary", "encryption_key": "0x" + "ab" * 32}
    registrations: list[dict[str, Any]] = [
        {"account": one, "name": "佐藤 葵", "email": email, "words": "営業部です。\nOsaka", "at": now}
        for email in (None, "aoi@example.jp")
    ]
    asked = {"escrow_id": key_id, "custodians": [one, three], "threshold": 2, "dealers": [one, two], "until": now}
    return {
        "registrations": [
            {**case, "text": registration_text(url, **case), "code": registered_code(one)} for case in registrations
        ],
        "rounds": [{**asked, "text": round_text(key_id, [one, three], 2, [one, two], now)}],
        "deals": [
            {"account": one, "key_id": key_id, "epoch": 3, "deal": "{}", "text": deal_text(url, one, key_id, 3, b"{}")}
        ],
        "confirmations": [
            {"account": one, "key_id": key_id, "epoch": 3, "terms": key_id}
            | {"text": confirmation_text(url, one, key_id, 3, key_id)}
        ],
        "grants": [
            {"owner": one, **grant, "may_write": may_write, "until": now}
            | {"text": box_grant_text(url, one, **grant, may_write=may_write, until=now)}
            for may_write in (True, False)
        ],
        "former_keys": [
            {"seed": member_seed("member").hex(), "account": one, "public_key": key_id, "content": "{}"}
            | {"mark": mark_of(key_pair("member"), one, key_id, b"{}").hex()}
        ],
        "entrusted_keys": [{"account": one, "nonce": "0d" * 16, "id": escrow_id_of(one, b"\x0d" * 16).hex()}],
        "file_grants": [
            {"owner": one, "grant_id": "0d" * 16, "document": "1f" * 16, "version": 2, "recipient": two, "until": now}
            | {"text": file_grant_text(url, one, "0d" * 16, "1f" * 16, 2, two, now, b"a cover"), "cover": "a cover"}
            | {"mark": text_mark(file_grant_text(url, one, "0d" * 16, "1f" * 16, 2, two, now, b"a cover"))}
        ],
    }


def box_vectors() -> dict[str, Any]:
    """A record in a box of its owner's: what is kept of it, and by which tokens it is found."""
    pair, account = key_pair("member"), SigningKey(b"\x01" * 32).address
    box = Box(account, "diary", box_key(account, "diary", pair), pair.public)
    record = Record({"mood": "calm", "気分": "穏やか", "cups": 2, "rain": False}, ("tea",), (("after", "2026-11-28"),))
    sealed = seal(record.to_bytes(), [pair.public], record_context(box.owner, box.name, "2026-11-29"), stream("record"))
    return {
        "seed": member_seed("member").hex(),
        "account": account,
        "box": "diary",
        "key": box.key.hex(),
        "name": "2026-11-29",
        "fields": dict(record.fields),
        "labels": list(record.labels),
        "links": [list(link) for link in record.links],
        "tokens": tokens_of(box, record),
        "sealed_base64": b64encode(sealed.to_bytes()).decode(),
    }
