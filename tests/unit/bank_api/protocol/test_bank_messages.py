"""The catalogue: nothing in one language that is not in the other, and a message for everything that is said."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from bank_api import errors
from bank_api.protocol import messages
from bank_api.protocol.kinds import (
    EscrowStanding,
    InboxKind,
    LineKind,
    OpeningStanding,
    RedemptionState,
    RightKind,
    RightOutcome,
    StaysKind,
    SurveyState,
    word_of,
)
from bank_api.protocol.messages import LANGUAGES, Catalogue, UnknownMessageError, slug
from bank_api.protocol.messages.said import Named, Said, said, said_from_json
from chaincode.bindings import ConsentState, EscrowState, LegalClass, OpeningState, ReleaseState, RequestState, Role

ROOT = Path(messages.__file__).parents[3]
FOLDER = Path(messages.__file__).parent
FILES = sorted(path.stem for path in (FOLDER / "en").glob("*.ftl"))

NOT_JAPANESE = {"word-k", "word-k-of-n"}
"""Signs that are read alike everywhere."""

TOLD_OTHERWISE = {"problem-said"}
"""English shows the bank's own sentence, Japanese its kind first."""


class Variables(Visitor):
    def __init__(self):
        self.names = set()

    def visit_VariableReference(self, node):  # noqa: N802  the visitor's own name
        self.names.add(node.id.name)


@cache
def catalogue(language):
    """Every message and attribute of a language: its id, and the variables it needs."""
    found = {}
    for word in FILES:
        resource = FluentParser().parse((FOLDER / language / f"{word}.ftl").read_text(encoding="utf-8"))
        for entry in resource.body:
            assert not isinstance(entry, fluent.Junk), f"{language}/{word}.ftl: {entry.content}"
            if isinstance(entry, fluent.Message):
                assert entry.id.name.partition("-")[0] == word, f"{entry.id.name} stands in {word}.ftl"
                parts = {entry.id.name: entry.value} | {
                    f"{entry.id.name}.{a.id.name}": a.value for a in entry.attributes
                }
                for message_id, pattern in parts.items():
                    assert message_id not in found, f"{message_id} stands twice"
                    variables = Variables()
                    variables.visit(pattern)
                    found[message_id] = frozenset(variables.names)
    return found


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


# ---- two languages, equal ----


def test_both_languages_have_the_same_files():
    assert [sorted(path.name for path in (FOLDER / language).iterdir()) for language in LANGUAGES] == [
        [f"{word}.ftl" for word in FILES]
    ] * 2


def test_both_languages_say_the_same_things_with_the_same_values():
    japanese, english = catalogue("ja"), catalogue("en")
    assert set(japanese) == set(english)
    differing = {name for name in japanese if japanese[name] != english[name]}
    assert differing == TOLD_OTHERWISE


@pytest.mark.parametrize("word", FILES)
def test_every_message_is_said_in_both_languages(word):
    """A file at a time: some five thousand tests of a message each took longer than all that they ask."""
    books = [Catalogue(language) for language in LANGUAGES]
    asked = [one for one in catalogue("en") if one.partition("-")[0] == word]
    assert asked
    for message_id in asked:
        japanese, english = (book(message_id, **dict.fromkeys(needs(message_id), 2)) for book in books)
        assert english.strip(), message_id
        assert not re.search("[ぁ-んァ-ヶ一-龠]", english), message_id
        bare = re.sub(r"[\W\d_]", "", japanese)
        is_japanese = message_id in NOT_JAPANESE or not bare or re.search("[ぁ-んァ-ヶ一-龠]", japanese)
        assert is_japanese, (message_id, japanese)


def needs(message_id):
    return catalogue("ja")[message_id] | catalogue("en")[message_id]


# ---- everything that is said ----


@pytest.mark.parametrize("kind", LineKind)
def test_every_kind_of_passbook_line_has_its_words(kind):
    assert {f"line-{kind}", f"kind-{kind}"} <= set(catalogue("en"))


@pytest.mark.parametrize("kind", InboxKind)
def test_every_kind_of_inbox_item_has_its_sentence(kind):
    assert f"inbox-{kind}" in catalogue("en")


