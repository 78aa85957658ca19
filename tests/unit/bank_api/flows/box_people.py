"""Who keeps boxes of records, and who is let in: members, people of another bank, apps, and whoever acts for a ward."""

import json

import pytest

from chaincode.bindings import Scope
from tests.unit.bank_api.flows.file_owners import RefusedError, Session
from tests.unit.bank_api.flows.test_bank_flow_wards import Guardian, delegate
from tests.unit.bank_api.person import DAY, URL, TownProofs
from wallet_cli import sealed_records as sealing
from wallet_cli.bank_client.boxes import BoxesFace, RecordsFace, SignedCalls
from wallet_cli.pins import pins_of
from wallet_cli.proven import ProvenLedger


class Owner:
    def __init__(self, town, person=None):
        self.town, self.person = town, person or town.member()
        self.face, self.pair, self.account = BoxesFace(Session(self.person)), self.person.signer.encryption, None
        self.account = self.person.account

    def box(self, name="diary"):
        return sealing.own_box(self.person.signer, URL, name, self.face, self.key_of)

    def key_of(self, account):
        """By the ledger."""
        return ProvenLedger(TownProofs(self.town.operator), pins_of(self.town.about())).anybody(account).word.key

    def put(self, name, record, box="diary"):
        return sealing.put(self.face, self.box(box), self.pair, name, record)

    def find(self, *words, **more):
        return sorted(sealing.find(self.face, self.box(), self.pair, *words, **more))

    def let_in(self, grantee, key, until=None, box="diary", write=False):
        end = until or self.town.now + DAY
        return sealing.let_in(self.person.signer, URL, self.face, self.box(box), grantee, key, end, write)

    def kept(self, name, box="diary"):
        return self.town.bank.pds.get(self.account, f"records.{box}", name).content


class Line:
    """A connection, over the application itself; `spoil` alters what is sent."""

    def __init__(self, town, url=URL):
        self.town, self.url, self.spoil = town, url, lambda headers: headers

    def call(self, method, path, *, body=None, order=None):
        content = b"" if body is None else json.dumps(body).encode()
        headers = self.spoil({"Content-Type": "application/json"} | order(content))
        answer = self.town.client.request(method, path, content=content, headers=headers)
        if answer.status_code >= 400:
            raise RefusedError(answer)
        return answer.json()


class Elsewhere:
    """Somebody with a key of their own and no account here: an app, or a person of another bank."""

    def __init__(self, town, name=None):
        self.town, self.signer, self.line = town, town.newcomer().signer, Line(town)
        self.pair, self.name = self.signer.encryption, name or self.signer.key.address
        self.face = self.face_of(self.signer.key)

    def face_of(self, key, line=None, late=0):
        return RecordsFace(SignedCalls(line or self.line, self.name, key, clock=lambda: self.town.now - late))

    def box(self):
        [one] = self.face.received()
        return received_box(self.town, one, self.pair)


class App(Elsewhere):
    """A program of somebody else, registered by the operator."""

    def __init__(self, town, app_id):
        super().__init__(town, app_id)
        self.app_id = app_id
        body = {"app_id": app_id, "name": app_id.title(), "key": self.signer.key.address}
        self.body = body | {"encryption_key": self.pair.public.to_hex()}
        town.operator.done("/v1/apps", self.body)


def received_box(town, one, pair):
    """As the ledger, which anybody may ask, has the owner."""
    ledger = ProvenLedger(TownProofs(town.operator), pins_of(town.about()))
    return sealing.received_box(one, pair, URL, ledger.anybody(one.owner))


def refused(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.status, caught.value.body["code"]


class Keeper(Owner):
    """A guardian, who sees to the documents of a thing that does nothing by itself."""

    def __init__(self, town, thing, may=Scope.ESCROW):
        super().__init__(town)
        self.thing = thing
        assert delegate(thing.person, self.person, may, town.now + 10 * DAY).status_code == 201
        self.acting = Guardian(self.person, thing.person)
        self.wards = BoxesFace(Session(self.acting))

    def enter(self, grantee=None, write=True):
        end = self.town.now + 20 * DAY
        sealing.let_oneself_in(self.acting.signer, URL, self.wards, "logbook", grantee or self.account, end, write)

    def box(self, name="logbook"):
        [one] = self.face.received()
        ledger = ProvenLedger(TownProofs(self.town.operator), pins_of(self.town.about()))
        own = self.person.signer.key.address
        return sealing.received_box(one, self.pair, URL, ledger.anybody(one.owner), own)
