"""Only an anonymized release leaves the bank, and each of its rows can be proved against the root."""

import random
from dataclasses import dataclass
from itertools import count

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, anonymize
from bank_api.domain.payload import make_payload
from chaincode.merkle import SALT_BYTES, leaf_hash, merkle_root
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json


@pytest.fixture(scope="module")
def release():
    columns = [
        Column.number("age", ColumnRole("quasi-identifier"), 18, 99),
        Column.number("tea", ColumnRole("harmless"), 0, 9),
    ]
    rows = [{"age": 20 + index, "tea": index % 5} for index in range(12)]
    return anonymize(rows, columns, ReleasePolicy(3, audience="0xP"), random.Random(1))


def counted():
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def test_the_root_commits_to_every_row_with_its_salt(release):
    payload = make_payload(release, counted())
    body = parse_canonical_json(payload.to_bytes())
    rows, salts = body["release"]["rows"], [bytes.fromhex(salt) for salt in body["salts"]]
    assert rows == release.records()
    assert [len(salt) for salt in salts] == [SALT_BYTES] * len(rows)
    assert len(set(salts)) == len(rows) == release.rows
    leaves = [leaf_hash(salt, canonical_json(row)) for row, salt in zip(rows, salts, strict=True)]
    assert merkle_root(leaves) == payload.root


def test_the_payload_says_how_anonymous_it_is_and_keeps_the_method_back(release):
    body = parse_canonical_json(make_payload(release, counted()).to_bytes())
    assert (body["release"]["k"], body["release"]["suppressed"]) == (release.k, release.suppressed)
    assert body["release"]["document"] == release.to_json()
    assert release.method.salt.hex() not in make_payload(release, counted()).to_bytes().decode()


def test_the_same_release_with_other_salts_has_another_root(release):
    one, other = make_payload(release, counted()), make_payload(release, random.Random(2).randbytes)
    assert one.root != other.root


def test_a_changed_row_no_longer_fits_the_root(release):
    payload = make_payload(release, counted())
    body = parse_canonical_json(payload.to_bytes())
    rows = [dict(row) for row in body["release"]["rows"]]
    rows[0]["tea"] += "x"
    leaves = [
        leaf_hash(bytes.fromhex(salt), canonical_json(row)) for row, salt in zip(rows, body["salts"], strict=True)
    ]
    assert merkle_root(leaves) != payload.root


@dataclass
class LooksLikeARelease:
    """Everything a release has, but nobody verified it."""

    real: object

    def __getattr__(self, name):
        return getattr(self.real, name)


@pytest.mark.parametrize("wrong", [None, {}, [{"age": 40}], "rows", b"rows"])
def test_nothing_else_is_accepted(wrong):
    with pytest.raises(TypeError, match="only an AnonymizedRelease may be sent out"):
        make_payload(wrong, counted())


def test_not_even_what_looks_like_a_release(release):
    with pytest.raises(TypeError, match="only an AnonymizedRelease may be sent out"):
        make_payload(LooksLikeARelease(release), counted())


def test_a_payload_does_not_show_its_content(release):
    payload = make_payload(release, counted())
    assert repr(payload) == f"ReleasePayload(k={payload.k}, suppressed={payload.suppressed})"
