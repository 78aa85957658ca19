"""A bank is held to what it was at first: other contracts, another ledger or other signers are noticed."""

import json
import os

import pytest

from bank_api.protocol.shapes.bank import BankInfo
from chaincode.ids import text_hash, to_hex
from ledger import rlp_codec
from wallet_cli.errors import BankAnswerError, EvidenceError, InputError
from wallet_cli.messages import Messages
from wallet_cli.pins import PinFile, pins_of

URL = "http://127.0.0.1:8600"


def genesis(signer=b"\x11" * 20, number=b"", state=b"\x01" * 32):
    extra = bytes(32) + signer + bytes(65)
    fields = [
        bytes(32),
        bytes(32),
        bytes(20),
        state,
        bytes(32),
        bytes(32),
        bytes(256),
        b"\1",
        number,
        b"\1",
        b"",
        b"\1",
    ]
    return to_hex(rlp_codec.encode([*fields, extra, bytes(32), bytes(8)]))


def info(known, **changes):
    body = {
        "name": "Azukari", "chain_id": 20170714, "genesis_header": genesis(), "deployment": known.to_json(),
        "operator": known.operator, "release_public_key": "0x" + "22" * 32, "time": 0, "limits": {},
        "terms": {"statement": "I join", "text": "Be kind.", "language": "en", "hash": to_hex(text_hash("Be kind."))},
    }  # fmt: skip
    return BankInfo.model_validate(body | changes)


def test_the_first_time_is_kept_and_the_same_is_taken(tmp_path, deployment):
    file = PinFile(tmp_path, URL)
    pins, is_new = file.hold(info(deployment))
    assert (is_new, pins.signers, pins.contracts["coin"]) == (True, ("0x" + "11" * 20,), deployment.address("coin"))
    assert PinFile(tmp_path, URL).hold(info(deployment, name="Renamed", release_public_key="0x" + "23" * 32)) == (
        pins, False,
    )  # fmt: skip
    assert [one.name for one in (tmp_path / "banks").iterdir()] == ["127.0.0.1_8600.json"]


def test_a_bank_of_another_address_is_another_bank(tmp_path, deployment):
    PinFile(tmp_path, URL).hold(info(deployment))
    assert PinFile(tmp_path, "https://bank.example").hold(info(deployment, genesis_header=genesis(b"\x12" * 20)))[1]


def test_what_changed_is_named(tmp_path, deployment):
    file = PinFile(tmp_path, URL)
    file.hold(info(deployment))
    moved = deployment.to_json()
    moved["contracts"]["consent"]["address"] = "0x" + "33" * 20
    for change, what in (
        ({"deployment": moved}, "contracts"),
        ({"genesis_header": genesis(b"\x12" * 20)}, "genesis_hash"),
        ({"genesis_header": genesis(state=b"\2" * 32)}, "genesis_hash"),
        ({"deployment": deployment.to_json() | {"operator": "0x" + "33" * 20}}, "operator"),
        ({"chain_id": 1}, "chain_id"),
    ):
        with pytest.raises(EvidenceError, match=f"its {what} changed"):
            file.hold(info(deployment, **change))


@pytest.mark.parametrize("header", ["0x", "0xc0", "nothing", genesis(number=b"\1"), genesis(signer=b"")])
def test_a_ledger_without_a_beginning_is_refused(tmp_path, deployment, header):
    with pytest.raises(BankAnswerError):
        pins_of(info(deployment, genesis_header=header))


def test_the_newest_block_only_grows(tmp_path, deployment):
    file = PinFile(tmp_path, URL)
    assert file.newest_block() == 0
    file.hold(info(deployment))
    for number in (7, 5):
        file.note_block(number)
        assert PinFile(tmp_path, URL).newest_block() == 7
    file.hold(info(deployment))
    assert file.newest_block() == 7


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"newest_block": "7"})])
def test_a_file_that_is_no_pins_is_not_taken_for_a_first_time(tmp_path, deployment, content):
    file = PinFile(tmp_path, URL)
    file.path.parent.mkdir()
    file.path.write_text(content)
    with pytest.raises(InputError, match="cannot be read"):
        file.hold(info(deployment))


def test_on_a_full_disk_why_is_told_in_the_readers_language(tmp_path, deployment):
    file = PinFile(tmp_path, URL)
    file.path.parent.mkdir()
    file.path.with_suffix(f".{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(InputError) as refused:
        file.hold(info(deployment))
    assert "空きがありません" in refused.value.what.told(Messages("ja"))
