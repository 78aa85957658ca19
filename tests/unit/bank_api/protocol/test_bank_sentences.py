"""What the packages below say: every sentence that may reach a person is in the catalogue, and in both languages."""

import ast
import importlib
from pathlib import Path

import pytest

from bank_api.domain.anonymize import errors as anonymizing
from bank_api.domain.anonymize.suppress import Suppression, TooManyLeftOutError
from bank_api.domain.dry_run import DryRunError
from bank_api.domain.dry_run.spec import read_table
from bank_api.protocol import messages
from bank_api.protocol.messages import Catalogue, slug
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import said_from_json
from bank_api.protocol.messages.strangers import Sentence, fault, refused
from chaincode import errors as chaincode
from ledger.words import in_japanese, sentence_id, sentence_in_japanese
from pds_adapter import errors as pds

ROOT = Path(messages.__file__).parents[3]
ENGLISH, JAPANESE = Catalogue("en"), Catalogue("ja")
RULES = {
    "chaincode": {"MessageError", "DecodeError", "DeploymentError", "LayoutError", "Sentence"},
    "chaincode/invariants": {"said"},
    "pds_adapter/sealing": {
        "CanonicalFormError",
        "EnvelopeForgedError",
        "EnvelopeFormatError",
        "KeyFormatError",
        "_require",
    },
    "pds_adapter/escrow": {"_require", *(name for name in vars(pds) if name.endswith("Error"))},
    "pds_adapter/stores": {"MoveError", "PlaceRefusedError"},
    "bank_api/domain": {"DryRunError", "InputRowError", "ReleaseRefusedError", "SchemaError", "SeatsFormatError"},
    "ledger": {
        "BlockError",
        "ChainFault",
        "CheckpointError",
        "Damage",
        "DataDirectoryError",
        "Fault",
        "GenesisError",
        "ReplayError",
        "RewrittenHistoryError",
        "Sentence",
        "StampError",
        "StoreCorruptError",
        "StoreDamagedError",
        "UnsupportedForkError",
        "_fault",
    },
}
"""The errors whose sentences a wallet shows, by where they are raised; those of deploying and of a node are not."""
NOT_SHOWN = ("chaincode/deploy.py", "chaincode/pipeline.py", "chaincode/publish.py", "chaincode/__main__.py")
NAMES = {
    "number of holders", "partial decryption", "public key", "wallet key", "wide scalar",
}  # fmt: skip
"""Names of fields, not sentences."""
KEPT_APART = {
    "no record explains this slot", "that it is not empty", "must be between 1 and the order of secp256k1",
    "is no login text of an information bank", "names another domain than its URI, or a number in an unusual way",
    "what earlier releases told leaves too many people out",
    "people whose answer one other person could read who knows how seats are taken",
}  # fmt: skip
"""Sentences that stand in a constant or in another kind of error."""


