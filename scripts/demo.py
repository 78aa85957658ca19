"""The main job, end to end, on real answers: `./scripts/run`.

944 respondents of the American National Election Study 1996 become members of an information bank: they join,
answer, consent or refuse, are paid, spend, entrust a document and recover it; a partner gets two anonymized releases;
an auditor executes the whole ledger again and finds it true. Ledger and API are real processes, talked to over HTTP.
"""

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scripts.engines.nodes import EngineMissingError
from scripts.stage import acts, audit, guests, recovery, report, second_day, survey
from scripts.stage.cast import Company, save_wallets
from scripts.stage.networks import NETWORKS, Killing, NetworkStage, network_stage
from scripts.stage.postgres import PostgresMissingError
from scripts.stage.processes import Stage
from wallet_cli.bank_client import RetryPolicy
from wallet_cli.release import OpenedRelease

BANK_NAME = "預かり銀行 / Azukari Bank"
PATIENT = RetryPolicy(attempts=120, wait_seconds_maximum=2.0)
"""Of people whose bank's processes die: they send the same bytes again."""
FIRST_TERMS = Path(__file__).parent / "demo_data" / "terms-2.txt"
"""Version 2 of the terms: the second day replaces it by today's, with its corrections."""
GUESTS = 3
"""Invitations that --serve gives away."""

R = TypeVar("R")


class Clock:
    """Times the phases and shows a bar for each."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()
        columns = (TextColumn("{task.description:<46}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        # Ten times a second, as by default, it takes a fifth of this process.
        self.progress = Progress(*columns, console=console, refresh_per_second=3)

    def told(self) -> dict[str, float]:
        """Seconds of each phase, of which some ran beside others, and of all by the clock."""
        return self.seconds | {"total": round(time.perf_counter() - self._start, 3)}

    @contextmanager
    def phase(self, name: str, text: str, total: int = 1) -> Iterator[Callable[[], None]]:
        """One phase; the callable moves its bar by one."""
        task = self.progress.add_task(text, total=total)
        start = time.perf_counter()
        yield lambda: self.progress.advance(task)
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.progress.update(task, completed=self.progress.tasks[task].total)

    @contextmanager
    def beside(self, name: str, text: str, act: Callable[[], R]) -> Iterator["Future[R]"]:
        """A phase that others play meanwhile; it has ended when the caller's has. Raises what it raised."""

        def play() -> R:
            with self.phase(name, text):
                return act()

        with ThreadPoolExecutor(1) as hands:
            coming = hands.submit(play)
            yield coming
            coming.result()


def play(
    stage: Stage, clock: Clock, members: int | None, kill_ledger: bool
) -> tuple[Company, acts.Story, Any, Any, second_day.Morning]:
    """All acts, from an empty folder to an exported chain."""
    rows = survey.respondents(members)
    with clock.phase("start", "ledger, contracts and bank start", 3) as done:
        stage.start_ledger()
        done()
        stage.deploy()
        done()
        os.environ["AZUKARI_BANK_TERMS_FILE"] = str(FIRST_TERMS)
        os.environ["AZUKARI_BANK_TERMS_NOTICE_DAYS"] = "0"  # the second day's terms are accepted within seconds
        stage.start_bank(BANK_NAME)
        company = stage.company(PATIENT) if isinstance(stage, NetworkStage) else Company(stage.bank.url, stage.operator)
    with clock.phase("enroll", "partners, shops, board, custodians enrol"):
        acts.enroll(company)
    with clock.phase("join", "members join by signing the terms", len(rows)) as done:
        acts.join(company, len(rows), done)
    story = acts.Story(counts={"members": len(rows)})
    with clock.phase("publish", "the bank publishes the survey"):
        acts.publish_survey(company, story)
    kills = kill_ledger or isinstance(stage, NetworkStage)
    asking = clock.beside("ask", "two partners ask, the board decides", lambda: acts.ask(company, story))
    with ExitStack() as beside:
        if not kills:
            beside.enter_context(asking)
        with clock.phase("answer", "members answer, sealed and signed", len(rows)) as done:
            acts.answer(company, story, rows, _killing(stage, len(rows), done, story.killed) if kills else done)
    if kills:  # only who answers is to meet what dies
        with asking:
            pass
    opened: list[OpenedRelease] = []
    released = threading.Event()  # whose key is lost consents with it before, and is in the first release
    losing = clock.beside(
        "escrow",
        "a key is lost, a document recovered",
        lambda: recovery.recover(company, story, losing=released.wait),
    )
    with losing as recovered, _set_at_last(released):
        with clock.phase("consent", "members consent or refuse", len(rows)) as done:
            acts.decide(company, story, done)
        with clock.phase("release", "first anonymized release"):
            acts.try_too_few(company, story)
            opened.append(acts.release(company, story))
        released.set()
        with clock.phase("trade", "the others buy and redeem coupons", len(rows)) as done:
            acts.trade(company, story, done)
        with clock.phase("rules", "the second day begins: rules, a draw, a ward, gifts"):
            morning = second_day.begin(company, story)  # while who lost a key and a document waits for delays
    with clock.phase("withdraw", "some withdraw their consent"):
        acts.withdraw(company, story, lambda: None)
    with clock.phase("second_release", "second release, without them"):
        opened.append(acts.release(company, story))
        acts.check_withdrawn_are_out(company, story)
    return company, story, recovered.result(), opened, morning


