"""Purposes by their terms in the Data Privacy Vocabulary (DPV 2, https://w3id.org/dpv): what requests are filed for.

A request names its purpose by a place from 0 to 31; which purpose a place stands for the operator says once, on the
ledger. Named by a term, the name carries it in both languages: "学術研究 / Academic research (dpv:AcademicResearch)".
"""

import re

from bank_api.protocol.messages import Catalogue

PREFIX = "dpv:"
NAMESPACE = "https://w3id.org/dpv#"
TERMS = (
    *("ResearchAndDevelopment", "AcademicResearch", "ScientificResearch"),
    *("NonCommercialResearch", "CommercialResearch"),
    *("PublicBenefit", "ServiceProvision", "ServiceOptimisation", "Personalisation", "Marketing", "Advertising"),
    *("CustomerManagement", "CommunicationManagement", "HumanResourceManagement", "OrganisationGovernance"),
    *("LegalCompliance", "EnforceSecurity"),
)
"""Those that a company may have for answers; their words stand in the catalogue of messages."""

_IN_NAME = re.compile(r"\((dpv:\w+)\)$")


def name_of(term: str) -> str:
    """The name, in both languages, of one of the terms, with or without `dpv:`. Raises KeyError."""
    word = term.removeprefix(PREFIX)
    if word not in TERMS:
        raise KeyError(term)
    japanese, english = (Catalogue(language)(f"purpose-{word}") for language in ("ja", "en"))
    return f"{japanese} / {english} ({PREFIX}{word})"


def term_in(name: str | None) -> str | None:
    """The term that a name carries; None for a purpose that was named otherwise."""
    found = _IN_NAME.search(name or "")
    return None if found is None else found.group(1)


def iri_of(term: str) -> str:
    """The IRI of a term that a name carries."""
    return NAMESPACE + term.removeprefix(PREFIX)


def is_called(name: str | None, sought: str) -> bool:
    """Whether somebody means this purpose: by its whole name, one language's half of it, or its term."""
    if name is None:
        return False
    term = term_in(name)
    plain = name if term is None else name.removesuffix(f" ({term})")
    wanted = sought.casefold()
    called = {name, plain, *plain.split(" / "), *((term, term.removeprefix(PREFIX)) if term else ())}
    return wanted in {one.casefold() for one in called}
