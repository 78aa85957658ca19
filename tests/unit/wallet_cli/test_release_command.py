"""azukari release: the forms that others run on tables of their own, as real processes."""

import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from typer.testing import CliRunner

from bank_api.domain.dry_run.foreign_cells import fits
from wallet_cli.cli import app
from wallet_cli.commands.release import _figure, _loses

SPEC = """
[columns.id]
role = "identifier"
[columns.age]
role = "quasi"
kind = "number"
minimum = 18
maximum = 90
[columns.town]
role = "quasi"
kind = "choice"
hierarchy = "towns.csv"
[columns.likes]
role = "harmless"
kind = "multi"
[columns.mood]
role = "sensitive"
kind = "ordinal"
[columns.pay]
role = "sensitive"
kind = "number"
minimum = 0
maximum = 1000000
bands = 4
"""
TOWNS = "Aomori;north;*\nAkita;north;*\nOsaka;west;*\nKobe;west;*\n"
NO_PAY = SPEC[: SPEC.index("[columns.pay]")]


def azukari(*arguments, language="en"):
    """Within this process: a new one takes a second to begin. Those that are killed have one of their own."""
    return CliRunner().invoke(app, ["release", *map(str, arguments)], env={"AZUKARI_LANGUAGE": language})


@pytest.fixture
def place(tmp_path):
    (tmp_path / "towns.csv").write_text(TOWNS)
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "simple.toml").write_text(NO_PAY)
    return tmp_path


def table(path, people, seed=1, pay=True):
    dice = random.Random(seed)
    everybody = {}
    for n in range(400):
        everybody[n] = [
            f"id-{n}",
            dice.choice([str(dice.randint(18, 90))] * 19 + [""]),
            dice.choice(("Aomori", "Akita", "Osaka", "Kobe")),
            dice.choice(("tea", "tea|coffee", "coffee", "")),
            dice.choices("12345", (1, 3, 5, 3, 2))[0],
            str(round(dice.lognormvariate(12, 0.6))),
        ]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        header = ["id", "age", "town", "likes", "mood", "pay"]
        writer.writerow(header if pay else header[:-1])
        writer.writerows(everybody[n] if pay else everybody[n][:-1] for n in people)


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def dry_run(place, number=0, *more, spec="spec.toml", least=2):
    return azukari(
        "dry-run", "--csv", place / f"t{number}.csv", "--spec", place / spec, "--k", 5, "--l", least,
        "--out", place / f"o{number}.csv", "--report", place / f"r{number}.json", *more,
    )  # fmt: skip


def test_a_figure_that_is_nothing_but_rounding_is_shown_as_nothing():
    assert [_figure(one) for one in (5.55e-17, 0.0, 0.345, 3)] == ["0", "0", "0.345", "3"]


def test_a_process_of_its_own_says_the_same(place):
    table(place / "t0.csv", range(60), pay=False)
    asked = ["dry-run", "--csv", place / "t0.csv", "--spec", place / "simple.toml", "--out", place / "o.csv"]
    command = [sys.executable, "-m", "wallet_cli", "release", *map(str, [*asked, "--report", place / "r.json"])]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "AZUKARI_LANGUAGE": "en"})
    assert (done.returncode, "left out" in done.stdout) == (0, True), done.stderr
    assert len(read(place / "o.csv")) == json.loads((place / "r.json").read_text())["rows"]


def test_one_table_is_released_and_reported(place):
    table(place / "t0.csv", range(400))
    done = dry_run(place)
    assert done.exit_code == 0, done.stderr
    rows, report = read(place / "o0.csv"), json.loads((place / "r0.json").read_text())
    assert set(report) >= {"rows", "suppressed", "k", "l", "t", "loss", "confidence", "attacks"}
    assert report["rows"] == len(rows) == 400 - report["suppressed"]
    assert next(iter(rows[0])) == "class"
    assert "id" not in rows[0]
    assert "id-" not in (place / "o0.csv").read_text()
    classes = {}
    for row in rows:
        classes.setdefault(row["class"], []).append(row)
    assert min(map(len, classes.values())) == report["k"] >= 5
    for inside in classes.values():
        assert len({(row["age"], row["town"], row["likes"]) for row in inside}) == 1
        assert len({row["mood"] for row in inside}) >= 2
        assert len({row["pay"] for row in inside}) >= 2
    assert all(".." in row["pay"] for row in rows)
    assert {row["town"][0] for row in rows} <= set("{AOK")


