"""What each role sees at the end, for people; and the same in one JSON object, for machines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from bank_api.settings import PAGES
from scripts.stage.acts import Story
from scripts.stage.cast import PASSPHRASE, Company
from scripts.stage.guests import WayIn
from scripts.stage.recovery import Recovered
from scripts.stage.second_day import Day
from wallet_cli.messages import Messages
from wallet_cli.release import OpenedRelease


def show(
    console: Console,
    company: Company,
    story: Story,
    recovered: Recovered,
    opened: list[OpenedRelease],
    result: dict[str, Any],
) -> None:
    """Member, partner, shop, those who tried what is not allowed, auditor."""
    _member(console, company, story)
    _partner(console, story, opened)
    _shop(console, company)
    _escrow(console, recovered)
    _refusals(console, story)
    _deaths(console, story, result)
    _auditor(console, result)


def _member(console: Console, company: Company, story: Story) -> None:
    person = next((p for p in company.members if p in story.withdrawn), company.members[-1])
    book = person.client.member.passbook()
    table = Table(title=f"A member's passbook (通帳): {person.name}", title_justify="left")
    for heading in ("when (UTC)", "block", "what"):
        table.add_column(heading)
    table.add_column("coins", justify="right")
    table.add_column("balance", justify="right")
    say = Messages("en")
    for entry in book.entries:
        text = say.passbook_line(entry) + (f" (k = {entry.k})" if entry.k else "")
        coins = f"{entry.coins:+}" if entry.coins else ""
        table.add_row(
            datetime.fromtimestamp(entry.time, UTC).strftime("%m-%d %H:%M:%S"),
            str(entry.block_number),
            text,
            coins,
            str(entry.balance),
        )
    console.print(table)


def _partner(console: Console, story: Story, opened: list[OpenedRelease]) -> None:
    table = Table(title="What the partner received (匿名加工情報)", title_justify="left")
    for heading in ("release", "rows", "suppressed", "k", "information lost"):
        table.add_column(heading, justify="right" if heading != "release" else "left")
    for release in story.releases:
        loss = f"{release['loss']:.1%}"
        cells = (str(release["rows"]), str(release["suppressed"]), str(release["k"]), loss)
        table.add_row(release["release_id"][:14] + "…", *cells)
    console.print(table)
    console.print(
        f"{len(story.withdrawn)} members withdrew between the two. The contract refuses a release with any of them;\n"
        "each of them looked, and the second release stands in none of their lists.",
        highlight=False,
    )
    sample = Table(title="Its first five rows, as the partner opened them", title_justify="left")
    for column in opened[-1].columns:
        sample.add_column(column)
    for row in opened[-1].rows[:5]:
        sample.add_row(*(str(row[column]) for column in opened[-1].columns))
    console.print(sample)


def _shop(console: Console, company: Company) -> None:
    redemptions = company.others["shop"].client.shop.redemptions()
    done = [one for one in redemptions if one.state == "redeemed"]
    table = Table(title=f"The shop's till: {company.others['shop'].name}", title_justify="left")
    for heading in ("coupon", "redeemed", "offers not taken"):
        table.add_column(heading)
    titles = sorted({one.title for one in redemptions})
    for title in titles:
        taken = sum(one.title == title for one in done)
        table.add_row(title, str(taken), str(sum(one.title == title for one in redemptions) - taken))
    console.print(table)
    console.print("[dim]The till never learns whose coupon it was.[/]")


def _escrow(console: Console, recovered: Recovered) -> None:
    text = (
        f"{recovered.person.name} lost the wallet key, got a new one by two of three guardians,\n"
        f"and opened the will with {' and '.join(recovered.custodians)} (2 of 3):\n"
        f"[italic]{recovered.document.strip()}[/]"
    )
    console.print(Panel(text, title="Escrow", title_align="left"))


def _refusals(console: Console, story: Story) -> None:
    table = Table(title="What was tried and refused", title_justify="left")
    table.add_column("attempt")
    table.add_column("the bank's answer")
    for attempt, reason in story.refusals:
        table.add_row(attempt, reason)
    console.print(table)


DYING = {
    "ledger": "the ledger",
    "validator": "the bank's own validator",
    "worker": "one of the processes that serve",
    "leader": "the process that signs as the operator",
}


def _deaths(console: Console, story: Story, result: dict[str, Any]) -> None:
    if story.killed:
        told = ", then ".join(DYING[one] for one in story.killed)
        console.print(
            Panel(
                f"{told}.\nanswers on the ledger: {result['answers']}: {result['members']} people and a ward",
                title="Killed with -9 while everybody answered",
                title_align="left",
            ),
            highlight=False,
        )


def _auditor(console: Console, result: dict[str, Any]) -> None:
    audit = result["audit"]
    colour = "green" if audit["verdict"] == "true" else "red"
    nodes, roots = audit["nodes_asked"], f"{audit['storage_roots']} of {audit['contracts']} contracts"
    counts = f"{audit['blocks']} blocks, {audit['transactions']} transactions, {audit['events']} events"
    granted, burnt, supply = (result[key] for key in ("coins_granted", "coins_spent", "coins_supply"))
    text = (
        (
            f"{counts} as all {nodes} living nodes tell them,\nread in a process that knows nothing of the bank;"
            " every rule was checked, nothing could be executed again.\n"
            if nodes
            else f"{counts} executed again from genesis,\nin a process that knows nothing of the bank;"
            " every seal, root and rule was checked.\n"
        )
        + f"{audit['storage_slots_by_value']} of {audit['storage_slots']} storage slots made again from the records"
        f"{'' if nodes else f', and the storage roots of {roots}'}.\n"
        f"coins granted {granted} - burnt {burnt} = supply {supply}\n"
        f"verdict: [bold {colour}]{audit['statement']}[/]"
    )
    console.print(Panel(text, title="The auditor", title_align="left", border_style=colour))


def second_day(console: Console, day: Day) -> None:
    """What the second day brought, a line each."""
    table = Table(title="The second day", title_justify="left")
    for heading in ("what", "came of it"):
        table.add_column(heading)
    table.add_row(
        "standing rules", f"spoke for {day.ruled} members on a new request; {day.undecided} were asked themselves"
    )
    table.add_row(
        "new terms",
        f"{day.accepted} accepted in time; {day.late} did not and was left out of a release of {day.released}",
    )
    table.add_row("a guardian", f"{day.guardian} answered a survey for {day.ward}, who saw it and ended it")
    table.add_row("a draw", f"{day.entries} entered, three drawers held the secret, {day.winner} won")
    table.add_row("gifts", f"{day.gifts} of {day.gift_for}: the partner does not know to whom")
    gone = day.gone
    table.add_row(
        "an erasure",
        f"{gone.name} had everything erased: {_counted(gone.documents, 'document')} and the keys,"
        f" {_counted(gone.consents, 'consent')} withdrawn, {_counted(gone.coins, 'coin')} back at the bank",
    )
    console.print(table)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def where_next(console: Console, folder: Path, kept: bool, serving: str | None) -> None:
    """Where the files lie, and which commands go on from here."""
    if not kept:
        console.print(
            "[dim]Run with --keep DIR to keep ledger, bank, wallets and the exported chain; with --serve to go on.[/]"
        )
        return
    lines = [
        f"  {folder}/export    genesis.json, chain.rlp, deployment.json: all that an auditor needs",
        f"  {folder}/wallets   the cast's wallets and twenty members', passphrase {PASSPHRASE}",
        f"  azukari audit replay {folder}/export",
    ]
    if serving:
        lines += [
            f"  export AZUKARI_HOME={folder} AZUKARI_PASSPHRASE={PASSPHRASE} AZUKARI_BANK={serving}",
            "  azukari member passbook --wallet member-002",
            "  and the tour by role of README.md",
            f"  the bank is serving; its API is described at {serving}/docs. Ctrl-C stops it.",
        ]
    console.print("\n".join(["Go on from here:", *lines]), highlight=False, soft_wrap=True)


def ways_in(console: Console, url: str, ways: Sequence[WayIn], invitations: Sequence[str]) -> None:
    """A link for each role, with a wallet of the demo in it, if the pages are built; invitations are good once each."""
    if not (PAGES / "member.html").exists():
        console.print("The pages are not built; to get them: python -m scripts.pages", highlight=False, soft_wrap=True)
        return
    demo = " (a demo: these links hold its wallets' keys, and all is gone when you stop it)" if ways else ""
    lines = [f"Or in a browser{demo}:"]
    lines += [f"  {way.part:<11} {way.link(url)}" for way in ways]
    lines += [f"  newcomer    {url}/member/join#{code}" for code in invitations]
    lines += [f"  everybody   {url}/explorer", "  Ctrl-C stops it."]
    console.print("\n".join(lines), highlight=False, soft_wrap=True)
