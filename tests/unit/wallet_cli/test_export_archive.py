"""A copy of everything in one archive: readable without us, and refused where a byte of it is another."""

import json
import resource
import zipfile
from contextlib import contextmanager

import pytest

from pds_adapter.sealing.chunks import content_digest
from wallet_cli import export_archive
from wallet_cli.copied_records import read_record
from wallet_cli.errors import InputError
from wallet_cli.export_archive import for_one_file, pack
from wallet_cli.messages import Messages
from wallet_cli.private_file import write_private
from wallet_cli.readable_copy import Answered, KeptDocument, readable
from wallet_cli.sealed_records import Record

FILES = {"profile.json": b"{}", "files/0d-1-scan.pdf": b"a scan"}


def digest(content):
    made = content_digest()
    made.update(content)
    return made.hexdigest()


def line(name, content):
    found = {"file": name, "size_bytes": len(content), "digest": digest(content)}
    more = {"title": "scan.pdf", "media_type": "application/pdf", "version": 1}
    return found | (more if name.startswith("files/") else {})


def archive(path, files=FILES, change=lambda manifest: None):
    manifest = {
        "format": export_archive.FORMAT,
        "account": "0x",
        "made_at": 1,
        "files": [line(*one) for one in FILES.items()],
    }
    change(manifest)
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
        made.writestr(export_archive.MANIFEST, json.dumps(manifest))
    return path


def test_its_documents_are_found_and_extracted(tmp_path):
    path = archive(tmp_path / "copy.zip")
    assert export_archive.is_archive(path)
    with export_archive.opened(path) as found:
        [document] = found.documents
        assert (document.title, document.media_type) == ("scan.pdf", "application/pdf")
        with found.extracted(document) as file:
            assert file.read_bytes() == b"a scan"


def test_a_copy_that_another_program_packed_with_its_folders_is_read(tmp_path):
    path = archive(tmp_path / "copy.zip")
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("files/", b"")
    with export_archive.opened(path) as found:
        assert [one.title for one in found.documents] == ["scan.pdf"]


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "profile.json": b"[]"},
        {**FILES, "files/0d-1-scan.pdf": b"a scan and more"},
        {**FILES, "more.txt": b""},
        {"profile.json": b"{}"},
    ],
    ids=["altered", "longer", "one too many", "one missing"],
)
def test_another_file_than_the_manifest_says_is_refused(tmp_path, files):
    with pytest.raises(InputError), export_archive.opened(archive(tmp_path / "copy.zip", files)):
        pass


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.update(format="azukari copy 2"),
        lambda manifest: manifest.pop("files"),
        lambda manifest: manifest["files"].append("x"),
        lambda manifest: manifest["files"][1].update(version="1"),
        lambda manifest: manifest["files"][1].update(title=""),
        lambda manifest: manifest["files"][1].update(media_type="x"),
        lambda manifest: manifest["files"][0].pop("digest"),
    ],
)
def test_another_manifest_is_refused(tmp_path, change):
    path = archive(tmp_path / "copy.zip", change=change)
    with pytest.raises(InputError), export_archive.opened(path):
        pass


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "copy.zip").write_bytes(b"PK no")
    assert not export_archive.is_archive(tmp_path / "copy.zip")
    assert not export_archive.is_archive(tmp_path / "nowhere")
    for name in ("copy.zip", "nowhere"):
        with pytest.raises(InputError), export_archive.opened(tmp_path / name):
            pass


RECORD = {"box": "diary", "name": "today", "fields": {"mood": "calm"}, "labels": ["tea"], "links": [["after", "x"]]}


def read(body):
    return read_record("documents/records.diary-today.json", json.dumps(body).encode())


def test_records_of_boxes_are_read_out_of_it():
    found = read(RECORD)
    assert (found.box, found.name) == ("diary", "today")
    assert found.record == Record({"mood": "calm"}, ("tea",), (("after", "x"),))
    assert read({"sealed_base64": "AAAA"}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"box": "../x"},
        {"name": ""},
        {"fields": []},
        {"fields": {"": 1}},
        {"labels": 3},
        {"links": [["one"]]},
        {"more": 1},
    ],
)
def test_what_is_no_record_is_refused(change):
    with pytest.raises(InputError):
        read(RECORD | change)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_readable_and_harmless(tmp_path, language):
    entry = {"time": 1_800_000_000, "kind": "answer", "title": "=1+1", "coins": 3, "balance": 3}
    (tmp_path / "profile.json").write_text(json.dumps({"account": "0xAB", "name": "<b>Alice</b>", "coins": 3}))
    (tmp_path / "passbook.json").write_text(json.dumps({"coins": 3, "entries": [entry]}))
    answers = [Answered("Health", "age", "Your age", 41, "", "0x12", "0xCD")]
    kept = [KeptDocument("<scan>", "application/pdf", 1, "files/a scan", 6, "00")]
    files = readable(Messages(language), tmp_path, answers, kept, 1_800_000_000)
    page = files["index.html"]
    assert "&lt;b&gt;Alice" in page
    assert "<b>" not in page
    assert 'href="files/a%20scan">&lt;scan&gt;' in page
    assert "script" not in page
    assert "'=1+1" in files["passbook.csv"]
    linked = json.loads(files["my-data.jsonld"])
    assert linked["variableMeasured"][0]["value"] == 41
    assert linked["variableMeasured"][0]["azukari:signedBy"] == "0xCD"
    assert "0xCD" in files["answers.csv"]
    assert linked["hasPart"][0]["contentUrl"] == "files/a scan"
    assert linked["@context"]["@vocab"] == "https://schema.org/"


@contextmanager
def no_room():
    """No file takes a byte more, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_nothing_is_left_half_written(tmp_path):
    with no_room(), pytest.raises(InputError) as refused:
        write_private(tmp_path / "copy.json", b"opened", "FOLDER")
    assert "copy.json" in str(refused.value)
    (tmp_path / "opened").mkdir()
    (tmp_path / "opened" / "answer.json").write_text("{}")
    with no_room(), pytest.raises(InputError), for_one_file(tmp_path / "opened"):
        pack(tmp_path / "opened", tmp_path / "copy.zip")
    assert list(tmp_path.iterdir()) == [], "what was opened lies nowhere"