def test_rules_bounds_and_explanations_from_the_command_line(place):
    table(place / "t0.csv", range(300))
    table(place / "staff.csv", range(400))
    more = ("--entropy-l", "2.2", "--recursive", "4,2", "--t", "0.9", "--presence", "0.1,0.95", "--population",
            place / "staff.csv", "--explain", place / "why.csv", "--suppression-limit", "0.1")  # fmt: skip
    done = dry_run(place, 0, *more)
    assert done.exit_code == 0, done.stderr
    report = json.loads((place / "r0.json").read_text())
    for column in report["columns"].values():
        assert column["entropy_l"] >= 2.2
        assert column["recursive_c"] < 4
    assert 0.1 <= report["presence"]["least"] <= report["presence"]["most"] <= 0.95
    why = read(place / "why.csv")
    assert len(why) == report["suppressed"] == report["suppression"]["rows"]
    assert (place / "why.csv").stat().st_mode & 0o077 == 0
    wrongs = (
        ("--recursive", "3"),
        ("--presence", "half"),
        ("--t", "2"),
        ("--entropy-l", "0.5"),
        ("--presence", "0.9,0.1"),
    )
    for option, wrong in wrongs:
        refused = dry_run(place, 0, option, wrong)
        assert (refused.exit_code, option in refused.stderr) == (2, True), refused.stderr


def test_every_person_lies_in_the_box_of_k_rows(place):
    table(place / "t0.csv", range(400))
    assert dry_run(place).exit_code == 0
    done = azukari("attack", place / "o0.csv", "--source", place / "t0.csv", "--person", "id", "--sensitive", "mood",
                   "--sensitive", "pay", "--json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["people"]["rows_that_could_be_one_persons_min"] >= 5
    assert found["people"]["columns"]["mood"] == {"people": 400, "below_l": 0, "computed": 0}


def test_a_policy_that_cannot_be_met_exits_3_and_says_why(place):
    table(place / "t0.csv", range(400))
    for number, least, people in ((0, 6, 400), (0, 2, 4)):
        table(place / "t0.csv", range(people))
        done = dry_run(place, number, least=least)
        assert done.exit_code == 3
        assert "cannot be reached" in done.stderr.replace("\n", " ")
        assert "missing" in done.stderr
        assert not (place / "o0.csv").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.replace('role = "harmless"', 'role = "whatever"'), "role"),
        (lambda s: s.replace("[columns.likes]\nrole", "[columns.loves]\nrole"), "not declared"),
        (lambda s: s.replace("towns.csv", "nowhere.csv"), "cannot be read"),
        (lambda s: s.replace("bands = 4", "bands = 1"), "bands"),
        (lambda s: "[columns", "TOML"),
    ],
)
def test_files_that_cannot_be_used_exit_2_and_name_the_rule(place, change, words):
    table(place / "t0.csv", range(50))
    (place / "spec.toml").write_text(change(SPEC))
    done = dry_run(place)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("more", "option", "other"),
    [
        (["--out", "t.csv"], "--out", "--csv"),
        (["--out", "sub/../t.csv"], "--out", "--csv"),
        (["--report", "simple.toml"], "--report", "--spec"),
        (["--report", "o.csv"], "--report", "--out"),
        (["--explain", "o.csv"], "--explain", "--out"),
        (["--out", "towns.csv"], "--out", "--spec"),
        (["--person", "id", "--history", "s", "--out", "s/history.json"], "--out", "--history"),
        (["--person", "id", "--history", "s", "--explain", "s/release-0001.csv"], "--explain", "--history"),
    ],
)
def test_no_file_that_is_read_or_was_just_written_is_written_over(place, monkeypatch, more, option, other):
    monkeypatch.chdir(place)
    (place / "sub").mkdir()
    table(place / "t.csv", range(40), pay=False)
    before = [(place / one).read_bytes() for one in ("t.csv", "simple.toml", "towns.csv")]
    asked = ["--csv", "t.csv", "--spec", "simple.toml", "--out", "o.csv", "--report", "r.json", *more]
    done = CliRunner().invoke(app, ["release", "dry-run", *asked])
    assert done.exit_code == 2
    assert f"{option}: is a file of {other}, too" in " ".join(done.stderr.split())
    assert [(place / one).read_bytes() for one in ("t.csv", "simple.toml", "towns.csv")] == before
    assert not (place / "s").exists()
    attacked = CliRunner().invoke(app, ["release", "attack", "t.csv", "--report", "t.csv"])
    assert (attacked.exit_code, (place / "t.csv").read_bytes()) == (2, before[0])


