"""What the pages' own wallet is held against: files, signatures and login texts as Python makes them, always the same.

Of every act one message, so that a field that is added, renamed or moved shows here first.
"""

import json
from typing import Any

import rlp  # type: ignore[import-untyped]
from trie.hexary import HexaryTrie

from bank_api.protocol.acts import SUBMISSIONS
from bank_api.protocol.documents.release import ReleasePayload
from bank_api.protocol.documents.survey import Choice, Question, Survey, Wave
from bank_api.protocol.kinds import Form
from bank_api.protocol.login import LoginText
from bank_api.protocol.order import order_text
from bank_api.protocol.preference import preference_text
from chaincode.bindings.draw import commit
from chaincode.ids import text_hash, to_hex
from chaincode.keccak import keccak
from chaincode.keys import SigningKey, sign_digest
from chaincode.merkle import SALT_BYTES
from chaincode.places import survey_digest
from chaincode.typed_data import Signed, SignedStruct, sign
from chaincode.typed_data.eip712 import layout, snake_case
from pds_adapter.sealing.agreement import agreed_secret
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.keys import KeyPair
from scripts.page_promotions import promotion_vectors
from scripts.page_sources import source_vectors
from scripts.page_texts import box_vectors, signed_texts
from scripts.pages import HANDED_ON
from wallet_cli.keyfile import encrypt_key
from wallet_cli.series import wave_id

KEY = bytes(range(1, 33))
PASSPHRASE = "azukari-vectors"  # noqa: S105  of a key that everybody can read here
CHAIN_ID, NOW = 19_041, 1_795_000_000
ORIGIN = "http://localhost:8600"
SERIES = to_hex(b"\x5e" * 32)


class _Deployed:
    chain_id = CHAIN_ID

    def address(self, contract: str) -> str:
        return SigningKey(contract.encode().rjust(32, b"\x01")).address


def page_vectors() -> dict[str, Any]:
    key, deployed = SigningKey(KEY), _Deployed()
    structs = [one.act.struct for one in SUBMISSIONS] + [one.struct for one in HANDED_ON]
    return {
        "key": to_hex(KEY),
        "address": key.address,
        "deployed": {
            "chainId": CHAIN_ID,
            "contracts": {one: deployed.address(one) for one in sorted({struct.CONTRACT for struct in structs})},
        },
        "keyfiles": _keyfiles(key),
        "acts": [_act(struct, deployed, key) for struct in structs],
        "logins": _logins(key.address),
        "lists": [{"size": size, "root": to_hex(_root_of(size))} for size in (0, 1, 2, 16, 17, 127, 128, 129, 300)],
        "payloads": [_payload(size) for size in (1, 2, 3, 4, 5, 7, 8, 9)],
        "agreements": _agreements(),
        "orders": [_order(key)],
        "preferences": [
            _preference(forms, items)
            for forms in (list(Form), [Form.STATISTICAL], [])
            for items in ([], ["vote", "age"])
        ],
        "waves": {"series": SERIES, "ids": [wave_id(SERIES, number) for number in (1, 2, 12)]},
        "texts": signed_texts(ORIGIN, NOW),
        "box": box_vectors(),
        "promotions": promotion_vectors(ORIGIN, NOW, key),
        "surveys": [_survey(wave) for wave in (None, 1, 2)],
        "proofs": _proofs(),
        "header": _header(key),
        "sources": source_vectors(),
    }


