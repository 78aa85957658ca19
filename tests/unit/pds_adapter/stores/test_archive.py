import io
import zipfile

import pytest

from pds_adapter.errors import AccountUnknownError, ArchiveFormatError
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import open_sealed, seal
from pds_adapter.stores.archive import read_archive, write_archive
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.port import Put, Stored

NOW = 1_800_000_000


@pytest.fixture
def store(tmp_path, member):
    made = EmbeddedStore(tmp_path / "pds.sqlite")
    made.open_account("alice", NOW)
    made.put_many(
        [Put("alice", box, name, seal(f"{box}{name}".encode(), [member.public], b"c")) for box in "ab" for name in "12"]
    )
    made.grant("alice", "a", "bank", NOW)
    made.revoke("alice", "a", "bank", NOW + 1)
    made.grant("alice", "b", "bank", NOW + 2)
    yield made
    made.close()


def archived(store):
    file = io.BytesIO()
    assert write_archive(store, "alice", NOW + 9, file) == 4
    return file.getvalue()


def test_another_store_takes_the_archive_in(store, tmp_path, member):
    archive = read_archive(io.BytesIO(archived(store)))
    assert (archive.account_id, archive.exported_at) == ("alice", NOW + 9)
    assert archive.grants == tuple(store.grants("alice"))
    other = EmbeddedStore(tmp_path / "other.sqlite")
    other.open_account("alice", NOW)
    assert all(isinstance(answer, Stored) for answer in other.put_many(archive.documents))
    assert list(other.export("alice")) == list(store.export("alice"))
    assert open_sealed(other.get("alice", "b", "2").content, member, b"c").content == b"b2"
    other.close()


def test_the_same_account_gives_the_same_bytes(store):
    assert archived(store) == archived(store)


def test_an_unknown_account_has_no_archive(store):
    with pytest.raises(AccountUnknownError):
        write_archive(store, "nobody", NOW, io.BytesIO())


def rewritten(data, change):
    """The archive with its entries passed through `change`: name -> bytes, as a dictionary."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def in_manifest(**members):
    def change(entries):
        entries["manifest.json"] = canonical_json({**parse_canonical_json(entries["manifest.json"]), **members})

    return change


def listed(**members):
    def change(entries):
        manifest = parse_canonical_json(entries["manifest.json"])
        manifest["documents"][0].update(members)
        entries["manifest.json"] = canonical_json(manifest)

    return change


@pytest.mark.parametrize(
    ("change", "entry", "rule"),
    [
        (lambda e: e.pop("manifest.json"), "manifest.json", "missing"),
        (lambda e: e.pop("documents/a/1"), "documents/a/1", "missing"),
        (lambda e: e.update({"documents/a/9": b""}), "documents/a/9", "not in the manifest"),
        (lambda e: e.update({"documents/a/1": e["documents/a/2"]}), "documents/a/1", "altered"),
        (lambda e: e.update({"manifest.json": b"{ }"}), "manifest.json", "canonical"),
        (in_manifest(format="azukari export 2"), "manifest.json", "azukari export 1"),
        (in_manifest(extra=1), "manifest.json", "exactly"),
        (in_manifest(exported_at="now"), "manifest.json", "time"),
        (in_manifest(documents={}), "manifest.json", "lists"),
        (in_manifest(account_id="../x"), "manifest.json", "account id"),
        (in_manifest(documents=[1]), "manifest.json", "exactly box"),
        (in_manifest(grants=[1]), "manifest.json", "grant"),
        (
            in_manifest(grants=[{"box": "a", "recipient": "b", "granted_at": "x", "revoked_at": None}]),
            "manifest.json",
            "whole numbers",
        ),
        (
            in_manifest(grants=[{"box": "a", "recipient": "b", "granted_at": 1, "revoked_at": False}]),
            "manifest.json",
            "whole numbers",
        ),
        (listed(name="2"), "manifest.json", "listed once"),
        (listed(box="../../etc"), "manifest.json", "box"),
        (listed(file="documents/b/1"), "manifest.json", "listed once"),
    ],
)
def test_an_archive_that_is_not_whole_is_refused_by_entry(store, change, entry, rule):
    with pytest.raises(ArchiveFormatError, match=rule) as refused:
        read_archive(rewritten(archived(store), change))
    assert refused.value.entry == entry


def test_a_document_that_is_not_sealed_is_refused_even_with_its_digest(store):
    import hashlib

    def change(entries):
        entries["documents/a/1"] = b"plaintext"
        listed(digest=hashlib.blake2b(b"plaintext", digest_size=32).hexdigest())(entries)

    with pytest.raises(ArchiveFormatError, match="sealed document") as refused:
        read_archive(rewritten(archived(store), change))
    assert refused.value.entry == "documents/a/1"


def test_compressed_and_repeated_entries_are_refused(store):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 10_000)
    with pytest.raises(ArchiveFormatError, match="stored plainly"):
        read_archive(file)
    twice = io.BytesIO(archived(store))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("documents/a/1", b"x")
    with pytest.raises(ArchiveFormatError, match="twice"):
        read_archive(twice)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\x00" * 40])
def test_what_is_no_archive_is_refused(data):
    with pytest.raises(ArchiveFormatError, match="no readable ZIP"):
        read_archive(io.BytesIO(data))


def test_one_altered_byte_of_a_document_is_found(store):
    data = archived(store)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("documents/a/2")
    start = info.header_offset + 30 + len(info.filename)
    for at in range(start, start + info.file_size, 7):
        bent = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(ArchiveFormatError):
            read_archive(io.BytesIO(bent))
