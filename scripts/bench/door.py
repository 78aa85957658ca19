"""How wide the bank's door is: ./scripts/bench/run door [--at-once 1 --at-once 128 --at-once 600] [--json FILE].

With `--postgres` the bank rests on a PostgreSQL server of the bench's own, with `--database URL` on yours (a new, empty
database), and there `--workers N` processes serve. The bank's processor time is that of all its processes; the server's
is not in it. With `--network clique|evmd` the ledger is four validators, and the bank as it is then: PostgreSQL, three
processes that serve, two that may lead.

A real ledger and a real bank process, and one asyncio client on the same machine. Everybody is invited, and everything
signed, before the clock starts. Writes (join, answer, consent) are sent once by each member; of a login the signed half
is measured; reads are sent by members who joined, answered, consented and stand in one release.

For each call and each number of calls at once: calls a second, how long half and 99 of 100 callers waited, and the
processor time that bank, ledger and this client spent on one call. On a busy machine only processor time says anything.

A crowd that writes once is over in a second or two, of which one is the wait for a block: `--rounds N` has N times as
many people, of whom as many as before are under way. `--steps` tells where the bank's processor time went, step by
step (`door_steps`), which costs a tenth more of it. `--into docs/door.md` writes the table there:

    ./scripts/bench/run door --json door.json --into docs/door.md
    ./scripts/bench/run door --at-once 600 --rounds 3 --into docs/door.md
    ./scripts/bench/run door --at-once 600 --steps --into docs/door.md
    ./scripts/bench/run door --at-once 600 --timeline --into docs/door.md
    ./scripts/bench/run door --at-once 600 --postgres --workers 2 --into docs/door.md
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_account.messages import encode_defunct
from rich.console import Console

from bank_api.protocol.acts import SUBMISSION_OF, Parts
from chaincode.ids import new_id, to_hex
from chaincode.typed_data import Signed
from scripts.bench.door_load import Call, Measured, Usage, send_all
from scripts.bench.door_page import (
    HEADINGS,
    STATION_HEADINGS,
    Figures,
    mark,
    put_into,
    rows,
    show,
    station_rows,
    step_rows,
    table,
    title,
)
from scripts.bench.door_steps import Clocked, Told
from scripts.bench.door_timeline import Timed
from scripts.engines.nodes import EngineMissingError
from scripts.stage import acts, survey
from scripts.stage.cast import Actor, Company
from scripts.stage.networks import NETWORKS, NetworkStage, network_stage
from scripts.stage.postgres import PostgresMissingError, PostgresServer
from scripts.stage.processes import Stage, children_of
from wallet_cli.bank_client import Invitation
from wallet_cli.signing import answer as answering
from wallet_cli.signing import member as signing
from wallet_cli.signing.draft import Draft

READS = {
    "passbook": "/v1/me/passbook",
    "requests": "/v1/me/requests?language=ja",
    "consents": "/v1/me/consents",
    "releases": "/v1/me/releases",
    "surveys": "/v1/surveys",
    "me": "/v1/me",
}
SETTLE_SECONDS = 5.0
CALLS_LEAST = 8
"""Of each kind, however few go at once."""
PAUSE_SECONDS = 1.3
"""Between the writes of one who is alone: blocks are a second apart, and nobody signs twice in one."""
READS_LEAST = 1000
"""Of each read, by the same people again: Linux counts processor time in hundredths of a second."""


class Door:
    """One bank with its ledger, and the people whose calls are measured, a troop for each number of calls at once."""

    def __init__(
        self,
        stage: Stage,
        levels: Sequence[int],
        say: Callable[[str], None],
        rounds: int = 1,
        watched: Told | None = None,
    ) -> None:
        stage.start_ledger()
        stage.deploy()
        self.url = stage.start_bank("Door", program=watched.program if watched else ("-m", "bank_api"))
        self._watched = watched
        self.bank, self.ledger = Usage((stage.bank.pid,)), Usage(_ledger_pids(stage))
        if stage.workers > 1:
            until_leaders_stand(stage)
        self.story, self._say = acts.Story(), say
        self.company = stage.company() if isinstance(stage, NetworkStage) else Company(self.url, stage.operator)
        self.troops = {
            level: [self.company.newcomer("member") for _ in range(calls_at(level, rounds))] for level in levels
        }
        self.company.members = [person for troop in self.troops.values() for person in troop]
        self.tokens: dict[str, str] = {}
        load = os.getloadavg()[0]
        kind = "postgresql" if stage.database else "sqlite"
        name = stage.network.name if isinstance(stage, NetworkStage) else "ours"
        count, processors = len(self.company.members), os.cpu_count() or 1
        self.figures = Figures(count, name, kind, stage.workers, processors, round(load, 1), rounds)

    def measure_writes(self) -> None:
        acts.enroll(self.company)
        self._measure("join", self._joins())
        self._keep_tokens(self._measure("login", self._logins()))
        acts.publish_survey(self.company, self.story)
        self._measure("answer", self._answers())
        acts.ask(self.company, self.story)
        self._measure("consent", self._consents())

    def measure_all(self) -> Figures:
        self.measure_writes()
        self._say("one release")
        acts.release(self.company, self.story)
        for name, path in READS.items():
            self._measure(name, {level: list(self._reads(path, level)) for level in self.troops})
        self.figures.peak_memory_mb = self.bank.peak_memory_mb()
        self.figures.ledger_peak_memory_mb = self.ledger.peak_memory_mb()
        return self.figures

    def _measure(self, name: str, calls: dict[int, list[Call]]) -> list[bytes]:
        """Send each troop's calls; all answers, in the order of the members."""
        every: list[bytes] = []
        for level, troop in calls.items():
            self._say(f"{name}, {level} at once")
            pause = PAUSE_SECONDS if level == 1 and troop[0].method == "POST" else 0
            if self._watched:
                self._watched.told(self.bank.pids[0])
            measured, answers = send_all(self.url, troop, level, self.bank, self.ledger, pause)
            self.figures.calls.setdefault(name, {})[level] = measured
            if troop[0].method == "POST":
                self._watch(name, measured)
            every += answers
        return every

    def _watch(self, name: str, measured: Measured) -> None:
        match self._watched:
            case Clocked() as clocks:
                took = clocks.told(self.bank.pids[0])
                self.figures.steps[name] = {step: 1000 * seconds / measured.calls for step, seconds in took.items()}
            case Timed() as timed:
                self.figures.timelines[name] = timed.timeline(self.bank.pids[0], measured.began)

    def _each(self, make: Callable[[Actor], Call]) -> dict[int, list[Call]]:
        return {level: list(map(make, troop)) for level, troop in self.troops.items()}

    def _joins(self) -> dict[int, list[Call]]:
        codes = {person.account: to_hex(new_id())[2:34] for person in self.company.members}
        invitations = [Invitation(code=code, name="member") for code in codes.values()]
        self.company.operator.client.operator.invite(invitations)

        def join(person: Actor) -> Call:
            return _write(signing.join_bank(person.signer, self.company.bank, codes[person.account]))

        return self._each(join)

    def _logins(self) -> dict[int, list[Call]]:
        def login(person: Actor) -> Call:
            asked = self.company.connection.call(
                "POST", "/v1/session/challenge", body={"address": str(person.key.address)}
            )
            signature = person.key.sign_message(encode_defunct(text=asked["message"])).signature
            body = {"message": asked["message"], "signature": "0x" + bytes(signature).hex()}
            return Call("POST", "/v1/session", json.dumps(body).encode())

        return self._each(login)

    def _keep_tokens(self, answers: Sequence[bytes]) -> None:
        for person, answer in zip(self.company.members, answers, strict=True):
            self.tokens[person.account] = json.loads(answer)["token"]

    def _answers(self) -> dict[int, list[Call]]:
        asked, key = self.story.survey, self.company.bank.release_public_key
        if asked is None:
            raise RuntimeError("the survey comes first")
        rows = cycle(survey.respondents(None))
        return self._each(
            lambda person: _write(answering.answer_survey(person.signer, asked, next(rows), key), self._token(person))
        )

    def _consents(self) -> dict[int, list[Call]]:
        """All of one notice, which says the same to everybody."""
        found = self.company.members[0].client.member.requests()
        request = next(one for one in found if one.request_id == self.story.request_id)
        return self._each(
            lambda person: _write(signing.decide_consent(person.signer, request, given=True), self._token(person))
        )

    def _reads(self, path: str, level: int) -> Iterator[Call]:
        for person in islice(cycle(self.company.members), max(READS_LEAST, level)):
            yield Call("GET", path, token=self._token(person))

    def _token(self, person: Actor) -> str:
        return self.tokens[person.account]