@pytest.mark.parametrize(("out", "other"), [("t.csv", "--csv"), ("simple.toml", "--spec"), ("towns.csv", "--spec")])
def test_no_file_that_is_read_is_written_over_by_made_up_rows(place, out, other):
    table(place / "t.csv", range(40), pay=False)
    before = (place / out).read_bytes()
    asked = ["synthetic", "--csv", place / "t.csv", "--spec", place / "simple.toml", "--epsilon", "1", "--rows", "9"]
    done = azukari(*asked, "--out", place / out, "--report", place / "r.json")
    assert (done.exit_code, (place / out).read_bytes()) == (2, before)
    assert f"--out: is a file of {other}, too" in " ".join(done.stderr.split())


def test_rows_that_may_be_one_persons_are_told_in_both_languages(place):
    table(place / "t0.csv", [*range(60), 3, 3], pay=False)
    asked = ["dry-run", "--csv", place / "t0.csv", "--spec", place / "simple.toml", "--out", place / "o.csv"]
    asked += ["--report", place / "r.json"]
    for language, words in ("en", "is each a person?) 2"), ("ja", "一行が一人ですか) 2"):
        assert words in " ".join(azukari(*asked, language=language).stdout.split())


def test_what_is_no_file_is_written_into_and_stays_what_it_is(place):
    table(place / "t.csv", range(60), pay=False)
    nothing = place / "nothing"
    nothing.symlink_to(os.devnull)
    asked = ["--csv", place / "t.csv", "--spec", place / "simple.toml", "--out", nothing, "--report", nothing]
    done = CliRunner().invoke(app, ["release", "dry-run", *map(str, asked)])
    assert done.exit_code == 0, done.output
    assert (nothing.is_symlink(), nothing.is_char_device()) == (True, True)


def test_a_series_is_told_apart_by_nobody_and_sent_again_is_the_same(place):
    for number in range(3):
        table(place / f"t{number}.csv", range(number * 10, 300 + number * 10), pay=False)
        options = ("--history", place / "h", "--person", "id")
        done = dry_run(place, number, *options, spec="simple.toml", least=3)
        assert done.exit_code == 0, done.stderr
        report = json.loads((place / f"r{number}.json").read_text())["attacks"]["series"]["mood"]
        assert report["releases"] == number + 1
        assert (report["below_l_by_intersection"], report["movers_computed"], report["below_l_by_counting"]) == (
            0,
            0,
            0,
        )
    first = (place / "o2.csv").read_text()
    assert dry_run(place, 2, *options, spec="simple.toml", least=3).exit_code == 0
    assert (place / "o2.csv").read_text() == first
    assert json.loads((place / "h" / "history.json").read_text())["count"] == 3
    assert "id-" not in "".join(path.read_text() for path in (place / "h").iterdir())
    assert [path.stat().st_mode & 0o077 for path in (place / "h").iterdir()] == [0] * len(list((place / "h").iterdir()))


