"""Whose box a command opens, and what it says where there is nothing."""

from types import SimpleNamespace

import pytest
from eth_account import Account

from bank_api.protocol.shapes.boxes import RecordBody
from bank_api.protocol.shapes.places import PlaceOffered, PlaceView
from wallet_cli.bank_client.boxes import RecordsFace
from wallet_cli.bank_client.kept_keys import KeptKeysFace
from wallet_cli.commands import box as boxes
from wallet_cli.commands import rotating
from wallet_cli.errors import BankProblemError, InputError, WalletError
from wallet_cli.former_keys import FormerKey
from wallet_cli.messages import Messages
from wallet_cli.signing.signer import Signer
from wallet_cli.views import files, places

WARD, OTHER, KEY = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", b"k" * 32


@pytest.fixture
def invocation(monkeypatch):
    """Let into the box "health" of two people; what is opened is whose it is."""
    monkeypatch.setattr(boxes.sealing, "received_box", lambda one, pair, url, owner, own: owner)
    face = SimpleNamespace(
        received=lambda: [SimpleNamespace(box="health", owner=one) for one in (WARD, OTHER)],
        remove=lambda owner, box, name: SimpleNamespace(removed=False),
    )
    return SimpleNamespace(
        ward=None,
        key=SimpleNamespace(key=KEY, address=OTHER),
        signer=SimpleNamespace(account=WARD),
        client=SimpleNamespace(boxes=face),
        connection=SimpleNamespace(url="http://bank.example"),
        proven=SimpleNamespace(anybody=lambda account: account),
    )


def test_for_a_ward_its_box_is_opened_as_one_was_let_in(invocation):
    """It was taken for a box of the delegate's own: what was put was refused, and a ward's word taken for a lie."""
    invocation.ward = WARD
    assert boxes._opened(invocation, "health", None, elsewhere=False)[1] == WARD


@pytest.mark.parametrize("spelled", [OTHER, OTHER.lower()])
def test_an_owner_is_found_by_any_spelling_of_the_account(invocation, spelled):
    assert boxes._opened(invocation, "health", spelled, elsewhere=False)[1] == OTHER


def test_where_nobody_lets_one_in_that_is_said(invocation):
    with pytest.raises(InputError, match="nobody lets you into a box diary"):
        boxes._opened(invocation, "diary", WARD, elsewhere=False)
    with pytest.raises(InputError, match=f"{WARD}, {OTHER}"):
        boxes._opened(invocation, "health", "0x" + "12" * 20, elsewhere=False)


def test_what_was_not_there_is_not_said_to_be_removed(invocation):
    with pytest.raises(WalletError, match="there is no record a in the box diary"):
        boxes.remove(invocation, "diary", "a")


class OlderBank:
    """Knows no field `over`."""

    def __init__(self):
        self.bodies = []

    def call(self, method, path, body=None):
        self.bodies.append(body)
        if "over" in body:
            refused = {"code": "invalid-input", "status": 422, "detail": "over: is not known"}
            raise BankProblemError(**refused, field="over", rule="is not known")
        return {"name": "today", "etag": "1", "repeated": False}


def test_an_older_bank_takes_records_and_is_named_where_it_would_write_over_others():
    bank = OlderBank()
    face = RecordsFace(bank)
    assert face.put(WARD, "diary", "today", RecordBody(sealed_base64="AAAA", tokens=[])).etag == "1"
    assert bank.bodies == [{"sealed_base64": "AAAA", "tokens": []}]
    with pytest.raises(WalletError, match="runs an older program"):
        face.put(WARD, "diary", "today", RecordBody(sealed_base64="AAAA", tokens=[], over="1"))


class BankOfBefore:
    def call(self, method, path, body=None):
        raise BankProblemError(code="not-found", status=404, detail="no such path")


def test_a_bank_of_before_keeps_no_keys_and_hinders_nobody():
    face = KeptKeysFace(BankOfBefore())
    assert (face.former(), face.shares(), face.entrusted(), face.end_entrusted().dropped) == ([], [], None, False)
    told = []
    say = Messages("en")
    invocation = SimpleNamespace(
        client=SimpleNamespace(kept_keys=face),
        messages=say,
        output=SimpleNamespace(say=told.append),
    )
    old, new = Signer(Account.from_key(b"o" * 32), WARD, None), Signer(Account.from_key(b"n" * 32), WARD, None)
    former = FormerKey(old.encryption, str(old.key.address))
    assert rotating._kept(invocation, old, former, new) is False
    assert "older program" in told[0]


def test_the_banks_own_store_is_called_so():
    say, house = Messages("ja"), PlaceOffered(offer="house", kind="house", url="http://bank.example")
    told = places.place(say, PlaceView(place="house", offered=[house], own_kinds=[])).plain
    assert told.count("この情報銀行(house)") == 2
    assert "http" not in told


def test_in_the_log_a_reading_of_the_cover_is_told_from_one_of_a_chunk():
    reading = SimpleNamespace(at=1, recipient=OTHER, document="0d" * 16, version=1, grant_id="0a" * 16)
    rows = [SimpleNamespace(**vars(reading), chunk=chunk) for chunk in (None, 0)]
    assert list(files.readings(Messages("en"), rows, {}).columns[4].cells) == ["the cover", "0"]