@contextmanager
def _set_at_last(event: threading.Event) -> Iterator[None]:
    """Whatever happens: nobody waits for it for ever."""
    try:
        yield
    finally:
        event.set()


def _audited(stage: Stage, clock: Clock) -> dict[str, Any]:
    """The verdict of an auditor who executes the chain again, or asks all validators where that cannot be done."""
    if isinstance(stage, NetworkStage) and not stage.has_ethereum_blocks:
        with clock.phase("audit", "an auditor asks all validators that live"):
            return audit.ask([node.url for node in stage.network.living()], stage.deployment_file)
    with clock.phase("export", "the chain is exported"):
        stage.export(stage.folder / "export")
    with clock.phase("audit", "an auditor executes it all again"):
        return audit.replay(stage.folder / "export")


def _killing(stage: Stage, total: int, done: Callable[[], None], killed: list[str]) -> Callable[[], None]:
    """Count as `done` does, and kill -9 the ledger after a third of the answers; it is started again at once.

    On a network of validators: the bank's own, a process that serves, and the one that leads. `killed` tells which.
    """
    if isinstance(stage, NetworkStage):
        return Killing(stage, total, done, killed)
    lock = threading.Lock()
    count, after = 0, total // 3

    def tick() -> None:
        nonlocal count
        done()
        with lock:
            count += 1
            now = count == after
        if now:
            stage.ledger.kill()
            stage.start_ledger()
            killed.append("ledger")

    return tick


def run(
    members: Annotated[
        int | None, typer.Option(min=10, max=944, help="how many respondents take part (all 944)")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the result as one JSON object")] = None,
    keep: Annotated[Path | None, typer.Option(help="keep everything in this folder; it must be new or empty")] = None,
    serve: Annotated[bool, typer.Option(help="leave ledger and bank running at the end")] = False,
    kill_ledger: Annotated[bool, typer.Option(help="kill -9 the ledger in the middle of the answers")] = False,
    network: Annotated[
        str | None,
        typer.Option(
            help=f"{' or '.join(NETWORKS)}: on four validators and PostgreSQL, in five processes, of which three die"
        ),
    ] = None,
) -> None:
    """Run an information bank's whole job with 944 real people's answers, and have it audited.

    Example: ./scripts/run --members 200 --json out.json --keep demo-run
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the ledger and the bank are stopped too
    console = Console()
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise typer.BadParameter("the folder is not empty", param_hint="--keep")
    with ExitStack() as resources:
        scratch = resources.enter_context(tempfile.TemporaryDirectory(prefix="azukari-"))
        folder, host = (keep or Path(scratch)).resolve(), "localhost" if serve else "127.0.0.1"
        stage = Stage(folder, host) if network is None else _on_network(network, folder, resources, host, console)
        clock = Clock(console)
        try:
            with clock.progress:
                company, story, recovered, opened, morning = play(stage, clock, members, kill_ledger)
                with clock.phase("second_day", "new terms for all, a draw's end, an erasure"):
                    day = second_day.end(company, morning)
                verdict = _audited(stage, clock)
            result = audit.summary(company, story, verdict, clock.told()) | {"second_day": day.counts()}
            report.show(console, company, story, recovered, opened, result)
            report.second_day(console, day)
            if json_file is not None:
                json_file.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
            if keep is not None:
                save_wallets(stage.folder, company)
            report.where_next(console, stage.folder, keep is not None, stage.bank.url if serve else None)
            if serve:
                # Who keeps it goes on by commands, which need no id where only one thing awaits.
                ways = guests.leave_open(company, story) if keep is None else ()
                report.ways_in(console, stage.bank.url, ways, acts.invite(company, GUESTS))
            company.close()
            if serve:
                _wait()
        finally:
            stage.stop()
    if result["audit"]["verdict"] != "true":
        raise typer.Exit(1)


def _on_network(name: str, folder: Path, resources: ExitStack, host: str, console: Console) -> Stage:
    """A stage with validators and a database server of its own; what is missing for it is said, and how to get it."""
    if name not in NETWORKS:
        raise typer.BadParameter(f"must be {' or '.join(NETWORKS)}", param_hint="--network")
    console.print(f"Preparing {name} (its program is built once, which takes some minutes) and PostgreSQL …")
    try:
        return network_stage(name, folder, resources, host)
    except (EngineMissingError, PostgresMissingError) as missing:
        console.print(str(missing))
        raise typer.Exit(2) from missing


def _wait() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    typer.run(run)
