"""A verified release as files for its partner: rows as CSV or JSON, and a data dictionary with the method in words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.release import read_payload
from chaincode.ids import to_hex
from wallet_cli.messages import Messages
from wallet_cli.release import OpenedRelease

JSON = ".json"


def written_rows(opened: OpenedRelease, out: Path) -> bytes:
    """As the file's name says: JSON for .json, else CSV."""
    if out.suffix.lower() != JSON:
        return opened.to_csv().encode()
    return _text({"columns": list(opened.columns), "rows": [dict(row) for row in opened.rows]})


def dictionary(say: Messages, opened: OpenedRelease, labels: Mapping[str, str]) -> bytes:
    """What each column is and how the release was made. `labels` are the questions by their keys."""
    told: dict[str, Any] = {
        "release_id": opened.release_id,
        "payload_root": to_hex(opened.payload_root),
        "rows": len(opened.rows),
        "left_out": opened.suppressed,
        "k": opened.k,
    }
    if opened.statistics is None:
        told |= {"columns": _columns(say, opened, labels), "method": say("delivery-method-rows", k=opened.k)}
        return _text(told | {"loss": opened.loss})
    figures = opened.statistics
    epsilon = f"{figures.epsilon_thousandths / 1000:g}"
    told |= {
        "people": figures.people,
        "epsilon": epsilon,
        "columns": [{"name": name, "meaning": say(f"delivery-column-{name}")} for name in opened.columns],
        "questions": [{"name": name, "question": label} for name, label in labels.items()],
        "method": say("delivery-method-figures", epsilon=epsilon, people=figures.people, k=figures.k),
    }
    return _text(told)


def _columns(say: Messages, opened: OpenedRelease, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    table = json.loads(read_payload(opened.opened).document)["table"]
    return [
        {
            "name": column["name"],
            "question": labels.get(column["name"]),
            "kind": column["kind"],
            "role": column["role"],
            "meaning": say("delivery-generalized" if group == "generalized" else "delivery-plain"),
        }
        for group in ("generalized", "plain")
        for column in table[group]
    ]


def _text(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
