"""How a bank is, as its operator reads it: what is wrong comes first, every figure has its words in both languages."""

from typing import get_args

import pytest

from bank_api.protocol.shapes.health import OperatorHealth, RotationHealth, Trouble
from tests.unit.wallet_cli.test_bank_faces import HEALTH
from wallet_cli.messages import Messages
from wallet_cli.output import Output
from wallet_cli.views import health as views


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_trouble_and_every_figure_is_said(language, capsys):
    say = Messages(language)
    kinds = list(get_args(Trouble))
    rotation = RotationHealth(accounts=3, done=1, waiting=1)
    found = OperatorHealth.model_validate(HEALTH).model_copy(update={"trouble": kinds, "rotation": rotation})
    Output(False, say).show(views.health(say, found))
    told = capsys.readouterr()
    text = (told.out + told.err).replace("\n", "")
    assert all(say(f"desk-trouble-{kind}")[:12] in text for kind in kinds)
    assert text.index(say("desk-trouble-ledger-silent")[:12]) < text.index(say("desk-health-disk"))
    assert say("desk-health-well") not in text
    well = found.model_copy(update={"trouble": []})
    Output(False, say).show(views.health(say, well))
    assert say("desk-health-well")[:12] in "".join(capsys.readouterr())
