"""What the bank logs: one JSON object a line, on standard error.

No request's body, header, query or id is in it: of a path only its pattern is told, and of a fault only where it came
from, because what an error says may quote what somebody sent.
"""

import json
import logging
import sys
import time
import traceback
from typing import Any

FACTS = "facts"
"""The attribute of a log record that holds more members of its line."""


class JsonLines(logging.Formatter):
    """Members: time (UTC, ISO 8601), level, logger, message, and a record's facts."""

    def format(self, record: logging.LogRecord) -> str:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{seconds}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, FACTS, {})
        if record.exc_info and record.exc_info[1] is not None:
            line |= _fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def to_standard_error(level: str) -> None:
    """Send every logger's records there, from `level` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bank_api").setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _fault(error: BaseException) -> dict[str, Any]:
    """The kind of an error and the lines of code it came through; never its words."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
