"""Patient and Observation of HL7 FHIR (R4), alone or in a Bundle, as JSON: gender, birth date and age, and
measurements.

Of several observations with one code the newest is taken; one that was cancelled or entered in error is left out.
A blood pressure's parts (`component`) are facts of their own.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.intake.facts import Fact

LEFT_OUT = frozenset({"cancelled", "entered-in-error", "unknown"})


def is_fhir(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("resourceType"), str)


def fhir_facts(document: dict[str, Any], today: date) -> list[Fact]:
    resources = list(_resources(document))
    patients = [one for one in resources if one["resourceType"] == "Patient"]
    if len(patients) > 1:
        raise InputError("FILE", said("rule-fhir-one-patient", count=len(patients)))
    found: dict[str, Fact] = {}
    for one in patients:
        found |= {fact.path: fact for fact in _patient(one, today)}
    for one in resources:
        if one["resourceType"] == "Observation" and one.get("status") not in LEFT_OUT:
            for fact in _observation(one):
                known = found.get(fact.path)
                if known is None or fact.at > known.at:
                    found[fact.path] = fact
    if not found:
        raise InputError("FILE", said("rule-fhir-nothing"))
    return list(found.values())


def _resources(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if document["resourceType"] != "Bundle":
        yield document
        return
    entries = document.get("entry", [])
    if not isinstance(entries, list):
        raise InputError("FILE", said("rule-fhir-part", part="entry"))
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not is_fhir(resource):
            raise InputError("FILE", said("rule-fhir-part", part="entry.resource"))
        yield resource


def _patient(resource: dict[str, Any], today: date) -> Iterator[Fact]:
    gender, born = resource.get("gender"), resource.get("birthDate")
    if isinstance(gender, str):
        yield Fact("Patient.gender", "gender", gender)
    if born is None:
        return
    try:
        birthday = date.fromisoformat(born)
    except (TypeError, ValueError) as error:
        raise InputError("FILE", said("rule-fhir-part", part="Patient.birthDate")) from error
    had_birthday = (today.month, today.day) >= (birthday.month, birthday.day)
    yield Fact("Patient.birthDate", "birthDate", born)
    yield Fact("Patient.age", "age", today.year - birthday.year - (not had_birthday), at=today.isoformat())


def _observation(resource: dict[str, Any]) -> Iterator[Fact]:
    at = resource.get("effectiveDateTime", resource.get("issued", ""))
    at = at if isinstance(at, str) else ""
    components = resource.get("component", [])
    for part in (resource, *(components if isinstance(components, list) else [])):
        code, name = _code(part)
        value, unit = _value(part)
        if code and value is not None:
            yield Fact(f"Observation.{code}", name, value, unit, at)


def _code(part: Any) -> tuple[str, str]:
    """The first code, and what it is called."""
    concept = part.get("code") if isinstance(part, dict) else None
    if not isinstance(concept, dict):
        raise InputError("FILE", said("rule-fhir-part", part="Observation.code"))
    codings = concept.get("coding") or [{}]
    first = codings[0] if isinstance(codings, list) and isinstance(codings[0], dict) else {}
    name = str(concept.get("text") or first.get("display") or first.get("code") or "")
    return str(first.get("code") or name), name


def _value(part: dict[str, Any]) -> tuple[str | int | float | bool | None, str]:
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        value = quantity.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError("FILE", said("rule-fhir-part", part="valueQuantity.value"))
        return value, str(quantity.get("unit") or quantity.get("code") or "")
    concept = part.get("valueCodeableConcept")
    if isinstance(concept, dict):
        codings = concept.get("coding")
        first = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], dict) else {}
        return str(concept.get("text") or first.get("display") or first.get("code") or "") or None, ""
    for name in ("valueInteger", "valueString", "valueBoolean"):
        value = part.get(name)
        if isinstance(value, str | int):
            return value, ""
    return None, ""
