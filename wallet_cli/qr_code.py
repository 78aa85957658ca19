"""QR codes for a terminal."""

import io
from typing import TYPE_CHECKING

from wallet_cli.later import later

if TYPE_CHECKING:
    import segno
else:
    segno = later("segno")


def drawn(text: str) -> str:
    """The text as a QR code (ISO/IEC 18004) of half blocks, to be scanned from a terminal."""
    drawing = io.StringIO()
    segno.make(text, micro=False).terminal(out=drawing, compact=True)
    return drawing.getvalue()
