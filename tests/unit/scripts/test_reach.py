"""Every function that changes state is reached, or it is said why not; and what is named as a way is one."""

import typer

from bank_api.app import api_document
from bank_api.protocol.acts import SUBMISSIONS
from scripts import reach
from wallet_cli.cli import app

FOUND = list(reach.ways())
ENDS = ("approval", "refusal")


def commands(group, above=None, path=()):
    context = typer.Context(group, parent=above, info_name=path[-1] if path else "azukari")
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        if hasattr(one, "list_commands"):
            yield from commands(one, context, (*path, name))
        else:
            yield " ".join((*path, name))


def test_every_function_has_a_way_or_a_reason():
    silent = [way.function for way in FOUND if not way.endpoints and not way.reason]
    assert silent == []
    assert [way.function for way in FOUND if way.endpoints and not way.commands] == []


def test_every_endpoint_and_every_command_named_is_there():
    served = {f"{method.upper()} {path}" for path, ways in api_document()["paths"].items() for method in ways}
    assert {one for way in FOUND for one in way.endpoints} <= served
    assert {one for way in FOUND for one in way.commands} <= set(commands(typer.main.get_command(app)))


def test_nothing_is_named_that_is_no_function_or_that_people_sign():
    functions = {way.function for way in FOUND}
    named = [*reach.BY_BANK, *reach.NOT_BY_BANK, *reach.NOT_YET]
    assert set(named) <= functions
    relayed = {f"{one.act.contract}.{one.act.batch}" for one in SUBMISSIONS}
    assert len(set(named)) == len(named)
    assert not relayed & set(named)
    assert set(reach.COMMANDS) <= {one.act for one in SUBMISSIONS}


def test_every_endpoint_that_changes_the_ledger_is_the_way_to_a_function():
    """What a route does beside the ledger stands here by name."""
    beside = {
        "POST /v1/invitations",
        "POST /v1/invitations/check",
        "POST /v1/ledger",
        "POST /v1/redemptions",
        "POST /v1/session",
    }
    beside |= {"POST /v1/session/challenge", "POST /v1/redemptions/{redemption_id}/cancellation"}
    beside |= {
        "POST /v1/proofs/consents/{consent_id}/credential",
        "POST /v1/releases/rehearsal",
        "POST /v1/me/rights",
        "POST /v1/operator/rights/{request_id}/answer",
    }
    beside |= {"POST /v1/openings/{opening_id}/refusal"}  # a custodian's reason, for the requester alone
    beside |= {"POST /v1/release-key/ceremonies", "POST /v1/answers-openings"}  # keys, and what the board opens
    beside |= {"POST /v1/apps", "POST /v1/apps/{app_id}/key", "POST /v1/apps/{app_id}/removal"}  # who is let into boxes
    beside |= {"POST /v1/pulses"}  # an empty block, for who wants a newer one
    beside |= {"POST /v1/me/erasure"}  # what it writes are acts and a dismissal, which have their own ways
    registering = ("POST /v1/registrations", *(f"POST /v1/operator/registrations/{{account}}/{word}" for word in ENDS))
    beside |= set(registering)  # whoever is let in joins by an act of their own
    beside |= {
        "POST /v1/promotions",
        "POST /v1/promotions/{promotion_id}/withdrawal",
    }  # words; what follows is a purchase
    beside |= {f"POST /v1/operator/promotions/{{promotion_id}}/{word}" for word in ENDS}
    posts = {f"POST {path}" for path, ways in api_document()["paths"].items() if "post" in ways}
    assert posts - beside == {one for way in FOUND for one in way.endpoints}


def test_the_page_is_that_of_the_sources():
    assert (reach.ROOT / "docs" / "reach.md").read_text(encoding="utf-8") == reach.page(FOUND)
