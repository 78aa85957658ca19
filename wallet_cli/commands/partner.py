"""azukari partner: ask for data with a purpose, receive releases, publish coupons."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.messages.terminal.command_line import Group
from chaincode.ids import to_hex
from wallet_cli.commands.coupon_sales import add_coupon_list, add_policy_list
from wallet_cli.commands.encryption_key import add_publish_key
from wallet_cli.commands.gifts import add_partner_gift_commands
from wallet_cli.commands.giving import add_sending_command
from wallet_cli.commands.promotions import partner_app as promotion_app
from wallet_cli.commands.requesting import OPEN_STATES, add_request_commands
from wallet_cli.commands.statement import add_statement_command
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import refuse_existing, write_private

if TYPE_CHECKING:
    from bank_api.protocol.documents import release as payloads
    from bank_api.protocol.documents import statistics as documents
    from bank_api.protocol.shapes.releases import ReleaseView
    from bank_api.protocol.shapes.requests import RequestView
    from wallet_cli import delivery, ledger_root, usefulness
    from wallet_cli import release as receiving
    from wallet_cli import statutory_notice as statutory
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import organization as views
    from wallet_cli.views import statistics as figures
else:
    delivery = later("wallet_cli.delivery")
    ledger_root = later("wallet_cli.ledger_root")
    usefulness = later("wallet_cli.usefulness")
    receiving = later("wallet_cli.release")
    signing = later("wallet_cli.signing.partner")
    statutory = later("wallet_cli.statutory_notice")
    views = later("wallet_cli.views.organization")
    documents = later("bank_api.protocol.documents.statistics")
    figures = later("wallet_cli.views.statistics")
    payloads = later("bank_api.protocol.documents.release")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
coupon_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(coupon_app, name="coupon")
add_coupon_list(coupon_app)
app.add_typer(promotion_app, name="promotion")
add_policy_list(app)
add_publish_key(app)
add_request_commands(app)
add_partner_gift_commands(app)
add_sending_command(app)
add_statement_command(app)


@command(app, "catalogue", listing=True)
def catalogue(invocation: Invocation) -> None:
    surveys, categories = invocation.public.surveys(), invocation.client.rules.categories()
    purposes = [one for one in categories if one.kind == KindOfCategory.PURPOSES]
    recipients = [one for one in categories if one.kind == KindOfCategory.RECIPIENTS]
    free = invocation.client.rules.uncategorized()
    document = {"surveys": surveys, "purposes": purposes, "recipients": recipients, "uncategorized": free}
    invocation.output.result(document, views.catalogue(invocation.messages, surveys, categories, free))


@command(app, "requests", listing=True)
def requests(invocation: Invocation) -> None:
    found = invocation.client.partner.requests()
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


@command(app, "releases", "--json", listing=True)
def releases(invocation: Invocation) -> None:
    found = invocation.client.partner.releases()
    invocation.output.result({"releases": found}, views.releases(invocation.messages, found))


@command(app, "receive", "0x8c2f --out turnout.csv --out turnout.parquet --dictionary turnout.package.json")
def receive(
    invocation: Invocation,
    out: Annotated[list[Path], typer.Option()],
    release: Annotated[str | None, typer.Argument()] = None,
    ledger: Annotated[str | None, typer.Option()] = None,
    ledger_token_file: Annotated[Path | None, typer.Option()] = None,
    acknowledge: Annotated[bool, typer.Option()] = True,
    payload_out: Annotated[Path | None, typer.Option("--payload")] = None,
    dictionary: Annotated[Path | None, typer.Option()] = None,
    notice_out: Annotated[Path | None, typer.Option("--notice")] = None,
) -> None:
    chosen = _release(invocation, release)
    for path in out:
        delivery.check_name(path)
        refuse_existing(path, "--out")
    for option, one in (("--notice", notice_out), ("--dictionary", dictionary), ("--payload", payload_out)):
        if one is not None:
            refuse_existing(one, option)
    part = out[0].with_name(f"{out[0].name}.part")
    sealed = invocation.client.partner.sealed(chosen.release_id, part)
    if ledger is not None:
        root = ledger_root.recorded_payload_root(
            invocation.signer.deployment, chosen.release_id, ledger, ledger_token_file
        )
        chosen = chosen.model_copy(update={"payload_root": root})
    opened = receiving.open_sealed_release(invocation.signer.encryption, sealed, chosen)
    rows = {path: delivery.written_rows(opened, path) for path in out}
    files = [("--out", path, content) for path, content in rows.items()]
    if notice_out is not None:
        text = statutory.kept_with(invocation.bank.name, chosen, _asked(invocation, chosen))
        files.append(("--notice", notice_out, text.encode()))
    if dictionary is not None:
        asked = _asked(invocation, chosen)
        labels = dict(zip(asked.items, asked.item_labels, strict=True))
        told = delivery.dictionary(invocation.messages, opened, labels, rows, dictionary.parent)
        files.append(("--dictionary", dictionary, told))
    if payload_out is not None:
        files.append(("--payload", payload_out, opened.opened))
    for option, path, content in files:  # all are made by now: nothing is left half written by a refusal
        write_private(path, content, option)
    part.unlink(missing_ok=True)
    if acknowledge and not chosen.acknowledged:
        signed = signing.acknowledge_release(invocation.signer, chosen.release_id, opened.payload_root)
        invocation.client.send(signed)
    document = {
        "release_id": chosen.release_id,
        "file": str(out[0]),
        "files": [str(path) for path in out],
        "rows": len(opened.rows),
        "suppressed": opened.suppressed,
        "k": opened.k,
        "loss": opened.loss,
        "payload_root": to_hex(opened.payload_root),
        "columns": list(opened.columns),
        "acknowledged": acknowledge or chosen.acknowledged,
    }
    written = [path for _option, path, _content in files]
    said_by = "word-said-by-ledger" if ledger else "word-said-by-bank"
    invocation.output.result(document, views.opened_release(invocation.messages, opened, said_by, written))


@command(app, "expect", "0x9b1e --epsilon 1 --cross age,vote")
def expect(
    invocation: Invocation,
    request: Annotated[str | None, typer.Argument()] = None,
    epsilon: Annotated[float | None, typer.Option(min=0.001)] = None,
    crossed: Annotated[list[str] | None, typer.Option("--cross")] = None,
) -> None:
    mine = {one.request_id: one for one in invocation.client.partner.requests()}
    live = [one.request_id for one in mine.values() if one.state == "approved"]
    found = invocation.client.partner.expectation(
        find_by_prefix(request, mine, "REQUEST", live), epsilon, crossed or ()
    )
    useless = usefulness.doubt(invocation.messages, found)
    if useless:
        invocation.output.say(useless)
    invocation.output.result(found, figures.expectation(invocation.messages, found))


@command(app, "trend", "spring.json autumn.json")
@translated_errors()
def trend(invocation: Invocation, files: Annotated[list[Path], typer.Argument()]) -> None:
    waves = [documents.read_statistics(payloads.read_payload(read_given(file, "FILES")).document) for file in files]
    found = documents.trends(waves)
    document = [
        one.figure.to_json() | {"shares": one.shares, "change": one.change, "error": one.error, "sure": one.is_sure}
        for one in found
    ]
    invocation.output.result({"trend": document}, figures.trend(invocation.messages, len(waves), found))


@command(app, "close", "0x9b1e")
def close(invocation: Invocation, request: Annotated[str | None, typer.Argument()] = None, yes: Yes = False) -> None:
    say = invocation.messages
    mine = {one.request_id: one for one in invocation.client.partner.requests()}
    live = [one.request_id for one in mine.values() if one.state in OPEN_STATES]
    chosen = mine[find_by_prefix(request, mine, "REQUEST", live)]
    invocation.confirm(say("ask-close-request", purpose=chosen.purpose, coins=chosen.coins_locked or 0), yes)
    receipt = invocation.client.send(signing.close_request(invocation.signer, chosen.request_id))
    invocation.output.result(receipt, say("done-request-closed", id=chosen.request_id))


@command(app, "attest-deletion", "0x8c2f --evidence certificate.pdf")
def attest_deletion(
    invocation: Invocation,
    release: Annotated[str | None, typer.Argument()] = None,
    evidence: Annotated[Path | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    say = invocation.messages
    kept = {one.release_id: one for one in invocation.client.partner.releases() if one.deleted_at is None}
    chosen = kept[find_by_prefix(release, kept, "RELEASE")]
    proof = None if evidence is None else read_given(evidence, "--evidence")
    invocation.confirm(say("ask-attest-deletion", id=chosen.release_id, rows=chosen.rows), yes)
    receipt = invocation.client.send(signing.attest_deletion(invocation.signer, chosen.release_id, proof))
    invocation.output.result(receipt, say("done-deletion-attested", id=chosen.release_id))


@command(app, "summary")
def summary(invocation: Invocation) -> None:
    counts = invocation.client.partner.summary()
    invocation.output.result(counts, views.summary(invocation.messages, "word-summary", counts))


@command(coupon_app, "publish", '"One coffee" --price 10 --stock 200 --description "At all our cafés"')
def coupon_publish(
    invocation: Invocation,
    title: Annotated[str, typer.Argument()],
    price: Annotated[int, typer.Option(min=0)],
    stock: Annotated[int, typer.Option(min=1)],
    description: Annotated[str, typer.Option()],
    opens: Annotated[str, typer.Option()] = "+0s",
    closes: Annotated[str, typer.Option()] = "+30d",
    redeem_until: Annotated[str, typer.Option()] = "+90d",
    premium: Annotated[str | None, typer.Option()] = None,
) -> None:
    now = invocation.clock()
    mine = [] if premium is None else [one.request_id for one in invocation.client.partner.requests()]
    terms = signing.CouponTerms(
        title=title,
        description=description,
        price_coins=price,
        stock=stock,
        opens_at=parse_moment(opens, now, "--opens"),
        closes_at=parse_moment(closes, now, "--closes"),
        redeem_until=parse_moment(redeem_until, now, "--redeem-until"),
        premium_request=None if premium is None else find_by_prefix(premium, mine, "--premium"),
    )
    receipt = invocation.client.send(signing.publish_coupon(invocation.signer, terms))
    invocation.output.result(receipt, invocation.messages("done-coupons-published", id=receipt.id))


@command(app, "notice", "0x8c2f --language ja")
def notice(invocation: Invocation, release: Annotated[str | None, typer.Argument()] = None) -> None:
    made = {one.release_id: one for one in invocation.client.partner.releases()}
    chosen = made[find_by_prefix(release, made, "RELEASE")]
    text = statutory.to_recipient(invocation.messages, invocation.bank.name, chosen, _asked(invocation, chosen))
    invocation.output.result({"release_id": chosen.release_id, "text": text}, text)


def _asked(invocation: Invocation, release: "ReleaseView") -> "RequestView":
    """What a release was made for."""
    return {one.request_id: one for one in invocation.client.partner.requests()}[release.request_id]


def _release(invocation: Invocation, prefix: str | None) -> "ReleaseView":
    releases = {release.release_id: release for release in invocation.client.partner.releases()}
    new = [release.release_id for release in releases.values() if not release.acknowledged]
    return releases[find_by_prefix(prefix, releases, "RELEASE", new)]
