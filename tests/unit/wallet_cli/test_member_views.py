"""A member's screens show what a decision needs."""

import io

import pytest
from rich.console import Console

from tests.unit.wallet_cli.test_signing_member import open_request
from wallet_cli.messages import Messages
from wallet_cli.views import member as views


def shown(view):
    console = Console(file=io.StringIO(), width=200)
    console.print(view)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("language", "number", "name"),
    [("en", 1, "anonymized"), ("ja", 1, "匿名加工"), ("en", 3, "personal"), ("en", 9, "9")],
)
def test_a_member_sees_in_which_form_data_is_asked_for(language, number, name):
    assert name in shown(views.requests(Messages(language), [open_request(legal_class=number)]))
