"""azukari operator share-release-key, open-answers; azukari board release-key, deal-key, confirm-key, openings, open:
the release key that no one person holds."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from chaincode.ids import id_from_hex, to_hex
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.shared_key import KeyEpoch, OpeningSummary, ReleaseKeyView
    from wallet_cli.signing import request_words
    from wallet_cli.signing import shared_key as signing
    from wallet_cli.views import organization
    from wallet_cli.views import shared_key as views
else:
    organization = later("wallet_cli.views.organization")
    request_words = later("wallet_cli.signing.request_words")
    signing = later("wallet_cli.signing.shared_key")
    views = later("wallet_cli.views.shared_key")


def add_keeper_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    command(app, "release-key")(release_key)
    command(app, "deal-key", "--yes")(deal_key)
    command(app, "confirm-key")(confirm_key)
    command(app, "openings")(openings)
    command(app, "open", "0x8c2f --yes")(open_answers)


def add_sharing_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "share-release-key", "--threshold 3")(share_release_key)
    command(app, "open-answers", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")(open_account)


@translated_errors()
def share_release_key(
    invocation: Invocation,
    threshold: Annotated[int, typer.Option(min=2, max=16)],
    anew: Annotated[bool, typer.Option("--anew")] = False,
    dealer: Annotated[list[str] | None, typer.Option("--dealer")] = None,
) -> None:
    face = invocation.client.shared_key
    known = face.state()
    if anew and known.standing is None:
        raise InputError("--anew", said("rule-no-shared-key"))
    key_id = known.standing.key_id if anew and known.standing else to_hex(secrets.token_bytes(32))
    _told(invocation, face.begin(key_id, threshold, dealer or []))


def release_key(invocation: Invocation) -> None:
    _told(invocation, invocation.client.shared_key.state())


def deal_key(invocation: Invocation, yes: Yes = False) -> None:
    known = invocation.client.shared_key.state()
    epoch = _under_way(known)
    invocation.output.show(views.epoch(invocation.messages, epoch))
    invocation.confirm(invocation.messages("ask-deal-key", threshold=epoch.threshold, count=len(epoch.keepers)), yes)
    signer, url, prove = invocation.signer, invocation.connection.url, invocation.proven.account
    if epoch.former_terms is None:
        body = signing.deal(signer, url, epoch, prove)
    elif known.standing is None:
        raise InputError("--wallet", said("rule-no-shared-key"))
    else:
        body = signing.deal_anew(signer, url, known.standing, epoch, prove)
    _told(invocation, invocation.client.shared_key.deal(epoch.key_id, epoch.epoch, body))


def confirm_key(invocation: Invocation) -> None:
    epoch = _under_way(invocation.client.shared_key.state())
    if epoch.state != "confirming":
        raise InputError("--wallet", said("rule-not-all-dealt"))
    body = signing.confirm(invocation.signer, invocation.connection.url, epoch, invocation.proven.account)
    _told(invocation, invocation.client.shared_key.confirm(epoch.key_id, epoch.epoch, body))


def openings(invocation: Invocation) -> None:
    found = invocation.client.shared_key.openings()
    invocation.output.result({"openings": found}, views.openings(invocation.messages, found))


def open_answers(
    invocation: Invocation,
    opening: Annotated[str | None, typer.Argument()] = None,
    yes: Yes = False,
) -> None:
    face, me = invocation.client.shared_key, invocation.client.account
    found = {one.opening_id: one for one in face.openings()}
    waiting = [one.opening_id for one in found.values() if me not in one.given_by]
    chosen = face.opening(find_by_prefix(opening, found, "OPENING", waiting))
    _show(invocation, chosen)
    question = invocation.messages("ask-open-answers", count=chosen.documents, threshold=chosen.threshold)
    invocation.confirm(question, yes)
    epoch = face.state().standing
    if epoch is None or (epoch.key_id, epoch.epoch) != (chosen.key_id, chosen.epoch):
        raise InputError("OPENING", said("rule-opening-of-key"))
    body = signing.contribute(invocation.signer, invocation.connection.url, epoch, chosen)
    after = {one.opening_id: one for one in face.contribute(chosen.opening_id, body).openings}[chosen.opening_id]
    given = invocation.messages("done-opened-part", given=len(after.given_by), threshold=after.threshold)
    invocation.output.result(after, given)


@translated_errors()
def open_account(
    invocation: Invocation,
    account: Annotated[str, typer.Argument()],
    opening_id: Annotated[str | None, typer.Option()] = None,
) -> None:
    waiting = {one.subject: one.opening_id for one in invocation.client.shared_key.openings()}
    fresh = waiting.get(account) or to_hex(secrets.token_bytes(32))
    chosen = fresh if opening_id is None else to_hex(id_from_hex(opening_id, "--opening-id"))
    done = invocation.client.shared_key.open_account(chosen, account)
    told = invocation.messages("done-account-opened", count=done.documents_wrapped)
    invocation.output.result(done, told)


def _show(invocation: Invocation, chosen: "OpeningSummary") -> None:
    """What it is for, in the words that the board decided on."""
    if chosen.kind == "release":
        asked = [one for one in invocation.client.board.requests() if one.request_id == chosen.subject]
        if not asked or asked[0].state not in ("approved", "closed"):
            raise InputError("OPENING", said("rule-opening-not-approved", request=chosen.subject))
        digest = request_words.words_of(asked[0]).struct_hash()
        invocation.proven.check_approved(chosen.subject, digest, or_closed=True)
        invocation.output.show(organization.request(invocation.messages, asked[0]))
    invocation.output.show(views.opening(invocation.messages, chosen))


def _under_way(known: "ReleaseKeyView") -> "KeyEpoch":
    if known.ceremony is None:
        raise InputError("--wallet", said("rule-no-ceremony"))
    return known.ceremony


def _told(invocation: Invocation, known: "ReleaseKeyView") -> None:
    invocation.output.result(known, views.release_key(invocation.messages, known))