def test_a_series_keeps_what_it_began_with_from_insiders(place):
    table(place / "t.csv", range(200), pay=False)
    asked = ["dry-run", "--csv", place / "t.csv", "--spec", place / "simple.toml", "--history", place / "s"]
    asked += ["--person", "id", "--out", place / "o.csv", "--report", place / "r.json"]
    assert azukari(*asked, "--beside", "1").exit_code == 0
    assert json.loads((place / "r.json").read_text())["beside"] == 1
    kept = [place / "kept" if one == place / "s" else one for one in asked]
    assert [azukari(*kept, *more).exit_code for more in ((), ("--beside", "1"))] == [0, 0]
    assert json.loads((place / "r.json").read_text())["beside"] == 2
    done = azukari(*asked)
    assert done.exit_code == 3
    assert "kept less from insiders" in done.stdout + done.stderr
    table(place / "t.csv", range(12, 200), pay=False)
    done = azukari(*asked, "--beside", "1", "--suppression-limit", "0", "--explain", place / "why.csv")
    assert done.exit_code == 3
    told = " ".join(done.stderr.split())
    assert "nobody fits an empty seat" in told
    assert "required 0, measured" in told
    assert "Fewer are left out of more people" in told
    asked += ["--beside", "1", "--suppression-limit", "0"]
    japanese = azukari(*asked, language="ja").stderr
    assert "人数が多く" in "".join(japanese.split())
    assert {line["why"] for line in read(place / "why.csv")} >= {"incomplete"}


def test_a_series_keeps_the_bands_it_began_with(place):
    """The greatest pay of the day once named the topmost band: everybody in it seemed to have changed their answer."""
    spec = NO_PAY + '[columns.pay]\nrole = "sensitive"\nkind = "number"\nbands = 3\n'
    (place / "banded.toml").write_text(spec)
    bands = []
    for number in (0, 1):
        table(place / f"t{number}.csv", range(300))
        lines = (place / f"t{number}.csv").read_text().splitlines()
        if number:
            lines = [line for line in lines if not line.endswith(max(lines[1:], key=lambda s: int(s.rsplit(",")[-1])))]
            lines = [line for line in lines if "pay" in line or int(line.rsplit(",")[-1]) < 300_000]
        (place / f"t{number}.csv").write_text("\n".join(lines) + "\n")
        options = ("--history", place / "h", "--person", "id")
        assert dry_run(place, number, *options, "--suppression-limit", "0.9", spec="banded.toml").exit_code == 0
        bands.append({row["pay"] for row in read(place / f"o{number}.csv")})
    assert bands[1] <= bands[0]


def test_killed_at_any_instant_a_release_is_made_whole_or_not_at_all(place):
    options = ("--history", place / "h", "--person", "id")
    table(place / "t0.csv", range(300), pay=False)
    assert dry_run(place, 0, *options, spec="simple.toml").exit_code == 0
    table(place / "t1.csv", range(10, 310), pay=False)
    command = [sys.executable, "-m", "wallet_cli", "release", "dry-run", "--csv", str(place / "t1.csv"), "--spec",
               str(place / "simple.toml"), "--k", "5", "--l", "2", "--out", str(place / "o1.csv"), "--report",
               str(place / "r1.json"), *map(str, options)]  # fmt: skip
    dice = random.Random(4)
    for _ in range(6):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.3, 1.6))
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert json.loads((place / "h" / "history.json").read_text())["count"] in (1, 2)
    assert dry_run(place, 1, *options, spec="simple.toml").exit_code == 0
    history = json.loads((place / "h" / "history.json").read_text())
    assert history["count"] == 2
    assert (place / "h" / "release-0002.csv").read_text() == (place / "o1.csv").read_text()


def test_two_at_once_are_made_one_after_the_other(place):
    for number in (0, 1):
        table(place / f"t{number}.csv", range(number * 20, 300 + number * 20), pay=False)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "wallet_cli", "release", "dry-run", "--csv", place / f"t{n}.csv", "--spec",
             place / "simple.toml", "--out", place / f"o{n}.csv", "--report", place / f"r{n}.json", "--history",
             place / "h", "--person", "id"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for n in (0, 1)
    ]  # fmt: skip
    assert [one.wait() for one in running] == [0, 0], [one.stderr.read() for one in running]
    for one in running:
        one.stderr.close()
    assert json.loads((place / "h" / "history.json").read_text())["count"] == 2