@pytest.mark.parametrize(
    "name", [*(f"stays-{one}" for one in StaysKind), *(f"right-{one}" for one in (*RightKind, *RightOutcome))]
)
def test_every_right_and_all_that_an_erasure_leaves_has_its_words(name):
    assert name in catalogue("en")


ENUMS = (ConsentState, RequestState, ReleaseState, EscrowState, OpeningState)
WORDS = (SurveyState, RedemptionState, EscrowStanding, OpeningStanding)


@pytest.mark.parametrize(
    "state", sorted({*(word_of(one) for kind in ENUMS for one in kind), *(w for k in WORDS for w in k)})
)
def test_every_state_has_its_words(state):
    assert f"state-{state}" in catalogue("en")


@pytest.mark.parametrize(
    "name", [*(f"class-{word_of(one)}" for one in LegalClass), *(f"role-{word_of(one)}" for one in Role)]
)
def test_every_legal_class_and_role_has_its_words(name):
    assert f"state-{name}" in catalogue("en")


def contract_reasons():
    """Every `contract: reason` of the Vyper sources, and the reasons that `authority` puts the name before."""
    found = set()
    for path in (ROOT / "chaincode" / "contracts").rglob("*.vy"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'"[a-z]+: ([^"]+)"', text)) | set(re.findall(r'\breason\("([^"]+)"\)', text))
    return sorted(found)


def test_the_reasons_are_found_in_the_sources():
    assert {"not enough coins", "already answered", "not in force", "deadline passed"} <= set(contract_reasons())


@pytest.mark.parametrize("reason", contract_reasons())
def test_every_reason_of_a_contract_has_its_words(reason):
    assert f"reason-{slug(reason)}" in catalogue("en")


def kinds_of(error):
    return {error, *(one for child in error.__subclasses__() for one in kinds_of(child))}


@pytest.mark.parametrize("code", sorted({error.code for error in kinds_of(errors.BankError)} | {"fault", "http"}))
def test_every_problem_of_the_bank_has_its_words(code):
    assert f"problem-{code}" in catalogue("en")


def said_in_the_sources():
    """(where, id, names given or None) of each call that says a message by its id."""
    for path, text in sources("bank_api", "wallet_cli", "scripts/stage"):
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if name == "words" and isinstance(node.func, ast.Attribute):
                yield from ((where, f"word-{one.value}", set()) for one in node.args if isinstance(one, ast.Constant))
            elif name in ("say", "said", "messages") and isinstance(node.args[0].value, str):
                starred = any(keyword.arg is None for keyword in node.keywords)
                yield where, node.args[0].value, None if starred else {keyword.arg for keyword in node.keywords}


def test_whatever_the_sources_say_is_in_the_catalogue_with_its_values():
    found = list(said_in_the_sources())
    assert len(found) > 200
    unknown = [(where, message_id) for where, message_id, _ in found if message_id not in catalogue("en")]
    assert not unknown
    lacking = [
        (where, message_id, needs(message_id) - given)
        for where, message_id, given in found
        if given is not None and not needs(message_id) <= given
    ]
    assert not lacking


@pytest.mark.parametrize("group", ["ask", "done", "error", "hint", "refusal", "rule", "usage"])
def test_nothing_stands_in_the_catalogue_that_nobody_says(group):
    said = quoted_in_the_sources()
    idle = [one for one in catalogue("en") if one.startswith(f"{group}-") and one not in said]
    assert [one for one in idle if not one.startswith("done-phase-")] == []


@cache
def quoted_in_the_sources():
    """Whatever stands between quotes and has the form of an id."""
    everything = "\n".join(text for _, text in sources("bank_api", "wallet_cli"))
    return set(re.findall(r"""(?<=["'])[a-z0-9.-]+(?=["'])""", everything))


# ---- what pages say ----

PAGES = ROOT / "bank_api" / "pages"
MADE_OF_PARTS = (
    *("desk-role-", "page-desk-", "page-event-", "page-join-means-", "page-look-", "page-mark-", "page-seen-"),
    *("desk-form-", "desk-repeat-", "page-right-", "page-rule-", "page-way-"),
    *("page-box-did-", "page-register-is-", "desk-registration-was-", "desk-trouble-"),
)
"""Ids that pages put together from a kind."""


