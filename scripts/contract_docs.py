"""Write docs/contracts/: a page for each contract from its ABI and NatSpec, and a drawn map of all of them.

    python scripts/contract_docs.py [--out docs/contracts] [--check]

With --check nothing is written, and the exit code is 1 if a page is not what the sources say.
"""

import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Annotated, Any

import typer

from chaincode.abi import type_name
from chaincode.acts import STRUCTS
from chaincode.build import Artifact, compile_all, sources_of
from chaincode.deploy import CONSTRUCTOR_ARGUMENTS, LINKS, MINTERS
from chaincode.refusals import RULES
from chaincode.typed_data.eip712 import layout

ROOT = Path(__file__).resolve().parent.parent
RIGHTS = {1: "grant", 2: "burn", 4: "move"}
WHO = {
    "membership": "operator, everybody",
    "coin": "operator, accounts",
    "survey": "operator, members",
    "request": "partners, board",
    "consent": "members, operator",
    "disclosure": "operator, partners",
    "coupon": "partners, members, shops",
    "escrow": "members, custodians",
    "rule": "members, operator",
    "draw": "operator, board, members",
}
BOX_WIDTH, BOX_GAP, LINE = 250, 40, 15


def pages(artifacts: dict[str, Artifact]) -> Iterator[tuple[str, str]]:
    """Yield (file name, content)."""
    yield "README.md", _index(artifacts)
    yield "map.svg", _map(artifacts)
    for artifact in artifacts.values():
        yield f"{artifact.name}.md", _page(artifact)


def _index(artifacts: dict[str, Artifact]) -> str:
    lines = [
        "# The contracts",
        "",
        "![map of the contracts](map.svg)",
        "",
        "| contract | about | needs |",
        "|---|---|---|",
    ]
    for artifact in artifacts.values():
        needs = ", ".join(CONSTRUCTOR_ARGUMENTS.get(artifact.name, ())) or "–"
        lines.append(f"| [{artifact.name}]({artifact.name}.md) | {_title(artifact)} | {needs} |")
    lines += ["", "Written by `python scripts/contract_docs.py` from the ABIs and the NatSpec of the sources.", ""]
    return "\n".join(lines)


def _page(artifact: Artifact) -> str:
    notice, details = artifact.natspec["user"].get("notice", ""), artifact.natspec["dev"].get("details", "")
    lines = [f"# {_title(artifact)}", ""]
    lines += [line for text in (notice, details) if text for line in (_plain(text), "")]
    writes = [entry for entry in _entries(artifact, "function") if entry["stateMutability"] not in ("view", "pure")]
    views = [entry for entry in _entries(artifact, "function") if entry["stateMutability"] in ("view", "pure")]
    lines += ["## Writing", "", *_functions(artifact, writes), "## Asking", "", *_functions(artifact, views)]
    lines += ["## Events", ""]
    lines += [f"- `{_signature(entry)}`" for entry in _entries(artifact, "event")]
    signed = [struct for struct in STRUCTS if artifact.name == struct.CONTRACT]
    if signed:
        lines += ["", "## Signed messages (EIP-712)", ""]
        for struct in signed:
            said = (struct.__doc__ or "").splitlines()[0]
            fields = ", ".join(f"{kind} {camel}" for _, camel, kind in layout(struct).fields)
            lines += [f"- **{struct.__name__}**: {said}<br>`{struct.__name__}({fields})`"]
    reasons = sorted(f"{artifact.name}: {rule}" for rule in RULES[artifact.name])
    lines += ["", "## Refusals", "", *(f"- `{reason}`" for reason in reasons), ""]
    return "\n".join(lines)


def _functions(artifact: Artifact, entries: list[dict[str, Any]]) -> list[str]:
    said = artifact.natspec["user"].get("methods", {})
    detailed = artifact.natspec["dev"].get("methods", {})
    lines = []
    for entry in entries:
        key = f"{entry['name']}({','.join(type_name(item) for item in entry['inputs'])})"
        text = said.get(key, {}).get("notice", "") or detailed.get(key, {}).get("details", "")
        text = text or _notice_in_sources(artifact.name, entry["name"])
        lines += [f"- `{_signature(entry)}`" + (f"<br>{_plain(text)}" if text else "")]
    return [*lines, ""] if lines else ["(none)", ""]


