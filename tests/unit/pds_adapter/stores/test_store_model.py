"""Stores against a plain model of the same rules, and the embedded one against kill -9."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pds_adapter.errors import (
    AccountErasedError,
    AccountUnknownError,
    DocumentUnknownError,
    ETagConflictError,
    NotGrantedError,
    StoreError,
)
from pds_adapter.sealing.envelope import KeyPair, seal
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.port import Grant, Outcome, Put, Reference, Stored, etag_of

PEOPLE, BOXES, NAMES, READERS = ("alice", "bob"), ("a", "b"), ("1", "2"), ("bank", "shop")
SEALED = [seal(bytes([i]), [KeyPair.from_seed(b"m" * 32).public], b"c") for i in range(3)]
ETAGS = [etag_of(sealed.to_bytes()) for sealed in SEALED]


def outcome_of(call):
    try:
        return call()
    except StoreError as error:
        return type(error)


class StoreAgainstModel(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.store = self.open_store(Path(self.directory.name))
        self.opened, self.erased = set(), {}
        self.documents = {}
        self.grants = []
        self.now = 0

    def open_store(self, directory):
        return EmbeddedStore(directory / "pds.sqlite")

    def teardown(self):
        self.store.close()
        self.directory.cleanup()

    def refusal(self, person):
        if person not in self.opened:
            return AccountUnknownError
        return AccountErasedError if person in self.erased else None

    def live(self, person, box, reader):
        return next(
            (g for g in self.grants if (g.account_id, g.box, g.recipient, g.revoked_at) == (person, box, reader, None)),
            None,
        )

    def expected_put(self, person, key, which, if_match, if_none_match):
        if self.refusal(person):
            return self.refusal(person)
        present = self.documents.get(key)
        if present == which:
            return Outcome.REPEATED
        if if_none_match and present is not None:
            return ETagConflictError
        if if_match is not None and present != if_match:
            return ETagConflictError
        self.documents[key] = which
        return Outcome.CREATED if present is None else Outcome.CHANGED

    @rule(person=st.sampled_from(PEOPLE))
    def open(self, person):
        expected = AccountErasedError if person in self.erased else person not in self.opened
        assert outcome_of(lambda: self.store.open_account(person, self.now)) == expected
        self.opened.add(person)

    @rule(
        puts=st.lists(
            st.tuples(
                st.sampled_from(PEOPLE),
                st.sampled_from(BOXES),
                st.sampled_from(NAMES),
                st.integers(0, 2),
                st.none() | st.integers(0, 2),
                st.booleans(),
            ),
            max_size=4,
        )
    )
    def put_many(self, puts):
        expected, asked = [], []
        for person, box, name, which, if_match, absent in puts:
            absent = absent and if_match is None
            expected.append(self.expected_put(person, (person, box, name), which, if_match, absent))
            match = None if if_match is None else ETAGS[if_match]
            asked.append(Put(person, box, name, SEALED[which], match, absent))
        answers = self.store.put_many(asked)
        assert [a.outcome if isinstance(a, Stored) else type(a) for a in answers] == expected

    @rule(
        person=st.sampled_from(PEOPLE),
        box=st.sampled_from(BOXES),
        name=st.sampled_from(NAMES),
        if_match=st.none() | st.integers(0, 2),
    )
    def delete(self, person, box, name, if_match):
        present = self.documents.get((person, box, name))
        expected = self.refusal(person) or present is not None
        if expected is True and if_match not in (None, present):
            expected = ETagConflictError
        match = None if if_match is None else ETAGS[if_match]
        assert outcome_of(lambda: self.store.delete(person, box, name, if_match=match)) == expected
        if expected is True:
            del self.documents[person, box, name]

    @rule(person=st.sampled_from(PEOPLE), box=st.sampled_from(BOXES), reader=st.sampled_from(READERS))
    def grant(self, person, box, reader):
        self.now += 1
        live = self.live(person, box, reader)
        expected = self.refusal(person) or live or Grant(person, box, reader, self.now)
        assert outcome_of(lambda: self.store.grant(person, box, reader, self.now)) == expected
        if isinstance(expected, Grant) and live is None:
            self.grants.append(expected)

    @rule(person=st.sampled_from(PEOPLE), box=st.sampled_from(BOXES), reader=st.sampled_from(READERS))
    def revoke(self, person, box, reader):
        self.now += 1
        live = self.live(person, box, reader)
        ended = replace(live, revoked_at=self.now) if live else None
        assert outcome_of(lambda: self.store.revoke(person, box, reader, self.now)) == (self.refusal(person) or ended)
        if live:
            self.grants[self.grants.index(live)] = ended

    @precondition(lambda self: self.opened)
    @rule(person=st.sampled_from(PEOPLE))
    def erase(self, person):
        self.now += 1
        answer = outcome_of(lambda: self.store.erase(person, self.now))
        if person not in self.opened:
            assert answer is AccountUnknownError
        elif person in self.erased:
            assert answer == self.erased[person]
        else:
            mine = [key for key in self.documents if key[0] == person]
            grants = [grant for grant in self.grants if grant.account_id == person]
            assert (answer.documents, answer.wraps, answer.grants) == (len(mine), len(mine), len(grants))
            self.erased[person] = answer
            self.documents = {key: which for key, which in self.documents.items() if key[0] != person}
            self.grants = [grant for grant in self.grants if grant.account_id != person]

    @rule()
    def restart(self):
        self.store.close()
        self.store = self.open_store(Path(self.directory.name))

    @invariant()
    def everybody_reads_what_the_model_says(self):
        places = [Reference(person, box, name) for person in PEOPLE for box in BOXES for name in NAMES]
        for reader in (None, "bank"):
            for place, answer in zip(places, self.store.get_many(places, reader=reader), strict=True):
                which = self.documents.get((place.account_id, place.box, place.name))
                if self.refusal(place.account_id):
                    assert type(answer) is self.refusal(place.account_id)
                elif reader and not self.live(place.account_id, place.box, reader):
                    assert type(answer) is NotGrantedError
                elif which is None:
                    assert type(answer) is DocumentUnknownError
                else:
                    assert (answer.content, answer.etag) == (SEALED[which], ETAGS[which])


StoreAgainstModel.TestCase.settings = settings(max_examples=12, stateful_step_count=20)
TestStoreAgainstModel = StoreAgainstModel.TestCase


class PersoniumAgainstModel(StoreAgainstModel):
    unit = None

    def open_store(self, directory):
        return PersoniumStore(self.unit.url, directory, self.unit.token)


def test_personium_against_model(personium_unit):
    PersoniumAgainstModel.unit = personium_unit
    run_state_machine_as_test(PersoniumAgainstModel, settings=settings(max_examples=5, stateful_step_count=15))


@pytest.mark.parametrize("acknowledged", [1, 7, 20])
def test_kill_9_between_acknowledgements_loses_none_and_leaves_no_half_batch(tmp_path, acknowledged):
    path = tmp_path / "pds.sqlite"
    script = f"""
        from pds_adapter.stores.embedded import EmbeddedStore
        from pds_adapter.sealing.envelope import KeyPair, seal
        from pds_adapter.stores.port import Put
        store = EmbeddedStore({str(path)!r})
        store.open_account("alice", 1)
        document = seal(b"x", [KeyPair.from_seed(b"m" * 32).public], b"c")
        for batch in range(100_000):
            store.put_many([Put("alice", "a", f"{{batch}}-{{i}}", document) for i in range(5)])
            print(batch, flush=True)
    """
    writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
    answered = [int(writer.stdout.readline()) for _ in range(acknowledged)]
    os.kill(writer.pid, signal.SIGKILL)
    answered += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    store = EmbeddedStore(path)
    found = {entry.name for entry in store.entries("alice")}
    batches = {int(name.partition("-")[0]) for name in found}
    assert set(answered) <= batches
    assert len(batches) <= len(answered) + 1
    assert found == {f"{batch}-{i}" for batch in batches for i in range(5)}
    store.close()
