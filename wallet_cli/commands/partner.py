"""azukari partner: ask for data with a purpose, receive releases, publish coupons."""

from pathlib import Path
from typing import Annotated

import typer

from bank_api.protocol.shapes import ReleaseView, SurveyView
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.ledger_root import recorded_payload_root
from wallet_cli.moments import parse_length, parse_moment
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import write_private
from wallet_cli.release import open_release
from wallet_cli.signing.partner import (
    LEGAL_CLASSES,
    CouponTerms,
    RequestTerms,
    acknowledge_release,
    file_request,
    publish_coupon,
)
from wallet_cli.views import organization as views

app = typer.Typer(help="What a partner company does.", no_args_is_help=True)
coupon_app = typer.Typer(help="Coupons that members buy with coins.", no_args_is_help=True)
app.add_typer(coupon_app, name="coupon")

DAY_SECONDS = 86_400


@command(app, "request")
def request(
    invocation: Invocation,
    survey: Annotated[str, typer.Argument(help="Id of the survey, or its first digits.")],
    items: Annotated[list[str], typer.Option("--item", help="Key of a question; may be repeated.")],
    purpose: Annotated[str, typer.Option(help="What the data is for, in one sentence members can judge.")],
    why: Annotated[str, typer.Option(help="Why it is needed; members read it in the notice.")],
    persons: Annotated[int, typer.Option(min=1, help="At most this many people.")],
    k: Annotated[int, typer.Option(min=2, help="At least this many cannot be told apart.")] = 5,
    coins: Annotated[int, typer.Option(min=0, help="Coins per person and release.")] = 0,
    coins_per_item: Annotated[int, typer.Option(min=0, help="Further coins per item.")] = 0,
    until: Annotated[str, typer.Option(help="End of the request: 2026-12-31, +90d.")] = "+90d",
    keep: Annotated[str, typer.Option(help="How long you keep the data: 365d.")] = "365d",
    purpose_code: Annotated[int, typer.Option(min=0, help="Code of the purpose.")] = 0,
    legal_class: Annotated[str, typer.Option(help=f"One of {', '.join(LEGAL_CLASSES)}.")] = "anonymized",
) -> None:
    """Ask for items of a survey. The coins it may cost are locked; then the board decides.

    Example: azukari partner request 0x5a3c --item age --item vote --purpose "Turnout" --why "..." --persons 500
    """
    if legal_class not in LEGAL_CLASSES:
        raise InputError("--legal-class", f"must be one of {', '.join(LEGAL_CLASSES)}")
    terms = RequestTerms(
        recipient=invocation.client.member.me().name or "",
        purpose=purpose,
        description=why,
        k_minimum=k,
        persons_maximum=persons,
        coins_base=coins,
        coins_per_item=coins_per_item,
        valid_until=parse_moment(until, invocation.clock(), "--until"),
        retention_days=parse_length(keep, "--keep") // DAY_SECONDS,
        legal_class=LEGAL_CLASSES[legal_class],
        purpose_code=purpose_code,
    )
    signed = file_request(invocation.signer, _survey(invocation, survey), items, terms)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, f"Filed as {receipt.id}; the board decides next.")


@command(app, "requests")
def requests(invocation: Invocation) -> None:
    """List your requests and how many consented.

    Example: azukari partner requests
    """
    found = invocation.client.partner.requests()
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


@command(app, "releases")
def releases(invocation: Invocation) -> None:
    """List the releases made for you.

    Example: azukari partner releases --json
    """
    found = invocation.client.partner.releases()
    invocation.output.result({"releases": found}, views.releases(invocation.messages, found))


@command(app, "receive")
def receive(
    invocation: Invocation,
    release: Annotated[str, typer.Argument(help="Id of the release, or its first digits.")],
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
    ledger: Annotated[str | None, typer.Option(help="Ask this ledger node for the recorded root, too.")] = None,
    ledger_token_file: Annotated[Path | None, typer.Option(help="File with the node's bearer token.")] = None,
    acknowledge: Annotated[bool, typer.Option(help="Sign that it arrived.")] = True,
) -> None:
    """Open a release, check every row against its root, write it as CSV and acknowledge it.

    Example: azukari partner receive 0x8c2f --out turnout.csv --ledger http://127.0.0.1:8545
    """
    chosen = _release(invocation, release)
    payload = invocation.client.partner.payload(chosen.release_id)
    if ledger is not None:
        root = recorded_payload_root(invocation.signer.deployment, chosen.release_id, ledger, ledger_token_file)
        chosen = chosen.model_copy(update={"payload_root": root})
    opened = open_release(invocation.signer.encryption, payload, chosen)
    write_private(out, opened.to_csv().encode(), "--out")
    if acknowledge and not chosen.acknowledged:
        signed = acknowledge_release(invocation.signer, chosen.release_id, opened.payload_root)
        invocation.client.send(signed)
    document = {
        "release_id": chosen.release_id,
        "file": str(out),
        "rows": len(opened.rows),
        "suppressed": opened.suppressed,
        "k": opened.k,
        "loss": opened.loss,
        "payload_root": to_hex(opened.payload_root),
        "columns": list(opened.columns),
        "acknowledged": acknowledge or chosen.acknowledged,
    }
    invocation.output.result(document, views.opened_release(opened, "the ledger" if ledger else "the bank"))


@command(app, "summary")
def summary(invocation: Invocation) -> None:
    """Show coins, locked coins, releases and redemptions.

    Example: azukari partner summary
    """
    counts = invocation.client.partner.summary()
    invocation.output.result(counts, views.summary("Summary", counts))


@command(coupon_app, "publish")
def coupon_publish(
    invocation: Invocation,
    title: Annotated[str, typer.Argument(help="What the coupon is good for.")],
    price: Annotated[int, typer.Option(min=0, help="Coins.")],
    stock: Annotated[int, typer.Option(min=1, help="How many there are.")],
    description: Annotated[str, typer.Option(help="What a buyer should know.")],
    opens: Annotated[str, typer.Option(help="On sale from.")] = "+0s",
    closes: Annotated[str, typer.Option(help="On sale until.")] = "+30d",
    redeem_until: Annotated[str, typer.Option(help="Good at your shops until.")] = "+90d",
    premium: Annotated[
        str | None, typer.Option(help="Only for members in a release of this request (its first digits do).")
    ] = None,
) -> None:
    """Publish coupons.

    Example: azukari partner coupon publish "One coffee" --price 10 --stock 200 --description "At all our cafés"
    """
    now = invocation.clock()
    mine = [] if premium is None else [one.request_id for one in invocation.client.partner.requests()]
    terms = CouponTerms(
        title=title,
        description=description,
        price_coins=price,
        stock=stock,
        opens_at=parse_moment(opens, now, "--opens"),
        closes_at=parse_moment(closes, now, "--closes"),
        redeem_until=parse_moment(redeem_until, now, "--redeem-until"),
        premium_request=None if premium is None else find_by_prefix(premium, mine, "--premium"),
    )
    receipt = invocation.client.send(publish_coupon(invocation.signer, terms))
    invocation.output.result(receipt, f"Published as {receipt.id}.")


def _survey(invocation: Invocation, prefix: str) -> SurveyView:
    surveys = {survey.survey_id: survey for survey in invocation.public.surveys()}
    return surveys[find_by_prefix(prefix, surveys, "survey")]


def _release(invocation: Invocation, prefix: str) -> ReleaseView:
    releases = {release.release_id: release for release in invocation.client.partner.releases()}
    return releases[find_by_prefix(prefix, releases, "release")]