def test_a_damaged_history_makes_no_release(place):
    table(place / "t0.csv", range(300), pay=False)
    options = ("--history", place / "h", "--person", "id")
    assert dry_run(place, 0, *options, spec="simple.toml").exit_code == 0
    whole = (place / "h" / "history.json").read_text()
    (place / "h" / "history.json").write_text(whole[: len(whole) // 2])
    table(place / "t1.csv", range(10, 300), pay=False)
    done = dry_run(place, 1, *options, spec="simple.toml")
    assert (done.exit_code, "damaged" in done.stderr) == (2, True)
    assert not (place / "o1.csv").exists()


def test_other_commands_do_not_pay_for_numpy():
    code = "import sys, wallet_cli.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ}).returncode == 0


def test_the_attack_reads_two_releases_made_without_a_series(place):
    (place / "a.csv").write_text("class,age,mood\n" + "1,20..30,a\n1,20..30,a\n1,20..30,b\n1,20..30,b\n1,20..30,c\n")
    (place / "b.csv").write_text("class,age,mood\n" + "7,20..30,a\n7,20..30,a\n7,20..30,b\n7,20..30,b\n")
    done = azukari("attack", place / "a.csv", place / "b.csv", "--report", place / "r.json")
    found = json.loads((place / "r.json").read_text())
    assert "twins · single_answers_left_over · mood 1" in " ".join(done.stdout.split())
    assert found["alone"][str(place / "a.csv")]["columns"]["mood"]["l"] == 3
    assert found["twins"] == {"classes_described_alike": 1, "single_answers_left_over": {"mood": 1}}


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("30 to below 40", "35", "40"), ("60 or more", "65", "59"), ("below 20", "10", "20"),
        ("20 or less", "3", "21"), ("-5 to -1", "-3", "0"), ("30-39 or no answer", "31", "40"),
        ("30-39 or no answer", "", "29"), ("no answer", "", "1"), ("0.5 to below 2", "1.5", "2"),
        ("{1, 2} or no answer", "2", "3"), ("30 to below 40 or no answer", "30", "40"),
        ("18-40", "20", ""), ("* or no answer", "7", None), ("*", "7", ""),
    ],
)  # fmt: skip
def test_cells_that_a_bank_delivers_are_read(cell, inside, outside):
    assert fits(cell)(inside)
    assert outside is None or not fits(cell)(outside)


def test_the_attack_reads_a_bank_s_delivery_of_homes_by_class_and_not_by_room(place):
    """Answers were dealt: what a room of five seems to say is said of nobody."""

    def attacked(*more):
        return CliRunner().invoke(app, list(map(str, ["release", "attack", place / "d.csv", *more])))

    dice = random.Random(2)
    votes = dice.sample(["a"] * 50 + ["b"] * 30 + ["c"] * 10, 90)
    for first in ("class_of_answers", "class_of_answers_", "class"):
        lines = [f"1,{5 * (n // 5)}..{5 * (n // 5) + 4},{vote}" for n, vote in enumerate(votes)]
        (place / "d.csv").write_text("\n".join([f"{first},age,vote", *lines]) + "\n")
        assert attacked("--sensitive", "vote", "--report", place / "r.json").exit_code == 0
        alone = json.loads((place / "r.json").read_text())["alone"][str(place / "d.csv")]
        assert (alone["classes"], alone["classes_of_answers"], alone["k"]) == (18, 1, 5)
        told = alone["columns"]["vote"]
        assert (told["l"], told["certain"], told["read_by_one_insider"]) == (3, 0, 0)
    (place / "d.csv").write_text((place / "d.csv").read_text().replace("class,", "class_of_answers,", 1))
    refused = attacked()
    assert (refused.exit_code, "--sensitive" in refused.output) == (2, True)


def test_a_report_of_before_there_were_homes_is_read_as_one_of_seats():
    report = {"rows": 80, "suppressed": 20, "suppression": {"reasons": [{"why": "uncovered"}]}}
    assert [_loses(report | more) for more in ({}, {"come_and_go": True}, {"suppressed": 2})] == [True, False, False]


