"""What calls cost as members come: ./scripts/bench/run members [--members 1000 --members 100000] [--json FILE]
[--into docs/door.md].

A real ledger and a real bank with a small story on them: sixty people who joined, answered, consented, stand in a
release and bought coupons. Then the index is told of many more members who did the same, by events in the chain's
first block, which no contract wrote: what the bank looks things up in is as large as if they were there. Of each size
a bank of its own stays, all of one ledger, and they are measured in turn: a machine whose speed changes while it works
changes it for all. A fresh troop joins, logs in, answers and consents at one bank after the other; then all run, and
everybody reads.

Of more than 10^5 the rest are copies of those under other ids (`members_copies`), one size alone and the last.

The bank's processor time for each call, the least of some rounds, and how many times that of the smallest size it is.
No call should cost more than one and a half times as much.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chaincode.ids import id_from_hex
from scripts.bench.door import Door
from scripts.bench.door_load import Call, Measured, Usage, send_all
from scripts.bench.door_page import put_into, show, table
from scripts.bench.members_copies import TOLD_MAX
from scripts.bench.members_told import Story, Telling
from scripts.stage import acts, survey
from scripts.stage.cast import Actor
from scripts.stage.processes import Process, Stage

REAL = 60
"""People of the small story."""
FRESH, TROOPS = 64, 6
"""Who joins, logs in and answers at each size, and how many times so many."""
READS_AT_ONCE, READS, ROUNDS = 32, 200, 7
"""The least of some rounds is told: what else a machine does makes a round dearer, and none cheaper."""
TIMES_MAX = 1.5
MEMBER_READS = (
    *("/v1/me", "/v1/me/passbook", "/v1/me/requests", "/v1/me/consents", "/v1/me/answers", "/v1/me/releases"),
    *("/v1/me/coupons", "/v1/surveys", "/v1/coupon-classes", "/v1/inbox"),
)
OFFICE_READS = {
    "media": ("/v1/requests", "/v1/releases", "/v1/partner/summary", "/v1/inbox"),
    "cafe": ("/v1/partner/summary",),
    "shop": ("/v1/shop/redemptions",),
    "board": ("/v1/requests", "/v1/inbox"),
    "operator": ("/v1/operator/summary", "/v1/releases", "/v1/inbox"),
}


@dataclass
class Growth:
    """The bank's processor milliseconds by call, then by how many members there are."""

    calls: dict[str, dict[int, float]] = field(default_factory=dict)
    peak_memory_mb: dict[int, float] = field(default_factory=dict)

    def times(self, call: str) -> float:
        """How many times the smallest size's cost the largest size's is."""
        first, *_, last = sorted(self.calls[call].items())
        return round(last[1] / first[1], 2) if first[1] else 0.0


