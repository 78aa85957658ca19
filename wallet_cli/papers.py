"""A custodian's share on paper, and a document opened from papers alone: no bank, no wallet, no network.

What is printed is the share's words and heading; the public part of the escrow, with the sealed document in it, goes
along as a file. k papers and that file open it, and nobody is asked: no veto, no delay, no record on the ledger.
"""

import html
from collections.abc import Iterable

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from pds_adapter.errors import ForeignShareError, ShareError, ShareFormatError
from pds_adapter.escrow.document import DocumentEscrow, open_escrow
from pds_adapter.escrow.paper import share_of_words, words_of_share
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.messages import Messages

REMARK = "#"
STYLE = (
    "@page{size:A5 landscape;margin:12mm}body{font:11pt sans-serif;color:#000;background:#fff}"
    "ol{columns:4;font:11pt monospace;padding-left:2.2em}dt{float:left;clear:left;width:9em}"
    "dd{margin:0 0 2pt 9em;font-family:monospace;overflow-wrap:anywhere}strong{display:block;margin:6pt 0}"
)


def paper_line(share: EscrowShare) -> str:
    """The share's number and its 33 words: what `open_papers` reads back."""
    return f"{share.index} {words_of_share(share)}"


def card(say: Messages, title: str, share: EscrowShare) -> str:
    """The same as a page to print, in HTML that fetches nothing and runs nothing."""
    facts = (
        (say("word-escrow"), f"0x{share.escrow_id.hex()}"),
        (say("word-paper-terms"), f"0x{share.commitments_hash.hex()}"),
        (say("word-paper-share"), say("word-of", part=str(share.index), whole=str(share.holders))),
        (say("word-k-of-n"), say("word-of", part=str(share.threshold), whole=str(share.holders))),
    )
    told = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in facts)
    words = "".join(f"<li>{html.escape(word)}</li>" for word in words_of_share(share).split())
    heading = html.escape(say("word-paper-title", title=title))
    return (
        f'<!doctype html>\n<html lang="{say.language}"><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{STYLE}</style>\n<h1>{heading}</h1><strong>{html.escape(say('word-paper-no-seed'))}</strong>"
        f"<dl>{told}</dl><ol>{words}</ol><p>{html.escape(say('word-paper-use'))}</p></html>\n"
    )


@translated_errors()
def open_papers(escrow: bytes, lines: Iterable[str]) -> bytes:
    """The document, from the escrow's public file and a line of number and words for each paper.

    Raises InputError for a line that is none, EvidenceError for words that are wrong or of another share.
    """
    document = DocumentEscrow.from_bytes(escrow)
    shares = []
    for line in lines:
        number, _, words = line.strip().partition(" ")
        if not number or number.startswith(REMARK):
            continue
        if not number.isdecimal() or len(number) > 3:
            raise InputError("stdin", said("rule-paper-line"))
        shares.append(_share(words.strip(), int(number), document.terms))
    if len(shares) < document.terms.threshold:
        raise InputError("stdin", said("rule-papers", count=len(shares), needed=document.terms.threshold))
    return open_escrow(document, shares).content


def _share(words: str, index: int, terms: EscrowTerms) -> EscrowShare:
    """The share of one paper. Raises EvidenceError that says which paper, since several are read in one go."""
    try:
        return share_of_words(words, index, terms)
    except ForeignShareError as error:
        why = said("rule-paper-of-another")
        raise EvidenceError(said("error-paper", index=str(index), why=why)) from error
    except ShareError as error:
        why = Sentence(error.rule) if isinstance(error, ShareFormatError) else fault(error)
        raise EvidenceError(said("error-paper", index=str(index), why=why)) from error