def _ledger_pids(stage: Stage) -> tuple[int, ...]:
    return tuple(node.pid for node in stage.network.nodes) if isinstance(stage, NetworkStage) else (stage.ledger.pid,)


def until_leaders_stand(stage: Stage) -> None:
    """The one that stands by starts last, and what starting costs is nobody's call."""
    while len(children_of(stage.bank.pid)) < stage.workers + 2:
        time.sleep(0.1)
    time.sleep(SETTLE_SECONDS)


def _stage(network: str | None, folder: Path, database: str | None, workers: int, resources: ExitStack) -> Stage:
    if network is None:
        return Stage(folder, database=database, workers=workers)
    if database is not None or workers != 1:
        raise typer.BadParameter("brings its own database and processes", param_hint="--network")
    if network not in NETWORKS:
        raise typer.BadParameter("is clique or evmd", param_hint="--network")
    try:
        return network_stage(network, folder, resources)
    except (EngineMissingError, PostgresMissingError) as missing:
        raise SystemExit(str(missing)) from missing


def calls_at(level: int, rounds: int = 1) -> int:
    return max(CALLS_LEAST, level * (rounds if level > 1 else 1))


def _write(act: Signed[Any] | Draft[Any, Any], token: str | None = None) -> Call:
    """An act as the wallet's client would send it."""
    signed, parts = (act.signed, act.parts) if isinstance(act, Draft) else (act, Parts())
    submission = SUBMISSION_OF[type(signed.struct)]
    body = json.dumps(submission.body_of(signed, parts), ensure_ascii=False, separators=(",", ":")).encode()
    return Call("POST", submission.path_of(signed.struct), body, token)


