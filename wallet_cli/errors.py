"""Everything the wallet refuses, under one root that carries a hint and an exit code.

WalletError                     exit 1
├── InputError                  exit 2  something typed or read from a file breaks a rule (field, rule)
├── PolicyUnmetError            exit 3  (azukari release) a table cannot be released as anonymous as was asked
├── KeystoreError               exit 3
│   ├── WalletNotFoundError
│   ├── WalletExistsError
│   ├── WrongPassphraseError
│   └── PassphraseMissingError
├── BankUnreachableError        exit 4  no answer at all
│   └── NodeUnreachableError    exit 4  nor from a node of the ledger
├── BankProblemError            exit 1  the bank refused, and said why (RFC 9457)
├── BankAnswerError             exit 5  the bank's answer is not what its API promises
├── EvidenceError               exit 5  something received does not match its commitment, hash or signature
│   └── ShareRejectedError      exit 5  one share is false; says which
└── UnrecordedError             exit 6  the bank says it is done, and the ledger has no trace of it

Messages, rules and hints are said by their ids in the catalogue, and put in a language where somebody reads them.
"""

from pathlib import Path
from typing import ClassVar

from bank_api.protocol.messages.said import Named, Said, Words, said

EXIT_OK = 0
EXIT_REFUSED = 1
"""The bank refused, or an audit found the chain false."""
EXIT_INPUT = 2
"""Unusable input; also what the command-line parser itself uses."""
EXIT_KEYSTORE = 3
EXIT_POLICY = 3
"""Of `azukari release`, which opens no wallet."""
EXIT_UNREACHABLE = 4
EXIT_EVIDENCE = 5
"""What was received contradicts what was promised or committed to."""
EXIT_UNRECORDED = 6
"""The bank says that it is done, and the ledger is not proven to hold it."""


class WalletError(Exception):
    """Something the wallet will not do."""

    exit_code: ClassVar[int] = EXIT_REFUSED

    def __init__(self, what: Words, hint: Words | None = None) -> None:
        super().__init__(what)
        self.what, self.advice = what, hint

    @property
    def message(self) -> str:
        """In English, as for a log."""
        return str(self.what)

    @property
    def hint(self) -> str | None:
        """What to do about it, in English."""
        return None if self.advice is None else str(self.advice)

    def __str__(self) -> str:
        return self.message


class InputError(WalletError):
    """A value breaks a rule: `field` names the value, `rule` what it must satisfy."""

    exit_code = EXIT_INPUT

    def __init__(self, field: Words, rule: Words, hint: Words | None = None) -> None:
        super().__init__(said("error-field", field=field, rule=rule), hint)
        self.field, self.rule = str(field), str(rule)


class PolicyUnmetError(WalletError):
    """A table cannot be released as anonymous as was asked; the message says by how much."""

    exit_code = EXIT_POLICY


class KeystoreError(WalletError):
    """The named wallet cannot be used."""

    exit_code = EXIT_KEYSTORE


class WalletNotFoundError(KeystoreError):
    """There is no wallet of that name."""


class WalletExistsError(KeystoreError):
    """A wallet of that name is there already and is not overwritten."""


class WrongPassphraseError(KeystoreError):
    """The passphrase does not open the wallet."""


class PassphraseMissingError(KeystoreError):
    """No passphrase was given and nobody is there to ask."""


class BankUnreachableError(WalletError):
    """The bank did not answer."""

    exit_code = EXIT_UNREACHABLE

    def __init__(self, url: str, reason: Words, hint: Words | None = None) -> None:
        super().__init__(said("error-bank-unreachable", url=url, reason=reason), hint)
        self.url = url
        self.reason = reason


class NodeUnreachableError(BankUnreachableError):
    """A node of the ledger, which an auditor asks without the bank, did not answer; why, as its library puts it."""

    def __init__(self, url: str, reason: Words) -> None:
        super().__init__(url, str(reason), said("hint-name-ledger"))
        self.what = said("error-node-unreachable", url=url, reason=reason)


class BankProblemError(WalletError):
    """The bank refused; `code` is stable and meant for programs. `told` and `advised` are what it said, if it did."""

    def __init__(
        self,
        *,
        code: str,
        status: int,
        detail: str,
        field: str | None = None,
        rule: str | None = None,
        hint: str | None = None,
        told: Said | None = None,
        advised: Said | None = None,
    ) -> None:
        super().__init__(told or _problem(code, detail, field, rule), advised or hint)
        self.code = code
        self.status = status
        self.detail = detail
        self.field = field
        self.rule = rule


def _problem(code: str, detail: str, field: str | None, rule: str | None) -> Said:
    """A refusal told by its kind: a contract's by its reason, another in the bank's words after the kind's own."""
    if code == "ledger-refused" and rule is not None:
        contract = detail.partition(": ")[0]
        return said("problem-ledger-refused", contract=contract, reason=Named("reason", rule))
    named = [part for part in (field, rule) if part and part not in detail]
    text = f"{detail} ({': '.join(named)})" if named else detail
    return said("problem-said", what=Named("problem", code), detail=text)


class BankAnswerError(WalletError):
    """The bank's answer does not have the promised shape."""

    exit_code = EXIT_EVIDENCE


class EvidenceError(WalletError):
    """Something received contradicts its commitment, hash or signature."""

    exit_code = EXIT_EVIDENCE


class UnrecordedError(WalletError):
    """The bank says that something is done, and the ledger has no trace of it; `file` shows so to others."""

    exit_code = EXIT_UNRECORDED

    def __init__(self, what: Words, hint: Words, file: Path) -> None:
        super().__init__(what, hint)
        self.file = file


class ShareRejectedError(EvidenceError):
    """A custodian's share, or what was made with it, does not satisfy the published commitments."""

    def __init__(self, index: int, holder: str, reason: Words) -> None:
        super().__init__(
            said("error-share-false", index=str(index), holder=holder, reason=reason),
            said("hint-ask-another-custodian"),
        )
        self.index = index
        self.holder = holder
        self.reason = reason