def read_in_rooms(text):
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0])[:2] == ["class", "class_of_answers"]
    of = "class_of_answers"
    classes = {row[of]: [one for one in rows if one[of] == row[of]] for row in rows}
    rooms = Counter(row["class"] for row in rows)
    described = {tuple(row[one] for one in ("class", of, "age", "town", "likes")) for row in rows}
    assert len(described) == len(rooms)  # a room is of one class, and says one thing
    return classes, rooms


def run_attack(place, report):
    """By the reader that knows nothing of homes: generalized columns are told by the rooms, answers by the classes."""
    words = ["release", "attack", place / "o.csv", "--source", place / "t.csv", "--person", "id", "--l", "3"]
    assert CliRunner().invoke(app, [*map(str, words), "--report", str(place / "a.json")]).exit_code == 0
    found = json.loads((place / "a.json").read_text())
    alone = found["alone"][str(place / "o.csv")]
    assert (alone["classes"], alone["classes_of_answers"], alone["answers_together"]) == tuple(
        report[name] for name in ("classes", "classes_of_answers", "answers_together")
    )
    assert (list(alone["columns"]), alone["k"]) == (["mood"], report["k"])
    assert alone["columns"]["mood"]["l"] >= report["l"]  # of classes, of which rooms show a part
    assert found["people"]["columns"]["mood"]["below_l"] == found["people"]["columns"]["mood"]["computed"] == 0
    assert found["order"][str(place / "o.csv")]["told"] is False
    return found


def test_people_who_come_and_go_are_told_in_homes_for_the_whole_series(place):
    asked = ["release", "dry-run", "--csv", place / "t.csv", "--spec", place / "simple.toml", "--l", "3"]
    asked += ["--person", "id", "--out", place / "o.csv", "--report", place / "r.json"]
    dice, left_out = random.Random(4), []

    def run(*more, **env):
        return CliRunner().invoke(app, list(map(str, [*asked, *more])), env=env)

    for more in ([], ["--come-and-go"], []):  # homes are what nobody need ask for
        table(place / "t.csv", [n for n in range(300) if dice.random() < 0.9], pay=False)
        done = run("--history", place / "s", *more)
        assert done.exit_code == 0, done.output
        report = json.loads((place / "r.json").read_text())
        assert report["come_and_go"] is True
        left_out.append(report["suppressed"] / (report["suppressed"] + report["rows"]))
        assert report["attacks"]["series"]["mood"]["computed_by_one_other"] == 0
        assert "--seats" not in done.output
        classes, rooms = read_in_rooms((place / "o.csv").read_text())
        most = max(map(len, classes.values()))
        assert (report["classes"], report["classes_of_answers"], report["k"]) == (
            len(rooms),
            len(classes),
            min(rooms.values()),
        )
        assert (report["answers_together"]["most"], report["k"] >= 5, len(rooms) > report["rows"] / 20) == (
            most,
            True,
            True,
        )
        assert f"{most} rows at most" in " ".join(done.output.split())
        assert min(len({row["mood"] for row in rows}) for rows in classes.values()) >= report["l"] >= 3
        shown = {}
        for line in csv.DictReader(io.StringIO((place / "o.csv").read_text())):
            shown.setdefault(line["class"], set()).add(line["mood"])
        assert min(map(len, shown.values())) == report["l"]
    found = run_attack(place, report)
    assert found["people"]["rows_that_could_be_one_persons_min"] >= 5
    assert sum(left_out) / 3 < 0.05
    for _ in range(2):  # nobody is left out of the first; later ones may be refused by chance, this one not
        table(place / "t.csv", [n for n in range(300) if dice.random() < 0.8], pay=False)
        done = run("--history", place / "seats", "--suppression-limit", "0.9", "--seats")
        assert done.exit_code == 0, done.output
        report = json.loads((place / "r.json").read_text())
        out = report["suppressed"] / (report["suppressed"] + report["rows"])
        assert ("--seats" in done.output) == (out > 0.05), "said where it would have helped"
    assert out > 0.05
    for asks in ("--come-and-go", "--seats"):
        alone = run(asks, AZUKARI_LANGUAGE="ja")
        assert (alone.exit_code, "連作" in alone.stderr) == (2, True)
    assert run("--history", place / "new", "--come-and-go", "--beside", "1").exit_code == 2