def main(
    at_once: Annotated[list[int] | None, typer.Option(min=1, help="how many calls at once (1, 128, 600)")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures as one JSON object")] = None,
    database: Annotated[str | None, typer.Option(help="postgresql://… of an empty database of yours")] = None,
    postgres: Annotated[bool, typer.Option(help="start a PostgreSQL server for the bench")] = False,
    workers: Annotated[int, typer.Option(min=1, help="processes that serve; more than one need PostgreSQL")] = 1,
    network: Annotated[str | None, typer.Option(help="clique or evmd, four validators of it")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="how many times as many people write as are under way")] = 1,
    steps: Annotated[bool, typer.Option(help="where one process spent its time, step by step")] = False,
    timeline: Annotated[bool, typer.Option(help="when a crowd's writes came to each station")] = False,
    into: Annotated[Path | None, typer.Option(help="replace the table between its marks of this page")] = None,
) -> None:
    """Measure what the bank does in a second, how long its callers wait, and what a call costs."""
    progress = Console(stderr=True)
    levels = tuple(dict.fromkeys(at_once or (1, 128, 600)))
    if (steps or timeline) and (workers > 1 or network is not None or len(levels) > 1 or steps is timeline):
        raise typer.BadParameter("one of them, of one process and one number at once", param_hint="--steps, --timeline")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="azukari-door-"))
        if postgres:
            database = stack.enter_context(PostgresServer(durable=True)).new_database()
        stage = _stage(network, Path(folder), database, workers, stack)
        try:
            seen = Path(folder) / "seen.json"
            watched = Clocked(seen) if steps else Timed(seen) if timeline else None
            door = Door(stage, levels, lambda words: progress.print(f"[dim]{words}[/]"), rounds, watched)
            figures = door.measure_all()
            door.company.close()
        finally:
            stage.stop()
    told = [(HEADINGS, rows(figures), title(figures))]
    if steps:
        told.append((("step", *figures.steps), step_rows(figures), "The bank's processor milliseconds a write"))
    if timeline:
        told.append((STATION_HEADINGS, station_rows(figures), f"A crowd of {levels[0]}, in milliseconds since it came"))
    for headings, found, words in told:
        show(Console(), headings, found, words)
    memory = f"peak memory: bank {figures.peak_memory_mb} MB, ledger {figures.ledger_peak_memory_mb} MB"
    print(memory)
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(figures), indent=2) + "\n")
    if into is not None:
        headings, found, words = told[-1]
        when = time.strftime("%Y-%m-%d", time.gmtime())
        put_into(into, mark(figures), [f"{words}; {when}; {memory}", "", *table(headings, found)])


if __name__ == "__main__":
    typer.run(main)
