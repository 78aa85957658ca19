"""Milliseconds since 1970 in the three ways in which the unit writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def moment(milliseconds: int) -> str:
    """2026-11-28T09:31:45.219Z"""
    return _at(milliseconds).strftime("%Y-%m-%dT%H:%M:%S") + f".{milliseconds % 1000:03}Z"


def created(milliseconds: int) -> str:
    """As in a listing's creationdate."""
    return moment(milliseconds).replace("Z", "+0000")


def modified(milliseconds: int) -> str:
    """As in a listing's getlastmodified: whole seconds."""
    return format_datetime(_at(milliseconds), usegmt=True)


def edm(milliseconds: int) -> str:
    """As in Atom: fractions only where there are any."""
    return moment(milliseconds).removesuffix("Z").removesuffix(".000")
