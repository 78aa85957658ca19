"""Every command that the READMEs print works as printed: in one demo that was kept and goes on serving.

The lines of a block are run in its order, by a shell, with what the demo says to export and nothing else set; a
question at the terminal is answered as a person would, by `y`.
"""

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from tests.flow.main_job_books import MEMBERS, check_books
from wallet_cli.cli import app

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "wallet_cli" / "README.md")
OURS = ("azukari", "azukari-ledger", "azukari-bank")
READS_ONLY = ("passbook", "requests", "consents", "releases", "summary", "surveys", "shares", "status")
KANA = re.compile("[぀-ヿ]")


def blocks(readme):
    """The fenced blocks of a README that have a command of ours in them, as lists of lines."""
    fenced = re.findall(r"^```\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    fenced = [block.replace("\\\n", " ") for block in fenced]
    told = [[line for line in block.splitlines() if line and not line.startswith("#")] for block in fenced]
    return [lines for lines in told if any(line.split()[0] in OURS for line in lines)]


def mentioned(readme):
    """What stands in the text as a command of ours, outside the blocks."""
    text = re.sub(r"^```\n.*?^```$", "", readme.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    spans = [span.split("#")[0].strip() for span in re.findall(r"`([^`\n]+)`", text)]
    return [span for span in spans if span.split()[0] in OURS and len(span.split()) > 1 and "ROLE" not in span]


PRINTED = [line for readme in READMES for lines in blocks(readme) for line in lines]
MENTIONED = sorted({span for readme in READMES for span in mentioned(readme)})


@dataclass
class Terminal:
    """A person's terminal beside the demo's."""

    folder: Path
    environment: dict[str, str]

    def run(self, line, **more):
        keyboard, terminal = pty.openpty()
        try:
            os.write(keyboard, b"y\n" * 3)
            environment = self.environment | more
            return subprocess.run(
                ["bash", "-c", f"{line}\nexit $?"], cwd=self.folder, env=environment, stdin=terminal,
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
        finally:
            os.close(keyboard)
            os.close(terminal)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    kept = ("--keep", str(folder / "demo-run"), "--serve", "--json", str(folder / "out.json"))
    command = [sys.executable, "-m", "scripts.demo", "--members", str(MEMBERS), *kept]
    with (folder / "demo.log").open("w") as log:
        demo = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        said = []
        for line in demo.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        exports = re.findall(r"^ +export (.*)$", "".join(said), re.MULTILINE)
        assert exports, "".join(said) + (folder / "demo.log").read_text()
        told = dict(pair.split("=", 1) for line in exports for pair in line.split())
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        yield Terminal(folder, {"PATH": path, "LANG": "en_US.UTF-8", "HOME": str(folder)} | told)
    finally:
        demo.terminate()
        demo.wait(timeout=60)


def test_the_main_job_runs_and_the_auditor_finds_it_true(terminal):
    result = json.loads((terminal.folder / "out.json").read_text())
    check_books(result)
    assert {one["attempt"] for one in result["refused"]} >= {
        "a second answer",
        "a coupon used twice",
        "a coupon at another company's shop",
        "recovery with one share of two",
    }


def test_the_readmes_have_commands_to_run():
    assert len(PRINTED) > 40
    assert all(blocks(readme) for readme in READMES)


@pytest.mark.parametrize("line", PRINTED)
def test_a_printed_command_works_as_printed(terminal, line):
    done = terminal.run(line)
    assert done.returncode == 0, f"{line}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"
    words = line.split("#")[0].split()
    if words[0] == "azukari" and len(words) > 2 and words[2] in READS_ONLY and "--json" not in words:
        told = terminal.run(f"{line.split('#')[0]} --language ja")
        assert told.returncode == 0, told.stderr
        assert KANA.search(told.stdout) or "─" in told.stdout


@pytest.mark.parametrize("span", MENTIONED)
def test_a_command_in_the_text_works_as_written(terminal, span):
    done = terminal.run(span)
    assert done.returncode == 0, f"{span}\nexit {done.returncode}\n{done.stdout}\n{done.stderr}"


def test_the_table_of_commands_is_the_commands_there_are():
    text = READMES[1].read_text(encoding="utf-8").partition("## Settings")[0]
    rows = re.findall(r"^\| [^|]+ \| (`.*`.*) \|$", text, re.MULTILINE)
    named = set()
    for listed in (listed for row in rows for listed in re.findall(r"`([^`]+)`", row)):
        first, *others = [one.strip() for one in listed.split(",")]
        role, _, word = first.rpartition(" ")
        named |= {f"{role} {one}".strip() for one in (word, *others)}
        if role.count(" "):  # `partner coupon publish` alone stands for itself
            named.add(first)
    assert named == set(_commands(typer.main.get_command(app)))


def _commands(group, path=(), above=None):
    context = typer.Context(group, parent=above, info_name=path[-1] if path else "azukari")
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        words = (*path, name)
        if hasattr(one, "list_commands"):
            yield from _commands(one, words, context)
        else:
            yield " ".join(words)
