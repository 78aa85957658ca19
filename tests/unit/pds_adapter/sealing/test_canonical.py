import hashlib
import hmac
import json
import sys
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import CanonicalFormError
from pds_adapter.sealing import canonical
from pds_adapter.sealing.canonical import (
    DEPTH_MAX,
    INTEGER_MAX,
    canonical_json,
    commit,
    load_shallow_json,
    parse_canonical_json,
)

scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@given(values)
def test_format_and_parse_are_inverses(value):
    encoded = canonical_json(value)
    assert parse_canonical_json(encoded) == value
    assert json.loads(encoded) == value


@given(st.dictionaries(st.text(), scalars, max_size=6), st.randoms())
def test_the_order_in_which_keys_were_given_leaves_no_trace(value, rng):
    items = list(value.items())
    rng.shuffle(items)
    assert canonical_json(dict(items)) == canonical_json(value)


def test_keys_are_sorted_by_utf16_units_as_rfc8785_does():
    assert canonical_json({"\U0001f600": 1, "\ufb33": 2, "a": 3}).decode() == '{"a":3,"\U0001f600":1,"\ufb33":2}'


def test_text_stays_readable_and_escapes_are_minimal():
    assert canonical_json({"答": "は\n\x07/é"}) == '{"答":"は\\n\\u0007/é"}'.encode()


@pytest.mark.parametrize(
    ("value", "path", "rule"),
    [
        (1.5, "$", "float"),
        ({"a": [1, float("nan")]}, "$.a[1]", "float"),
        ({1: 2}, "$", "not a string"),
        ({"a": INTEGER_MAX + 1}, "$.a", "beyond"),
        ("\ud800", "$", "surrogate"),
        ({"x": b"bytes"}, "$.x", "no JSON type"),
        ({"x": {1, 2}}, "$.x", "no JSON type"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value, path, rule):
    with pytest.raises(CanonicalFormError, match=rule) as refused:
        canonical_json(value)
    assert refused.value.path == path


def test_too_deep_is_refused():
    value = []
    for _ in range(DEPTH_MAX + 1):
        value = [value]
    with pytest.raises(CanonicalFormError, match="deeper"):
        canonical_json(value)
    with pytest.raises(CanonicalFormError, match="deeper"):
        parse_canonical_json(b"[" * 100_000)
    just_fits = b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1)
    assert canonical_json(parse_canonical_json(just_fits)) == just_fits
    assert parse_canonical_json(b'["' + b"[" * 1000 + b'"]') == ["[" * 1000], "brackets in a string are no depth"


def test_too_deep_is_refused_where_the_recursion_limit_was_raised():
    """As py-evm raises it for its whole process; the parser would overflow the C stack there."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        with pytest.raises(CanonicalFormError, match="deeper"):
            parse_canonical_json(b'{"a":' * 200_000)
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    "encoded",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u0061"',
        b'{"a":1,"a":1}',
        b"1.0",
        b"NaN",
        b"1e3",
        b"-0",
        b"\xff",
        b"",
        b"1" * 5000,
        b"\xef\xbb\xbf1",
    ],
)
def test_any_other_spelling_is_refused(encoded):
    with pytest.raises(CanonicalFormError):
        parse_canonical_json(encoded)


def test_the_commitment_is_hmac_sha256_so_that_a_browser_can_make_it():
    salt, content = b"\x07" * 32, canonical_json({"q1": 3})
    expected = hmac.new(salt, b"azukari commitment 1\x00" + content, hashlib.sha256).digest()
    assert commit(salt, content) == expected


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary(min_size=32, max_size=32), st.binary())
def test_another_salt_or_another_content_gives_another_commitment(salt, content, salt2, content2):
    assert (commit(salt, content) == commit(salt2, content2)) == ((salt, content) == (salt2, content2))


def test_a_short_salt_is_refused():
    with pytest.raises(CanonicalFormError) as refused:
        commit(b"x" * 31, b"")
    assert refused.value.path == "salt"


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 200_000, "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), "", "{"]
)
def test_what_a_stranger_nested_without_end_is_refused_before_it_is_parsed(text):
    with pytest.raises(ValueError, match=r"levels|Expecting"):
        load_shallow_json(text)


def test_any_spelling_of_a_shallow_value_is_read():
    assert load_shallow_json(' {"a": [1.5, "\\u0041[[["]} ') == {"a": [1.5, "A[[["]}
    assert load_shallow_json("[" * DEPTH_MAX + "]" * DEPTH_MAX) is not None


class Colour(IntEnum):
    RED = 1


odd = st.sampled_from([Colour.RED, 1.0, INTEGER_MAX + 1, -INTEGER_MAX, "\ud800", "\U0001f600", b"x", {1: 2}, (1, "a")])
keys = st.text() | st.sampled_from(["\U0001f600", "\ufb33", "\ue000", "\ud800"])


odd_values = st.recursive(
    scalars | odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)


@given(odd_values)
def test_the_quick_way_spells_as_the_one_that_names_places_or_leaves_it_to_that(value):
    try:
        expected = canonical._text(value, "$", 0).encode()
    except CanonicalFormError:
        expected = None
    assert canonical._plain(value) in (None, expected)


def test_the_quick_way_is_taken_by_what_people_answer():
    answer = {"survey_id": "0x" + "1f" * 32, "values": {"age": 3, "educ": 1}, "salt": "ab" * 32, "text": "はい"}
    assert canonical._plain(answer) is not None
