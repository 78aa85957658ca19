"""A real bank for flow tests: a ledger process and an API process on loopback, with everybody enrolled.

One stage per test module; tests within a module share its chain and use fresh ids.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stage import acts, survey
from scripts.stage.cast import Company
from scripts.stage.processes import Stage

MEMBERS = 14


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, deployed) -> Iterator[Stage]:
    """Both processes running, contracts deployed."""
    stage = deployed(Path(tmp_path_factory.mktemp("stage")))
    try:
        stage.start_ledger()
        stage.bank.environment["AZUKARI_BANK_PROMOTION_K"] = "1"  # few live here
        stage.start_bank("Test bank")
        yield stage
    finally:
        stage.stop()


@pytest.fixture(scope="module")
def company(stage: Stage) -> Iterator[Company]:
    """Partners, shops, board and custodians enrolled, members joined."""
    company = Company(stage.bank.url, stage.operator)
    acts.enroll(company)
    acts.join(company, MEMBERS, lambda: None)
    yield company
    company.close()


@pytest.fixture(scope="module")
def story(company: Company) -> acts.Story:
    """A published survey, and all members but the last two have answered."""
    story = acts.Story()
    acts.publish_survey(company, story)
    answering = company.members[:-2]
    rows = survey.respondents(len(answering))
    everybody, company.members = company.members, answering
    acts.answer(company, story, rows, lambda: None)
    company.members = everybody
    return story