class Grown:
    """A bank whose index is told of more and more members."""

    def __init__(self, stage: Stage, sizes: Sequence[int], say: Callable[[str], None]) -> None:
        self._stage, self._say = stage, say
        self._data: dict[int, Path] = {}
        """Where the bank of each size rests."""
        self.door = Door(stage, (FRESH,), say)
        self.company = self.door.company
        self.fresh = {size: [self._troop() for _ in range(TROOPS)] for size in sizes}
        self.growth = Growth()

    def play(self) -> None:
        """The small story."""
        acts.enroll(self.company)
        acts.join(self.company, REAL, lambda: None)
        everybody = [person for troops in self.fresh.values() for troop in troops for person in troop]
        self.company.members += everybody  # the budget is for all
        acts.publish_survey(self.company, self.door.story)
        self.company.members = self.company.members[:REAL]
        acts.answer(self.company, self.door.story, survey.respondents(REAL), lambda: None)
        acts.ask(self.company, self.door.story)
        acts.decide(self.company, self.door.story, lambda: None)
        acts.release(self.company, self.door.story)
        acts.trade(self.company, self.door.story, lambda: None)
        self.readers = self.company.members
        self.door.troops = {REAL: self.readers}
        self.door._keep_tokens(self._send("", self.door._logins()[REAL], 8)[1])
        self._telling = Telling(self._names())
        self.offices = {tag: self.company.others.get(tag, self.company.operator) for tag in OFFICE_READS}
        for actor in self.offices.values():
            [answer] = self._send("", self._login([actor]), 1)[1]
            self.door.tokens[actor.account] = json.loads(answer)["token"]

    def grow(self) -> None:
        """A bank for each size: the index is told of members until there are so many."""
        self._stage.bank.stop()
        *smaller, largest = sorted(self.fresh)
        grown = self._stage.bank_data
        for size in smaller:
            self._tell(size)
            self._data[size] = self._stage.folder / f"bank-{size}"
            shutil.copytree(grown, self._data[size])
        self._tell(largest)
        self._data[largest] = grown

    def measure(self) -> None:
        """Everything, of all sizes in turn."""
        for turn in range(TROOPS):
            for size, data in self._data.items():
                self._stage.bank_data = data
                self._stage.start_bank("Door")
                self.door.bank = Usage((self._stage.bank.pid,))
                asked = Call("GET", "/v1/surveys", token=self.door.tokens[self.readers[0].account])
                self._send("", [asked], 1)  # it reads first what the other banks wrote meanwhile
                self._write(size, self.fresh[size][turn])
                self._note_memory(size, self.door.bank)
                self._stage.bank.stop()
        banks = self._all_banks()
        try:
            for path in MEMBER_READS:
                self._read(path, self.readers, banks)
            for tag, paths in OFFICE_READS.items():
                for path in paths:
                    self._read(path, [self.offices[tag]], banks, f" ({tag})")
            for size, bank in banks.items():
                self._note_memory(size, Usage((bank.pid,)))
        finally:
            for bank in banks.values():
                bank.stop()

    def _note_memory(self, size: int, used: Usage) -> None:
        """The most of those that wrote and of the one that was read."""
        known = self.growth.peak_memory_mb.get(size, 0.0)
        self.growth.peak_memory_mb[size] = max(known, used.peak_memory_mb())

    def _all_banks(self) -> dict[int, Process]:
        """A bank of each size; nobody writes, so that they do not meet on the ledger."""
        found = {}
        for size, data in self._data.items():
            self._stage.bank_data = data
            self._stage.bank = found[size] = Process([], self._stage.folder / f"bank-{size}.log")
            self._stage.start_bank("Door")
        return found

    def _tell(self, size: int) -> None:
        self._say(f"{size} members are told of")
        self._telling.tell(self._stage.bank_data / "bank.sqlite3", size)

    def _troop(self) -> list[Actor]:
        return [self.company.newcomer("member") for _ in range(FRESH)]

    def _write(self, size: int, troop: list[Actor]) -> None:
        self.company.members, self.door.troops = troop, {FRESH: troop}
        self._note("join", size, self._send("join", self.door._joins()[FRESH], FRESH)[0])
        measured, answers = self._send("login", self.door._logins()[FRESH], FRESH)
        self._note("login", size, measured)
        self.door._keep_tokens(answers)
        self._note("answer", size, self._send("answer", self.door._answers()[FRESH], FRESH)[0])
        self._note("consent", size, self._send("consent", self.door._consents()[FRESH], FRESH)[0])
        self.company.members = self.door.troops[FRESH]

    def _login(self, people: Sequence[Actor]) -> list[Call]:
        self.door.troops = {1: list(people)}
        return self.door._logins()[1]

    def _read(self, path: str, people: Sequence[Actor], banks: Mapping[int, Process], who: str = "") -> None:
        tokens = [self.door.tokens[person.account] for person in people]
        calls = [Call("GET", path, token=token) for token in islice(cycle(tokens), READS)]
        self._say(path + who)
        for turn in range(ROUNDS + 1):
            for size, bank in banks.items():
                sent = calls if turn else calls[:8]  # what is found once a block is found
                used = Usage((bank.pid,))
                measured, _ = send_all(bank.url, sent, READS_AT_ONCE if turn else 8, used, self.door.ledger)
                if turn:
                    self._note(path.removeprefix("/v1") + who, size, measured)

    def _send(self, name: str, calls: Sequence[Call], at_once: int) -> tuple[Measured, list[bytes]]:
        if name:
            self._say(name)
        return send_all(self.door.url, calls, at_once, self.door.bank, self.door.ledger)

    def _note(self, call: str, size: int, measured: Measured) -> None:
        costs = self.growth.calls.setdefault(call, {})
        costs[size] = min(measured.bank_cpu_ms, costs.get(size, measured.bank_cpu_ms))

    def _names(self) -> Story:
        asked, offered = self.door.story, self.company.operator.client.public.coupon_classes()
        if asked.survey is None:
            raise RuntimeError("the story comes first")
        return Story(
            survey_id=id_from_hex(asked.survey.survey_id),
            request_id=id_from_hex(asked.request_id),
            release_id=id_from_hex(asked.releases[0]["release_id"]),
            class_id=id_from_hex(offered[0].class_id),
            partner=self.company.others["media"].account,
            shop=self.company.others["shop"].account,
        )