def _survey(number: int | None) -> dict[str, Any]:
    """What a bank shows of a survey, and the word that the ledger keeps of it."""
    window = (NOW, NOW + 604_800)
    wave = None
    if number is not None:
        following = NOW + 700_000 if number == 1 else None
        wave = Wave(series_id=SERIES, series="毎月の調査", number=number, waves=2, next_opens_at=following)
    choices = [Choice(value=1, label="はい / Yes"), Choice(value=2, label="いいえ / No")]
    survey = Survey(
        survey_id=to_hex(keccak(b"survey")),
        title="暮らしの調査 / How you live",
        description="Two questions\n\u201cquoted\u201d",
        questions=[
            Question(key="age", label="年齢", kind="number", role="quasi-identifier", minimum=18, maximum=100, coins=3),
            Question(key="vote", label="投票", kind="choice", role="sensitive", required=True, choices=choices),
        ],
        base_coins=5,
        budget_coins=2**40,
        opens_at=window[0],
        closes_at=window[1],
        wave=wave,
    )
    digest = survey_digest(
        text_hash(survey.title),
        text_hash(survey.text()),
        [text_hash(one.label) for one in survey.questions],
        [one.coins for one in survey.questions],
        survey.base_coins,
        survey.budget_coins,
        window,
    )
    return {"survey": survey.model_dump(mode="json"), "digest": f"0x{digest:064x}"}


def _keyfiles(key: SigningKey) -> list[dict[str, Any]]:
    """Salt, counter and id are as random as ever, so these files are kept and not made again."""
    from scripts.vectors import DIRECTORY

    kept = DIRECTORY / "pages.json"
    if kept.exists():
        found: list[dict[str, Any]] = json.loads(kept.read_text())["keyfiles"]
        return found
    ways: tuple[tuple[Any, int], ...] = (("scrypt", 2**12), ("pbkdf2", 1_000))
    return [
        {"description": way, "passphrase": PASSPHRASE, "file": encrypt_key(KEY, key.address, PASSPHRASE, way, work)}
        for way, work in ways
    ]


def _act(struct: type[SignedStruct], deployed: _Deployed, key: SigningKey) -> dict[str, Any]:
    rows = layout(struct).fields
    made = struct(**{name: _value(kind, place, key.address) for place, (name, _, kind) in enumerate(rows, 1)})
    signed = Signed(made, sign(made, deployed, key)).to_json()
    return {
        "act": snake_case(struct.__name__),
        "message": signed["message"],
        "digest": to_hex(made.digest(deployed)),
    } | {"signature": signed["signature"]}


def _value(kind: str, place: int, address: str) -> Any:
    values = {"bytes32": bytes([place]) * 32, "address": address, "string": f"言葉 {place}", "bool": True}
    if kind.endswith("[]"):
        return (_value(kind[:-2], place, address),) * 2
    return values.get(kind, place)


def _root_of(size: int) -> bytes:
    trie = HexaryTrie({})
    for place in range(size):
        trie[rlp.encode(place)] = b"\x01" + bytes([place % 256]) * (place % 70)
    return bytes(trie.root_hash)


def _payload(size: int) -> dict[str, Any]:
    rows = [{"age": f"{place}-{place + 9}", "答": place} for place in range(size)]
    payload = ReleasePayload(rows, [bytes([place]) * SALT_BYTES for place in range(size)], 1, 0, "{}")
    return {"rows": rows, "salts": [salt.hex() for salt in payload.salts], "root": to_hex(payload.root)}


def _agreements() -> list[dict[str, Any]]:
    """What two drawers of a draw share for it, and the commitment to it."""
    one, other = (KeyPair.from_seed(bytes([place]) * 32) for place in (1, 2))
    terms = {
        "draw_id": to_hex(b"\x07" * 32),
        "title": "抽選 / Draw",
        "prize": "茶 / Tea",
        "price_coins": 5,
        "prizes": 1,
    }
    terms |= {"entries_maximum": 100, "opens_at": NOW, "closes_at": NOW + 60, "refunds_from": NOW + 120}
    what_for = canonical_json({"azukari": "draw part 1"} | terms)
    secret = agreed_secret(one, other.public, what_for)
    keys = {"own_seed": (b"\x01" * 32).hex(), "other": other.public.to_hex()}
    return [keys | {"draw": terms, "secret": to_hex(secret), "commitment": to_hex(commit(b"\x07" * 32, secret))}]


def _order(key: SigningKey) -> dict[str, Any]:
    body = '{"coins":5}'
    text = order_text(ORIGIN, key.address, "POST", "/v1/surveys", body.encode(), NOW)
    return {"url": ORIGIN, "account": key.address, "path": "/v1/surveys", "body": body, "until": NOW, "text": text}


