"""A place for documents as a person names it: an offered store by its name, or one's own server by its address."""

from pathlib import Path

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.places import PlaceChoice
from wallet_cli.errors import InputError

KINDS = ("solid", "personium")


def choice(
    target: str, kind: str | None, account: str | None, password_file: Path | None, field: str, only_if_empty: bool
) -> PlaceChoice:
    """What to ask of the bank. Raises InputError; `field` is the option or argument that `target` was given by."""
    if "://" not in target:
        return PlaceChoice(offer=target, only_if_empty=only_if_empty)
    if kind not in KINDS:
        raise InputError("--kind", said("rule-kind-of-server", kinds=", ".join(KINDS)))
    if kind == "solid":
        return PlaceChoice(kind="solid", url=target, only_if_empty=only_if_empty)
    if account is None or password_file is None:
        raise InputError(field, said("rule-cell-account"))
    try:
        secret = password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise InputError(
            "--password-file", said("rule-file-cannot-be-read", file=str(password_file), why=fault(error))
        ) from error
    return PlaceChoice(kind="personium", url=target, account=account, secret=secret, only_if_empty=only_if_empty)
