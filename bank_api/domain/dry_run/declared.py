"""What a specification declares: its columns by name, what their classes keep, the bounds of presence. See `spec`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from bank_api.domain.anonymize import ColumnRole
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.written import CLASS
from bank_api.protocol.documents.release import CLASS_OF_ANSWERS

ROLES = {
    "identifier": ColumnRole.IDENTIFIER,
    "quasi": ColumnRole.QUASI_IDENTIFIER,
    "quasi-identifier": ColumnRole.QUASI_IDENTIFIER,
    "sensitive": ColumnRole.SENSITIVE,
    "harmless": ColumnRole.HARMLESS,
}
KINDS = ("number", "choice", "ordinal", "multi")
RULES = ("l", "entropy_l", "recursive", "t")
FIELDS = {"role", "kind", "minimum", "maximum", "bands", "values", "hierarchy", "answered", *RULES}


def parsed_toml(spec: str) -> dict[str, Any]:
    try:
        return tomllib.loads(spec)
    except tomllib.TOMLDecodeError as error:
        raise DryRunError("--spec", "is no TOML ({why})", why=error) from error


def named_files(spec: str) -> list[str]:
    """The files that a specification names, whatever else is wrong with it."""
    found = parsed_toml(spec)
    columns, presence = found.get("columns"), found.get("presence")
    named = [
        one.get("hierarchy") for one in (columns if isinstance(columns, dict) else {}).values() if isinstance(one, dict)
    ]
    named.append(presence.get("population") if isinstance(presence, dict) else None)
    return [one for one in named if isinstance(one, str)]


def presence_asked(asked: Any) -> tuple[float, float] | None:
    if asked is None:
        return None
    if not isinstance(asked, dict) or not {"least", "most"} <= set(asked) <= {"least", "most", "population"}:
        raise DryRunError("presence", "has least and most, and may have population")
    if any(type(asked[end]) not in (int, float) for end in ("least", "most")):
        raise DryRunError("presence", "least and most are shares")
    return float(asked["least"]), float(asked["most"])


def declared_columns(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    columns = found.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise DryRunError("--spec", "declares columns, each as [columns.NAME]")
    for name, about in columns.items():
        if not isinstance(about, dict):
            raise DryRunError(f"columns.{name}", "is declared as [columns.NAME], with its role below it")
        if not set(about) <= FIELDS:
            unknown = ", ".join(sorted(set(about) - FIELDS))
            raise DryRunError(
                f"columns.{name}", "knows {names}, not {unknown}", names=", ".join(sorted(FIELDS)), unknown=unknown
            )
        if not isinstance(about.get("role"), str) or about["role"] not in ROLES:
            raise DryRunError(f"columns.{name}.role", f"is one of {', '.join(ROLES)}")
        if about["role"] != "identifier" and about.get("kind", "choice") not in KINDS:
            raise DryRunError(f"columns.{name}.kind", f"is one of {', '.join(KINDS)}")
        values = about.get("values", ["-"])
        if not isinstance(values, list) or not values or any(type(one) not in (str, int, float) for one in values):
            raise DryRunError(f"columns.{name}.values", "is a list of names")
        if name in (CLASS, CLASS_OF_ANSWERS) and about["role"] != "identifier":
            raise DryRunError(name, "is what a column of a release's own is called: give this one another name")
    return columns


def rules_asked(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {rule: {} for rule in RULES}
    for name, about in declared.items():
        for rule in set(RULES) & set(about):
            where, asked = f"columns.{name}.{rule}", about[rule]
            if ROLES[about["role"]] is not ColumnRole.SENSITIVE:
                raise DryRunError(where, "goes with sensitive columns only")
            if rule == "recursive":
                if not isinstance(asked, list) or [type(one) for one in asked] not in ([int, int], [float, int]):
                    raise DryRunError(where, "is [c, l], l a whole number")
                found[rule][name] = (float(asked[0]), int(asked[1]))
            elif type(asked) not in ((int,) if rule == "l" else (int, float)):
                raise DryRunError(where, "is a whole number" if rule == "l" else "is a number")
            else:
                found[rule][name] = asked
    return found


def kind_of(about: Mapping[str, Any]) -> str:
    return str(about.get("kind") or ("number" if {"minimum", "maximum", "bands"} & set(about) else "choice"))