def _preference(forms: list[Form], items: list[str]) -> dict[str, Any]:
    account, partner = (SigningKey(bytes([place]) * 32).address for place in (1, 2))
    text = preference_text(ORIGIN, account, partner, forms, items, NOW)
    return {
        "url": ORIGIN,
        "account": account,
        "partner": partner,
        "forms": forms,
        "items": items,
        "at": NOW,
        "text": text,
    }


def _proofs() -> list[dict[str, Any]]:
    """Of one trie over forty hashed keys: a value, the absence of one, and what proves nothing."""
    trie = HexaryTrie({})
    keys = [keccak(bytes([place])) for place in range(40)]
    for place, key in enumerate(keys):
        trie[key] = rlp.encode(1000 + place)
    absent = keccak(b"nobody")

    def nodes(key: bytes) -> list[str]:
        return [to_hex(rlp.encode(node)) for node in trie.get_proof(key)]  # type: ignore[no-untyped-call]

    good = nodes(keys[7])
    bent = [*good[:-1], good[-1][:-2] + ("00" if good[-1][-2:] != "00" else "01")]
    rows = [
        ("a value is proven", keys[7], good, to_hex(trie[keys[7]]), False),
        ("the absence of a value is proven", absent, nodes(absent), None, False),
        ("an altered node proves nothing", keys[7], bent, None, True),
        ("a missing node proves nothing", keys[7], good[:-1], None, True),
        ("the proof of another key proves nothing", keys[8], good[:1] + nodes(keys[9])[1:], None, True),
        ("no proof proves nothing", keys[7], [], None, True),
    ]
    root = to_hex(trie.root_hash)
    return [
        {"description": said, "root": root, "key": to_hex(key), "proof": proof, "value": value, "error": error}
        for said, key, proof, value, error in rows
    ]


def _header(key: SigningKey) -> dict[str, Any]:
    """A header as Clique seals it (EIP-225): the signature stands at the end of its extra data and covers the rest."""
    extra = b"vectors of the pages".ljust(32, b"\x00")
    fields: list[Any] = [
        keccak(b"parent"), keccak(rlp.encode([])), bytes(20), keccak(b"state"), keccak(b"transactions"),
        keccak(b"receipts"), bytes(256), 2, 41, 30_000_000, 21_000, NOW, extra, bytes(32), bytes(8),
    ]  # fmt: skip
    signature = sign_digest(keccak(rlp.encode(fields)), key)
    fields[12] = extra + signature[:64] + bytes([signature[64] - 27])
    encoded = rlp.encode(fields)
    return {"encoded": to_hex(encoded), "hash": to_hex(keccak(encoded)), "number": 41, "sealer": key.address}


def _logins(address: str) -> list[dict[str, Any]]:
    good = LoginText(ORIGIN, address, CHAIN_ID, "ab" * 12, NOW, NOW + 300)
    text = good.to_text()
    elsewhere = LoginText("http://evil.example", address, CHAIN_ID, "ab" * 12, NOW, NOW + 300).to_text()
    rows = [
        ("as the bank writes it", text, NOW, None),
        ("at another bank", elsewhere, NOW, "login at"),
        ("a domain other than its address", text.replace("localhost:8600 wants", "evil.example wants"), NOW, "domain"),
        ("another statement", text.replace("gives no consent", "gives consent"), NOW, "no login text"),
        ("a line more", text + "\nResources:\n- https://evil.example", NOW, "no login text"),
        ("another wallet", text.replace(address, "0x" + "11" * 20), NOW, "another wallet"),
        ("another chain", text.replace(f"Chain ID: {CHAIN_ID}", "Chain ID: 1"), NOW, "another chain"),
        ("too late", text, NOW + 301, "expired"),
    ]
    return [
        {"description": said, "text": words, "origin": ORIGIN, "chain_id": CHAIN_ID, "now": now, "error": error}
        for said, words, now, error in rows
    ]
