"""What CI prepares: half of an environment is none, and a step that fails ends the run."""

import re
import subprocess
from pathlib import Path

CI_RUN = Path(__file__).parents[3] / ".ci" / "run"
VENV = """#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexit "$(cat ../answer)"\\n' >"$3/bin/python"
chmod +x "$3/bin/python"
"""


def function(name: str) -> str:
    return re.search(rf"^{name}\(\).*?^}}$", CI_RUN.read_text(), re.S | re.M)[0]


def test_an_environment_whose_packages_failed_is_made_again_and_one_that_stands_is_not(tmp_path):
    place, tools = tmp_path / "clone", tmp_path / "tools"
    for folder in (place / "requirements", place / ".build", tools):
        folder.mkdir(parents=True)
    (tools / "python3").write_text(VENV)
    (tools / "python3").chmod(0o755)
    (place / "requirements" / "referee.txt").write_text("one==1\n")

    def made(answer: int) -> int:
        (tmp_path / "answer").write_text(f"{answer}")
        script = f"PATH={tools}:$PATH\n{function('own_environment')}\nown_environment referee eels"
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=place, check=False).returncode

    assert [made(1), made(1), made(0), made(1)] == [1, 1, 0, 0]
    (place / "requirements" / "referee.txt").write_text("one==2\n")
    assert [made(1), made(0), made(1)] == [1, 0, 0]


def test_no_step_hides_its_failure_before_another():
    steps = CI_RUN.read_text().splitlines()
    assert not [line for line in steps if re.match(r"(python|\./scripts|install)\b.*&& ", line)]