def _notice_in_sources(contract: str, function: str) -> str:
    """Return the notice of a function that a contract exports from a module: the compiler does not."""
    for path in sorted(sources_of(contract)):
        text = path.read_text(encoding="utf-8")
        found = re.search(
            rf'@external\n(?:@\w+\n)*def {function}\([^"@]*?:\n    """@notice (.*?)(?:"""|\n    @)', text, re.S
        )
        if found:
            return found[1]
    return ""


def _signature(entry: dict[str, Any]) -> str:
    inputs = ", ".join(
        f"{type_name(item)}{' indexed' if item.get('indexed') else ''} {item['name']}".strip()
        for item in entry["inputs"]
    )
    outputs = ", ".join(type_name(item) for item in entry.get("outputs", ()))
    return f"{entry['name']}({inputs})" + (f" -> {outputs}" if outputs else "")


def _entries(artifact: Artifact, kind: str) -> list[dict[str, Any]]:
    return sorted((entry for entry in artifact.abi if entry["type"] == kind), key=lambda entry: str(entry["name"]))


def _title(artifact: Artifact) -> str:
    return _plain(artifact.natspec["dev"].get("title", artifact.name))


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# -- the map -------------------------------------------------------------------------------------------


def _map(artifacts: dict[str, Artifact]) -> str:
    """Draw a box for each contract with its writers and events, and a line for whom it needs."""
    columns, boxes, bottom = 4, {}, 0
    heights = {name: LINE * (len(_entries(artifact, "event")) + 4) for name, artifact in artifacts.items()}
    tops = [BOX_GAP] * columns
    for number, name in enumerate(artifacts):
        column = number % columns
        boxes[name] = (BOX_GAP + column * (BOX_WIDTH + BOX_GAP), tops[column])
        tops[column] += heights[name] + BOX_GAP
        bottom = max(bottom, tops[column])
    width = columns * (BOX_WIDTH + BOX_GAP) + BOX_GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom}"'
        ' font-family="sans-serif" font-size="12">',
        '<defs><marker id="a" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#888"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for start, end, label in _lines(artifacts):
        parts.append(_line(boxes[start], boxes[end], label))
    for name, artifact in artifacts.items():
        parts += _box(boxes[name], heights[name], artifact)
    return "\n".join([*parts, "</svg>", ""])


def _lines(artifacts: dict[str, Artifact]) -> Iterator[tuple[str, str, str]]:
    for name, rights in MINTERS.items():
        if name in artifacts:
            yield name, "coin", ", ".join(word for bit, word in RIGHTS.items() if rights & bit)
    for name in artifacts:
        for needed in CONSTRUCTOR_ARGUMENTS.get(name, ()):
            if needed not in ("membership", "coin"):
                yield name, needed, ""
    for told, _, _, other in LINKS:
        if told in artifacts and other in artifacts:
            yield other, told, "calls"


def _line(start: tuple[int, int], end: tuple[int, int], label: str) -> str:
    half = BOX_WIDTH // 2
    x1, y1, x2, y2 = start[0] + half, start[1] + LINE, end[0] + half, end[1] + LINE
    middle = f'<text x="{(x1 + x2) // 2}" y="{(y1 + y2) // 2 - 4}" fill="#666" font-size="10">{escape(label)}</text>'
    return f'<path d="M{x1},{y1} L{x2},{y2}" stroke="#888" fill="none" marker-end="url(#a)"/>' + middle


def _box(place: tuple[int, int], height: int, artifact: Artifact) -> list[str]:
    x, y = place
    lines = [
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{height}" rx="6" fill="#fdf6e9" stroke="#b5651d"/>',
        f'<text x="{x + 10}" y="{y + 18}" font-weight="bold" font-size="14">{escape(artifact.name)}</text>',
        f'<text x="{x + 10}" y="{y + 33}" fill="#555">{escape(WHO.get(artifact.name, ""))}</text>',
    ]
    for number, entry in enumerate(_entries(artifact, "event")):
        lines.append(f'<text x="{x + 18}" y="{y + 50 + number * LINE}">{escape(str(entry["name"]))}</text>')
    return lines


def main(
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = ROOT / "docs" / "contracts",
    check: Annotated[bool, typer.Option(help="Only tell whether the pages are up to date.")] = False,
) -> None:
    """Write the contracts' reference pages."""
    stale = []
    for name, content in pages(compile_all()):
        path = out / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not check:
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    typer.echo(f"{'stale' if check else 'written'}: {', '.join(stale) or 'nothing'}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    typer.run(main)
