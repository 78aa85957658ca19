"""Figures with their error bars, and what became of them from release to release."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bank_api.protocol.documents.statistics import BETWEEN, QUANTILE, REST, Figure, StatisticsDocument, Trend
from bank_api.protocol.documents.synthetic import SyntheticDocument
from bank_api.protocol.messages.figures import figure
from bank_api.protocol.shapes.releases import Expectation, Rehearsal
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages


def statistics(say: Messages, document: StatisticsDocument) -> Table:
    return table(
        say(
            "word-statistics",
            people=document.people,
            k=document.k,
            epsilon=figure(document.epsilon_thousandths / 1000),
        ),
        say.words("question", "figure", "cell", "value", "error-bar"),
        (
            (BETWEEN.join(one.of), *_figure(say, one), one.value, _between(say, one.low, one.high))
            for one in document.figures
        ),
        right=(3,),
    )


def told(say: Messages, document: StatisticsDocument | SyntheticDocument) -> Table | Text:
    return made_up(say, document) if isinstance(document, SyntheticDocument) else statistics(say, document)


def made_up(say: Messages, document: SyntheticDocument) -> Text:
    """What made-up rows are, how many, and how wrong."""
    lines = [
        (say("word-rows"), document.rows),
        (say("word-persons"), document.people),
        (say("word-epsilon"), document.epsilon),
        (say("word-delta"), say.chance(document.delta)),
        (say("word-count-error"), document.count_error),
        (say("word-question"), ", ".join(one.name for one in document.columns)),
    ]
    return facts(say("word-made-up"), lines)


def trend(say: Messages, waves: int, found: Sequence[Trend]) -> Table:
    return table(
        say("word-trend", count=waves),
        say.words("question", "figure", "cell", "value", "change", "error-bar", "more-than-noise"),
        (
            (
                BETWEEN.join(one.figure.of),
                *_figure(say, one.figure),
                " → ".join("·" if share is None else figure(share, 3) for share in one.shares),
                _signed(one.change),
                _between(say, _signed(one.change - one.error), _signed(one.change + one.error)),
                say("word-yes" if one.is_sure else "word-no"),
            )
            for one in found
            if one.change is not None and one.error is not None
        ),
        right=(4,),
    )


def expectation(say: Messages, found: Expectation | Rehearsal) -> Text:
    """What a release would be like; what does not apply to its form is left out."""
    told = {
        "consents": found.consents,
        "rows": found.rows,
        "suppressed": found.suppressed if isinstance(found, Rehearsal) else None,
        "k": found.k,
        "loss": None if found.loss is None else loss_told(found.loss),
        "told-in": _told_in(say, found),
        "answers-together": found.answers_together,
        "coins": found.coins,
        "count-error": found.count_error,
        "told-from": found.told_from,
        "delta": None if found.delta is None else say.chance(found.delta),
    }
    lines = [(say(f"word-{name}"), value) for name, value in told.items() if value is not None]
    if isinstance(found, Rehearsal):
        lines += [(say.named("why", why), count) for why, count in (found.left_out or {}).items()]
    return facts(say("word-expected"), lines)


def _told_in(say: Messages, found: Expectation | Rehearsal) -> str | None:
    homes = found.come_and_go if isinstance(found, Rehearsal) else None
    return None if homes is None else told_in(say, homes)


def told_in(say: Messages, homes: bool) -> str:
    """How a series tells its people (ADR 80)."""
    return say("word-homes" if homes else "word-seats")


def loss_told(loss: float | None) -> str:
    """How much of the detail a release lost; a release of statistics loses none that way."""
    return "" if loss is None else f"{loss * 100:.1f} %"


def _figure(say: Messages, one: Figure) -> tuple[str, str]:
    if one.kind == REST:
        return say("word-figure-rest", cells=one.at[0]), ""
    if one.kind == QUANTILE:
        return say("word-figure-quantile", share=figure(float(one.at[0]) * 100)), ""
    return say(f"word-figure-{one.kind}"), BETWEEN.join(one.at)


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else ''}{figure(value, 3)}"


def _between(say: Messages, low: object, high: object) -> str:
    return say("word-between-numbers", low=str(low), high=str(high))
