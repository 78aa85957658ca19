"""Members of a `Town` who keep files by the wallet's own code, over the application itself."""

from tests.unit.bank_api.person import URL
from wallet_cli import granted_files, sealed_files
from wallet_cli.bank_client.connection import read_shapes
from wallet_cli.bank_client.files import FileGrantsFace, FilesFace


class RefusedError(Exception):
    def __init__(self, answer):
        super().__init__(answer.text)
        self.status, self.body = answer.status_code, answer.json()


def received_cover(person, handed, own, owner=None, asked=None):
    """As the ledger, which anybody may ask, has the owner."""
    proven = person.proven.anybody(owner or handed.owner)
    return granted_files.received_cover(person.signer.encryption, handed, URL, proven, own, asked or handed.grant_id)


class Session:
    """What a wallet's session does, over the application itself; `dies_at` counts requests of a method down."""

    def __init__(self, person):
        self.person, self.asked, self.bodies, self.dies_at = person, [], [], None

    def call(self, method, path, body=None):
        self.asked.append((method, path))
        self.bodies.append((method, path, body))
        if self.dies_at and method == "PUT" and "/chunks/" in path and next(self.dies_at) == 0:
            raise ConnectionError("the wallet died")
        answer = self.person.town.client.request(method, path, json=body, headers=self.person.headers)
        if answer.status_code >= 400:
            raise RefusedError(answer)
        return answer.json()

    def read(self, shape, path):
        return shape.model_validate(self.call("GET", path))

    def read_all(self, shape, path, key):
        return read_shapes(shape, self.call("GET", path), key, path)


class Owner:
    def __init__(self, town):
        self.person = town.member()
        self.session = Session(self.person)
        self.face, self.grants = FilesFace(self.session), FileGrantsFace(self.session)
        self.signer = self.person.signer

    def put(self, path, title="photo.jpg", document=None):
        return sealed_files.put_file(
            self.face, self.signer, path, title, "image/jpeg", document, lambda done, whole: None
        )

    def files(self):
        return sealed_files.own_files(self.face, self.signer)

    def got(self, cover, target):
        def chunk_of(index):
            return self.face.chunk(cover.document, cover.version, index)

        sealed_files.get_file(cover, self.signer.account, chunk_of, target, lambda done, whole: None)
        return target.read_bytes()

    def grant(self, recipient, until, cover=None):
        """Let another owner read; the newest document unless told."""
        one = self.files()[-1] if cover is None else next(one for one in self.files() if one.cover == cover)
        key = recipient.signer.encryption.public
        return granted_files.grant_file(self.grants, self.signer, URL, one, recipient.person.account, key, until)

    def received(self, grant_id, target):
        handed = self.grants.cover(grant_id)
        cover = received_cover(self.person, handed, self.person.account)
        sealed_files.get_file(
            cover,
            handed.owner,
            lambda index: self.grants.chunk(grant_id, index),
            target,
            lambda done, whole: None,
        )
        return target.read_bytes()
