"""Write docs/reach.md: every function of every contract that changes state, and the endpoint and command that reach it.

    python scripts/reach.py [--out docs/reach.md] [--check]

The functions come from the ABIs, what people sign and its endpoints from the declarations of the acts; named here are
only the commands, what the bank does of its own (`BY_BANK`), and what nobody calls through a bank, with the reason
(`NOT_BY_BANK`). With --check nothing is written, and the exit code is 1 if the page is not what the sources say.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bank_api.protocol.acts import SUBMISSIONS
from chaincode import acts
from chaincode.acts import ACTS, Act
from chaincode.build import compile_all

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Way:
    """How a function is reached: by which endpoints and commands, or why by none."""

    function: str
    endpoints: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    reason: str = ""


COMMANDS: dict[Act[Any], tuple[str, ...]] = {
    acts.JOIN: ("member join",),
    acts.ANSWER: ("member answer",),
    acts.CORRECTION: ("member correct",),
    acts.CONSENT: ("member consent", "member refuse"),
    acts.WITHDRAWAL: ("member withdraw",),
    acts.PURCHASE: ("member buy",),
    acts.REDEMPTION: ("shop offer", "member redeem"),
    acts.DRAW_BINDING: ("board bind-draw",),
    acts.ENTRY: ("member enter",),
    acts.COIN_TRANSFER: ("member send-coins", "member pay"),
    acts.COUPON_TRANSFER: ("member send-coupons",),
    acts.DATA_REQUEST: ("partner request",),
    acts.CLOSING: ("partner close",),
    acts.DECISION: ("board approve", "board refuse"),
    acts.APPROVAL_REVOCATION: ("board revoke",),
    acts.ACKNOWLEDGEMENT: ("partner receive",),
    acts.DELETION: ("partner attest-deletion",),
    acts.COUPON_CLASS: ("partner coupon publish",),
    acts.ESCROW_POLICY: ("escrow create", "escrow close-reshare"),
    acts.SHARE_RECEIPT: ("custodian acknowledge",),
    acts.OPENING_REQUEST: ("escrow open",),
    acts.CONTRIBUTION: ("custodian contribute",),
    acts.VETO: ("escrow veto",),
    acts.GUARDIANS: ("recovery guardians",),
    acts.RECOVERY_VETO: ("recovery veto",),
    acts.KEY_ROTATION: ("recovery rotate",),
    acts.DELEGATION: ("member delegate", "member end-delegation"),
    acts.STANDING_RULE: ("member allow",),
    acts.RULE_END: ("member end-rule",),
    acts.BOUND_TRANSFER: ("partner send-coins", "member send-coins"),
    acts.GIFT_ORDER: ("partner order-gifts",),
    acts.ACCEPTANCE: ("member terms accept",),
    acts.ENCRYPTION_KEY: ("partner publish-key", "custodian publish-key", "board publish-key"),
}
"""The commands that send an act."""

BY_BANK: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "coin.sell": (("POST /v1/partners/{account}/coins",), ("operator sell-coins",)),
    "disclosure.disclose": (("POST /v1/releases",), ("operator release",)),
    "disclosure.open_release": (("POST /v1/releases",), ("operator release",)),
    "disclosure.add_consents": (("POST /v1/releases",), ("operator release",)),
    "disclosure.close_release": (("POST /v1/releases",), ("operator release",)),
    "disclosure.settle": (("POST /v1/releases",), ("operator release",)),
    "draw.open_draw": (("POST /v1/draws",), ("operator open-draw",)),
    "draw.show_parts": (("POST /v1/draws/{draw_id}/parts",), ("board show-draw",)),
    "draw.refund": (("POST /v1/draws/{draw_id}/refunds",), ("member refund-draw", "operator refund-draw")),
    "request.decide_together": (("POST /v1/requests/{request_id}/decision",), ("board carry-decision",)),
    "request.revoke_together": (("POST /v1/requests/{request_id}/revocation",), ("board carry-decision",)),
    "coin.set_quota": (("POST /v1/quotas",), ("board set-quota",)),
    "coin.approve_issue": (("POST /v1/issues",), ("board allow-issue",)),
    "membership.enroll": (("POST /v1/organizations",), ("operator enroll",)),
    "membership.seat": (("POST /v1/seats",), ("board seat",)),
    "recovery.recover": (("POST /v1/recoveries", "POST /v1/operator/recoveries"), ("recovery begin",)),
    "recovery.complete_recovery": (("POST /v1/recoveries/{recovery_id}/completion",), ("recovery complete",)),
    "membership.suspend": (("POST /v1/accounts/{account}/suspension",), ("operator suspend",)),
    "membership.reinstate": (("POST /v1/accounts/{account}/reinstatement",), ("operator reinstate",)),
    "membership.dismiss": (("POST /v1/accounts/{account}/dismissal",), ("operator dismiss",)),
    "coin.set_policy": (("POST /v1/spending-policies",), ("operator policy",)),
    "request.close": (("POST /v1/operator/requests/{request_id}/closing",), ("operator close-request",)),
    "consent.ask_batch": (("POST /v1/operator/requests/{request_id}/questions",), ("operator ask",)),
    "consent.revoke": (("POST /v1/operator/requests/{request_id}/revocations",), ("operator revoke",)),
    "consent.expire_batch": (("POST /v1/operator/expiries",), ("operator expire",)),
    "disclosure.abandon_release": (("POST /v1/releases/{release_id}/abandonment",), ("operator abandon",)),
    "coupon.give_batch": (("POST /v1/gift-orders/{order_id}/gifts",), ("operator give-gifts",)),
    "survey.set_partner_reward": (("POST /v1/surveys/{survey_id}/partner-reward",), ("operator partner-reward",)),
    "membership.appoint": (("POST /v1/operator/appointments",), ("operator appoint",)),
    "rule.name_category": (("POST /v1/rule-categories",), ("operator category",)),
    "rule.categorize": (("POST /v1/partners/{account}/category",), ("operator categorize",)),
    "consent.record_by_rule_batch": (
        ("POST /v1/operator/requests/{request_id}/ruled-consents",),
        ("operator apply-rules",),
    ),
    "survey.close": (("POST /v1/surveys/{survey_id}/closure",), ("operator survey close",)),
    "survey.publish": (("POST /v1/surveys",), ("operator survey publish",)),
    "membership.set_terms": (("POST /v1/terms",), ("operator terms publish",)),
    "survey.top_up": (("POST /v1/surveys/{survey_id}/budget",), ("operator top-up",)),
}
"""What the bank does as the operator, or carries with signatures that no lane gathers: endpoints and commands."""

DEPLOYED = "once, when the contracts are deployed (`python -m chaincode deploy`)"
ERC_20 = "ERC-20, from the holder's own key: any Ethereum wallet; the bank relays `coin.transfer_batch` in its place"
ERC_1155 = "ERC-1155, from the holder's own key: any wallet; the bank relays `coupon.transfer_batch` in its place"
NOT_BY_BANK: dict[str, str] = {
    "coin.approve": ERC_20,
    "coin.permit": ERC_20,
    "coin.transfer": ERC_20,
    "coin.transferFrom": ERC_20,
    "coin.burn": "by contracts: `coupon`, `draw`",
    "coin.spend": "by contracts: `coupon.buy_batch`, out of coins that are bound to the issuer first",
    "coin.issue": "by contracts: `survey`, which counts a budget against the operator's quota",
    "coin.open_quota": DEPLOYED,
    "coin.grant": "by contracts: `survey.accept`",
    "coin.grant_batch": "by contracts: `survey.answer_batch`",
    "coin.move": "by contracts: `request`, `draw`",
    "coin.move_batch": "by contracts: `disclosure`",
    "coin.seal_minters": DEPLOYED,
    "coin.set_minter": DEPLOYED,
    "consent.drop_hold": "by `disclosure.abandon_release`",
    "consent.hold_batch": "by `disclosure.add_consents`",
    "consent.open_hold": "by `disclosure.open_release`",
    "consent.seal_hold": "by `disclosure.close_release`",
    "consent.set_disclosure": DEPLOYED,
    "consent.set_rules": DEPLOYED,
    "consent.settle_batch": "by `disclosure.settle`",
    "consent.use_batch": "by `disclosure.disclose`",
    "coupon.safeBatchTransferFrom": ERC_1155,
    "coupon.safeTransferFrom": ERC_1155,
    "coupon.setApprovalForAll": ERC_1155,
    "membership.replace_key": "by `recovery`",
    "membership.rest": "by `recovery`",
    "membership.wake": "by `recovery`",
    "membership.set_recovery": DEPLOYED,
    "request.consume": "by `disclosure`",
    "request.set_disclosure": DEPLOYED,
    "survey.accept": "by `consent.record_batch`, where the survey promises coins for accepted partners",
    "survey.set_consent": DEPLOYED,
}
"""Functions that nobody reaches through a bank, and why."""

NOT_YET: tuple[str, ...] = ()
"""Functions that people should reach and cannot."""


def ways() -> Iterator[Way]:
    """The way to every function that changes state, contract by contract; an empty one where nobody thought of any."""
    for contract, artifact in compile_all().items():
        entries = (entry for entry in artifact.abi if entry["type"] == "function")
        names = {str(entry["name"]) for entry in entries if entry["stateMutability"] not in ("view", "pure")}
        for name in sorted(names):
            yield _way(f"{contract}.{name}")


def _way(function: str) -> Way:
    if function in BY_BANK:
        return Way(function, *BY_BANK[function])
    for one in SUBMISSIONS:
        if function == f"{one.act.contract}.{one.act.batch}":
            return Way(function, (f"POST {one.path}",), COMMANDS.get(one.act, ()))
    if function in NOT_BY_BANK:
        return Way(function, reason=NOT_BY_BANK[function])
    for act in ACTS:
        if function == f"{act.contract}.{act.direct}":
            return Way(function, reason=f"from the signer's own key, past the bank: what `{act.batch}` relays")
    return Way(function, reason="**not yet**" if function in NOT_YET else "")


def page(found: list[Way]) -> str:
    lines = [
        "# What is reached how",
        "",
        "Every function of every contract that changes state; `azukari` stands before each command. Written by",
        "`python scripts/reach.py` from the ABIs and the declarations of the acts; a test holds it complete.",
        "",
        "| function | endpoint | command |",
        "|---|---|---|",
    ]
    for way in found:
        cells = [_listed(way.endpoints), _listed(way.commands)] if way.endpoints else [way.reason, ""]
        lines.append(f"| `{way.function}` | {cells[0]} | {cells[1]} |")
    return "\n".join([*lines, ""])


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main(
    out: Annotated[Path, typer.Option(help="Where the page goes.")] = ROOT / "docs" / "reach.md",
    check: Annotated[bool, typer.Option(help="Only tell whether the page is up to date.")] = False,
) -> None:
    """Write the table of what is reached how."""
    content = page(list(ways()))
    stale = not out.is_file() or out.read_text(encoding="utf-8") != content
    if stale and not check:
        out.write_text(content, encoding="utf-8")
    typer.echo(f"{'stale' if check else 'written'}: {out.name if stale else 'nothing'}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    typer.run(main)
