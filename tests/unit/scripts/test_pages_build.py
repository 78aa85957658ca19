"""What the pages are built of: pinned by version and hash, named by no address, derived from the declarations."""

import json
import re

from bank_api.protocol.acts import SUBMISSIONS
from chaincode.typed_data import structs
from scripts import pages

LOCK = json.loads((pages.SOURCE / "package-lock.json").read_text())


def test_every_package_is_locked_by_hash_and_named_by_no_address():
    packages = {name: one for name, one in LOCK["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, one in packages.items() if "integrity" not in one] == []
    assert "resolved" not in json.dumps(LOCK)
    assert [
        name for name, one in packages.items() if not re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", one["version"])
    ] == []


def test_what_we_ask_for_is_exact_and_is_what_is_locked():
    asked = json.loads((pages.SOURCE / "package.json").read_text())
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_signed_acts_are_those_that_are_declared():
    acts = json.loads(pages._derived()["acts.json"])
    assert set(acts["acts"]) == {one.act.name for one in SUBMISSIONS} | {one.name for one in pages.HANDED_ON}
    assert acts["statements"]["CONSENT_GIVEN"] == structs.CONSENT_GIVEN
    consent = acts["acts"]["consent"]
    assert (consent["contract"], consent["domain"]) == ("consent", "Azukari consent")
    assert {"name": "item_mask", "camel": "itemMask", "kind": "uint256"} in consent["fields"]


def test_events_and_places_come_from_the_contracts():
    record = json.loads(pages._derived()["record.json"])
    names = {event["name"] for event in record["events"]["coin"]}
    assert {"Granted", "Burnt", "Moved"} <= names
    assert set(record["places"]["coin"]) == {"granted", "burnt", "purse"}
    assert record["consent_states"]["2"] == "given"


def test_pages_can_say_whatever_the_bank_may_send_and_no_id_is_put_together():
    sayable = json.loads(pages._derived()["sayable.json"])
    assert {"rule-hash-of", "hint-keep-invitation", "error-field"} <= set(sayable)
    sources = "".join(path.read_text() for path in (pages.ROOT / "bank_api").rglob("*.py"))
    assert re.findall(r"""f["'](?:error|hint|rule)-|["'](?:error|hint|rule)-["']""", sources) == []


def test_whatever_changes_makes_the_pages_anew():
    derived = pages._derived()
    before = pages._fingerprint(derived)
    assert pages._fingerprint(derived) == before
    assert pages._fingerprint(derived | {"acts.json": "{}"}) != before
