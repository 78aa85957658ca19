"""People who do everything by the `azukari` command alone, each with a wallet of their own."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from wallet_cli.cli import app

PASSPHRASE = "correct horse battery"
SURVEY = {
    "title": "選挙調査 / Election study", "description": "Three questions", "language": "en", "base_coins": 10,
    "budget_coins": 1000, "opens_at": "+0s", "closes_at": "+30d",
    "questions": [
        {"key": "age", "label": "Your age", "kind": "number", "minimum": 18, "maximum": 99,
         "role": "quasi-identifier", "required": True, "coins": 2},
        {"key": "vote", "label": "Your vote", "kind": "choice", "role": "sensitive", "required": True, "coins": 5,
         "choices": [{"value": 0, "label": "Clinton"}, {"value": 1, "label": "Dole"}]},
        {"key": "tv", "label": "Days of TV news", "kind": "number", "minimum": 0, "maximum": 7,
         "role": "harmless", "required": False, "coins": 1},
    ],
}  # fmt: skip


@dataclass
class Story:
    """Runs commands as one of the people, and keeps what they learn."""

    stage: object
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)

    def run(self, who, *words, language="en", code=0):
        environment = {
            "AZUKARI_HOME": str(self.folder / "home"), "AZUKARI_BANK": self.stage.bank.url, "AZUKARI_WALLET": who,
            "AZUKARI_PASSPHRASE": PASSPHRASE, "AZUKARI_LANGUAGE": language, "AZUKARI_INVITATION": "",
        }  # fmt: skip
        done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
        assert done.exit_code == code, f"{words}: exit {done.exit_code}\n{done.stdout}\n{done.stderr}\n{done.exception}"
        return done

    def json(self, who, *words, code=0):
        return json.loads(self.run(who, *words, "--json", code=code).stdout)

    def refusal(self, who, *words, code=1):
        return self.json(who, *words, code=code)["error"]

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path


def take_in(story, name, board):
    """The board takes one more into its midst: proposed by the first, approved by the others, sent by the last."""
    file = story.folder / f"seat-{name}.json"
    identity = ("--from", story.folder / f"{name}.json", "--out", file, "--yes")
    story.json(board[0], "board", "propose-seat", f"Ethics {name}", *identity)
    for number, other in enumerate(board[1:]):
        handed, file = file, story.folder / f"seat-{name}-{number}.json"
        story.json(other, "board", "approve-seat", handed, "--out", file, "--yes")
    assert story.json(board[-1], "board", "seat", file)["repeated"] is False
    assert story.json(board[-1], "board", "seat", file)["repeated"] is True


def decide(story, what, request, note, second="board-two"):
    """Two seats, as a majority must: proposed by the first, approved by the second, sent by the second."""
    proposed, agreed = (story.folder / f"{name}-{request[2:12]}.json" for name in ("proposed", "agreed"))
    story.run("board", "board", what, request, "--note", note, "--out", proposed, "--yes")
    told = story.run(second, "board", "approve-decision", proposed, "--out", agreed, "--yes")
    assert "signatures needed    2" in told.stderr
    return story.json(second, "board", "carry-decision", agreed)


def take_back(story, request):
    """Two seats take an approval back, as they gave it; the partner is told, and has its coins."""
    proposed, agreed = (story.folder / f"{name}-back.json" for name in ("proposed", "agreed"))
    revoke = ("board", "revoke", request, "--because", "Asked in other words", "--yes")
    assert "2 of the board have to sign" in story.refusal("board", *revoke, code=2)["message"]
    story.json("board", *revoke, "--out", proposed)
    assert story.refusal("board", "board", "carry-decision", proposed)["message"] == "request: approvals too few"
    twice = story.refusal("board", "board", "approve-decision", proposed, "--out", agreed, "--yes", code=2)
    assert "signed these words already" in twice["message"]
    story.json("board-two", "board", "approve-decision", proposed, "--out", agreed, "--yes")
    assert story.json("board-two", "board", "carry-decision", agreed)["repeated"] is False
    assert story.refusal("board", *revoke, "--out", story.folder / "again.json", code=2)["field"] == "REQUEST"
    [mine] = [one for one in story.json("acme", "partner", "requests")["requests"] if one["request_id"] == request]
    assert (mine["state"], mine["coins_locked"], mine["revocation_note"]) == ("revoked", 0, "Asked in other words")
    [told] = [one for one in story.json("acme", "inbox")["items"] if one["kind"] == "approval-revoked"]
    assert told["name"] == "Asked in other words"
    shown = story.run("board", "board", "requests", request, language="ja").stdout
    assert all(word in shown for word in ("取り消した理由", "Ethics board ", "Ethics board-two "))