def rows(growth: Growth, loud: str = "{}") -> list[list[str]]:
    """A row for each call; `loud` is how a cost is written that grew too much."""
    found = []
    for call, costs in growth.calls.items():
        times = growth.times(call)
        told = loud.format(times) if times > TIMES_MAX else str(times)
        found.append([call, *(f"{costs[size]:.2f}" for size in sorted(costs)), told])
    return found


def main(
    members: Annotated[list[int] | None, typer.Option(min=1, help="how many members (1000, 10000, 100000)")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures as one JSON object")] = None,
    into: Annotated[Path | None, typer.Option(help="replace the table between its marks of this page")] = None,
) -> None:
    """Measure what each call costs the bank when there are more and more members."""
    progress = Console(stderr=True)
    sizes = sorted(set(members or (1_000, 10_000, 100_000)))
    if any(size > TOLD_MAX and size % TOLD_MAX for size in sizes) or sum(size > TOLD_MAX for size in sizes) > 1:
        raise typer.BadParameter(f"one size above {TOLD_MAX}, and a multiple of it", param_hint="--members")
    os.environ["AZUKARI_BANK_ACCOUNT_REQUESTS_PER_SECOND"] = "0"  # one office asks for all that are measured
    with tempfile.TemporaryDirectory(prefix="azukari-members-") as folder:
        stage = Stage(Path(folder))
        try:
            grown = Grown(stage, sizes, lambda words: progress.print(f"[dim]{words}[/]"))
            grown.play()
            grown.grow()
            grown.measure()
            grown.company.close()
        finally:
            stage.stop()
    headings = ("call", *(f"{size:,} members" for size in sizes), "times")
    words = "The bank's processor milliseconds a call"
    show(Console(), headings, rows(grown.growth, "[red]{}[/]"), words)
    memory = "peak memory: " + ", ".join(f"{grown.growth.peak_memory_mb[size]:.0f} MB" for size in sizes)
    print(memory)
    if into is not None:
        when = time.strftime("%Y-%m-%d", time.gmtime())
        put_into(
            into,
            "door members" + (" 10^6" if sizes[-1] > TOLD_MAX else ""),
            [f"{words}; {when}; {memory}", "", *table(headings, rows(grown.growth, "**{}**"))],
        )
    if json_file is not None:
        calls = {call: found | {"times": grown.growth.times(call)} for call, found in grown.growth.calls.items()}
        json_file.write_text(json.dumps(asdict(grown.growth) | {"calls": calls}, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