def page_sources(part="**"):
    return "\n".join(path.read_text(encoding="utf-8") for path in PAGES.rglob(f"src/{part}/*") if path.is_file())


def said_by_pages(part="**"):
    found = re.findall(r'["\'`]((?:page|desk|ask|done|hint|rule|word)-[a-z-]*[a-z])["\'`]', page_sources(part))
    return set(found) - {str(kind) for kind in LineKind}  # of a passbook: a rule that was set


def test_whatever_pages_say_is_in_the_catalogue_and_in_the_files_that_pages_load():
    loaded = re.search(r"BOOKS = \{(.+?)\};", (PAGES / "vite.config.ts").read_text(encoding="utf-8"), re.DOTALL)[1]
    assert len(said_by_pages()) > 150
    assert said_by_pages() - set(catalogue("en")) == set()
    assert {one.partition("-")[0] for one in said_by_pages()} <= set(re.findall(r"\w+", loaded))


def test_pages_say_all_that_stands_there_for_them():
    own = {one for one in catalogue("en") if one.startswith(("page-", "desk-")) and not one.startswith(MADE_OF_PARTS)}
    assert own - said_by_pages() == set()


def reached_from(part):
    """Every source that a part's document loads: its own, and what they import, step by step."""
    waiting, found = [PAGES / "src" / "parts" / f"{part}.ts"], set()
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        imported = re.findall(r'from "(\.{1,2}/[^"]+)"', path.read_text(encoding="utf-8"))
        waiting += [(path.parent / one).resolve() for one in imported]
    return found


@pytest.mark.parametrize("part", ["member", "explorer"])
def test_who_loads_no_book_of_the_desks_says_nothing_of_it(part):
    sources = reached_from(part)
    assert len(sources) > 30
    assert [path.name for path in sources if re.search(r'["\'`]desk-', path.read_text(encoding="utf-8"))] == []


# ---- the catalogue itself ----


def test_values_are_put_in_and_coins_are_counted():
    assert Catalogue("ja")("done-answered", coins=1800) == "回答に署名し、封をして送りました: 1,800 コイン"
    assert Catalogue("en")("line-gift", count=1, title="Tea") == "Was given a coupon: Tea"
    assert Catalogue("en")("line-gift", count=3, title="Tea") == "Was given 3 coupons: Tea"


def test_an_attribute_is_a_message_too():
    assert Catalogue("en")("help-member-buy.count") == "How many."
    assert Catalogue("en").find("help-member-buy.nothing") is None


def test_what_is_missing_is_our_own_mistake():
    with pytest.raises(UnknownMessageError, match="line-nothing"):
        Catalogue("en")("line-nothing")
    with pytest.raises(UnknownMessageError, match="nothing-at-all"):
        Catalogue("en")("nothing-at-all")
    with pytest.raises(UnknownMessageError, match="coins"):
        Catalogue("en")("done-answered")


def test_a_state_the_catalogue_does_not_know_is_shown_as_it_came():
    assert Catalogue("ja").named("state", "given") == "同意"
    assert Catalogue("ja").named("state", "sleeping") == "sleeping"
    assert Named("state", "sleeping").told(Catalogue("ja")) == "sleeping"


def test_what_is_said_is_put_in_a_language_by_whoever_reads_it():
    what = said("error-field", field=said("word-passphrase"), rule=said("rule-characters-at-least", count=8))
    assert str(what) == "passphrase: must have at least 8 characters"
    assert what.told(Catalogue("ja")) == "パスフレーズ: 8 文字以上でなければなりません"


def test_what_is_said_travels_as_json():
    what = said("error-field", field=said("word-passphrase"), rule=said("rule-characters-at-least", count=8))
    assert said_from_json(what.to_json()) == what


@pytest.mark.parametrize(
    "document",
    [None, "text", {}, {"id": 3}, {"id": "rule-nobody-knows", "values": {}}, {"id": "rule-at-least"}, {"id": "line-x"}],
)
def test_what_this_catalogue_cannot_say_is_not_said(document):
    assert said_from_json(document) is None


def test_values_from_elsewhere_are_text_or_numbers():
    found = said_from_json({"id": "rule-at-least", "values": {"low": [1], "more": None}})
    assert found == Said("rule-at-least", {"low": "[1]", "more": "None"})
