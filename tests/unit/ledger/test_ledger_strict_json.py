"""Reading a stranger's JSON: what is refused, and that nothing makes the reading slow."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.strict_json import DEPTH_MAX, load_json

MEGABYTES = 14 << 20
SLOWER_MAX = 30
"""Times as slow as the parser itself; the regular expression that was here took some two hundred times as long."""
texts = st.text(alphabet='[]{}"\\a,', max_size=30)
values = st.recursive(st.none() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(values)
def test_what_is_json_is_read_as_it_is(value):
    assert load_json(json.dumps(value)) == value
    assert load_json(json.dumps(value).encode()) == value


@given(st.text(alphabet='[]{}"\\:,1', max_size=40))
def test_what_is_no_json_is_refused(text):
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            load_json(text)
    else:
        assert load_json(text) == expected


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_the_depth_is_bounded(opening, closing):
    def nested(depth):
        return opening * depth + "1" + closing * depth

    assert load_json(nested(DEPTH_MAX))
    with pytest.raises(ValueError, match="deeper"):
        load_json(nested(DEPTH_MAX + 1))
    for text in (opening * 300_000, nested(DEPTH_MAX + 1).replace("1", '"]]"')):
        with pytest.raises(ValueError, match="deeper"):
            load_json(text)
    assert load_json(json.dumps({"a": "[" * 1000, "b\\": '\\"[[' * 100}))


def test_the_number_of_values_is_bounded_where_asked_for():
    assert load_json("[1,2,3]", parts_max=4) == [1, 2, 3]
    for text in ("[1,2,3,4]", "[[],[],[]]", '["\\n\\n\\n\\n\\n"]'):
        with pytest.raises(ValueError, match="more than 4 parts"):
            load_json(text, parts_max=4)
    assert load_json('["[[[[,,,,,,"]', parts_max=4) == ["[[[[,,,,,,"]


@pytest.mark.parametrize(
    "text",
    [
        '["' + "a" * MEGABYTES + '"]',
        '["' + '\\"' * (MEGABYTES // 2) + '"]',
        "[" + "[]," * (MEGABYTES // 6) + "1]",
        "[" + '"",' * (MEGABYTES // 6) + "1]",
        "[" + ("[" * 60 + "]" * 60 + ",") * 20_000 + "1]",
    ],
    ids=["a long string", "escapes", "lists", "strings", "nested lists"],
)
def test_reading_takes_hardly_longer_than_parsing(text):
    seconds = []
    for read in (json.loads, load_json):
        started = time.process_time()
        read(text)
        seconds.append(time.process_time() - started)
    print(f"\nparsed in {seconds[0]:.3f} s, read strictly in {seconds[1]:.3f} s")
    assert seconds[1] < max(seconds[0], 0.05) * SLOWER_MAX
