"""Log lines for people (text) or for machines (one JSON object a line), on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from .errors import LedgerError

STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """The record's own fields, whatever was passed as `extra`, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in STANDARD_ATTRIBUTES})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


LEVELS = ("debug", "info", "warning", "error")


def set_up_logs(as_json: bool, level: str) -> None:
    """Quiet by default: whoever starts a node and never reads its stderr must not stop it with a full pipe."""
    if level not in LEVELS:
        raise LedgerError(f"--log-level must be one of {', '.join(LEVELS)}")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
