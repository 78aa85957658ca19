"""Characters that a terminal or a page obeys instead of showing them: they hide other words, or turn them round."""

import re

OBEYED = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""As a class of a pattern."""
COMMANDS = re.compile(rf"[{OBEYED}]|\r(?!\n)")