def sentences(folder):
    """(sentence, where) of what is raised or yielded; of a form put together from constants, what it comes to."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        where = str(path.relative_to(ROOT))
        if where in NOT_SHOWN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts = []
            if isinstance(node, ast.Call) and _name(node.func) in RULES[folder]:
                texts = node.args
            elif folder == "chaincode/invariants" and isinstance(node, ast.Yield | ast.Return):
                texts = [node.value]
            for text in texts:
                for found in _constants(text, where):
                    if " " in found and found not in NAMES:
                        yield found, f"{where}:{node.lineno}"


def _name(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def _constants(text, where):
    match text:
        case ast.Constant(value=str(found)):
            yield found
        case ast.IfExp(body=one, orelse=other):
            yield from (*_constants(one, where), *_constants(other, where))
        case ast.JoinedStr():
            module = importlib.import_module(where.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
            try:
                yield eval(compile(ast.Expression(text), where, "eval"), dict(vars(module)))  # noqa: S307  our source
            except NameError:
                return  # of values that only a run knows: shown as it came


@pytest.mark.parametrize("folder", [one for one in RULES if one != "ledger"])
def test_every_sentence_has_its_words(folder):
    found = dict(sentences(folder))
    assert len(found) >= 9
    lacking = {
        text: where for text, where in found.items() if not JAPANESE.find(f"sentence-{slug(text)}", **values(text))
    }
    assert not lacking
    other = {text for text in found if ENGLISH.find(f"sentence-{slug(text)}", **values(text)) != filled(text)}
    assert not other, "the English of the catalogue is the sentence itself"


def test_every_sentence_of_a_replay_has_its_words():
    found = dict(sentences("ledger"))
    assert len(found) > 40
    assert not {text: where for text, where in found.items() if not in_japanese(sentence_id(text), **values(text))}


def test_no_sentence_stands_there_that_nobody_says():
    everything = {text for folder in RULES for text, _ in sentences(folder)} | KEPT_APART
    source = (Path(messages.__file__).parent / "en" / "sentence.ftl").read_text(encoding="utf-8")
    ids = {line.partition(" = ")[0] for line in source.splitlines() if line.startswith("sentence-")}
    assert ids - {f"sentence-{slug(text)}" for text in everything} == set()


def values(text):
    return {name: f"<{name}>" for name in _places(text)}


def filled(text):
    return text.format(**values(text)) if _places(text) else text


def _places(text):
    return [part.partition("}")[0] for part in text.split("{")[1:]]


# ---- each is said in the reader's language ----


def test_a_sentence_is_said_by_its_form_and_values():
    error = chaincode.MessageError("signature", "must be {count} bytes", count=65)
    assert str(error) == "signature: must be 65 bytes"
    assert Sentence(error.rule).told(JAPANESE) == "65 バイトでなければなりません"
    assert Sentence(error.rule).told(ENGLISH) == "must be 65 bytes"


def test_a_sentence_travels_and_is_said_where_it_arrives():
    what = Sentence(chaincode.MessageError("x", "must be at least 0 and below 2^{bits}", bits=32).rule)
    assert said_from_json(what.to_json()).told(JAPANESE) == "0 以上、2 の 32 乗未満でなければなりません"


def test_what_nobody_knows_is_shown_as_it_came_and_said_to_be_in_other_words():
    assert Sentence("the moon is full").told(JAPANESE) == "(英語で)the moon is full"
    assert Sentence("the moon is full").told(ENGLISH) == "the moon is full"
    assert said_from_json(Sentence("the moon is full").to_json()) is None


def test_a_rule_that_did_not_hold_is_a_contracts_reason_or_a_sentence():
    assert refused("membership: account suspended").told(JAPANESE).startswith("コントラクト membership が断りました")
    assert refused("a key came back").told(JAPANESE) == "前に使われた鍵が戻りました"


FAULTS = [
    pds.MoveError("a move to {place} is under way: end it, or give it up, first", place="https://pod.example/"),
    pds.EnvelopeFormatError("range", "must lie within {count} bytes", count=16),
    pds.EnvelopeForgedError("chunk {index} was altered, or belongs elsewhere", index=3),
    TooManyLeftOutError(1, [Suppression("singular", (4, 7, 9))]),
    anonymizing.StillReadError(3, 12),
    chaincode.MessageError("nonce", "must be an integer"),
    chaincode.ContractRefusedError("coin", "not enough coins"),
    chaincode.LayoutError("coin", "owner", "is not in the compiler's storage layout"),
    chaincode.DeploymentError("{field} lacks {names}", field="file", names="chainId"),
    pds.PaperWordError(3, "fog", ("fox",)),
    pds.PaperWordError(3, "zzz", ()),
    pds.WrongShareError((1, 2)),
    pds.MissingDealsError((2,)),
    pds.TooFewSharesError(1, 3),
    pds.ForeignShareError(1, "epoch", "0", "1"),
    pds.KeyFormatError("public key", "must be 0x and 64 lower-case hex digits"),
    pds.NotARecipientError("0x12"),
    pds.AccountErasedError("0x12", 9),
    pds.EnvelopeForgedError("the content was altered, or it was sealed for another context"),
    anonymizing.PolicyUnreachableError("k", 5, 3),
    anonymizing.PolicyUnreachableError("l", 2, 1, "vote"),
    anonymizing.ReleaseRefusedError("l", "a class has too few answers to {column}", 2, 1, column="'vote'"),
]


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
def test_an_error_of_a_kind_is_told_by_its_fields(error):
    told = fault(error)
    assert told.id.startswith("fault-")
    assert told.told(ENGLISH) == str(error)
    assert any("ぁ" <= letter <= "龠" for letter in told.told(JAPANESE)), told.told(JAPANESE)
    assert "英語で" not in told.told(JAPANESE)


def test_what_a_replay_finds_is_said_in_japanese():
    from ledger.errors import BlockError

    error = BlockError(7, "stateRoot", "is {found}, but must be {expected}", found="0x1", expected="0x2")
    assert (str(error), error.reason) == ("block 7, stateRoot: is 0x1, but must be 0x2", "is 0x1, but must be 0x2")
    assert sentence_in_japanese(error.reason) == "0x1 ですが、0x2 でなければなりません"
    assert sentence_in_japanese("Invalid gas limit") is None


@pytest.mark.parametrize(
    ("found", "english", "japanese"),
    [
        ({"type": "missing"}, "is missing", "ありません"),
        ({"type": "greater_than_equal", "ctx": {"ge": 2}}, "must be at least 2", "2 以上でなければなりません"),
        (
            {"type": "string_pattern_mismatch", "ctx": {"pattern": r"^[a-z][a-z0-9-]{0,39}$"}},
            "must begin with a small letter a to z and have small letters, figures and hyphens only, up to 40",
            "英小文字で始まる、英小文字と数字と - だけの 40 字までの名前でなければなりません(例: kakei)",
        ),
        (
            {"type": "literal_error", "ctx": {"expected": "'a', 'b' or 'c'"}},
            "must be one of 'a', 'b', 'c'",
            "'a', 'b', 'c' のどれかでなければなりません",
        ),
        (
            {"type": "some_new_kind", "msg": "words of pydantic", "ctx": {"error": ValueError("x")}},
            "does not have the form that is asked for",
            "求められている形ではありません",
        ),
    ],
)
def test_what_pydantic_finds_is_said_by_its_kind_never_in_its_words(found, english, japanese):
    assert (str(broken(found)), broken(found).told(JAPANESE)) == (english, japanese)


def test_an_error_of_the_system_within_a_sentence_is_told_in_the_readers_words_too(tmp_path):
    missing, spec = tmp_path / "towns.csv", '[columns.town]\nrole = "quasi"\nkind = "choice"\nhierarchy = "towns.csv"'
    with pytest.raises(DryRunError) as found:
        read_table("town\nOsaka\n", spec, tmp_path, None)
    sentence = Sentence(found.value.rule)
    assert sentence.told(JAPANESE) == "読めません: そのようなファイルやフォルダーはありません"
    assert sentence.told(ENGLISH) == f"cannot be read: [Errno 2] No such file or directory: '{missing}'"
    not_text = DryRunError("--spec", "cannot be read: {why}", why=UnicodeDecodeError("utf-8", b"\xff", 0, 1, "start"))
    assert Sentence(not_text.rule).told(JAPANESE).startswith("読めません: ")
    assert "utf-8" not in Sentence(not_text.rule).told(JAPANESE)
