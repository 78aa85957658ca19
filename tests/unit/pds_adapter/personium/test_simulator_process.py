"""The simulator as a process of its own, as flow tests and people who try things start it."""

import subprocess
import sys

import httpx

TOKEN = "a-token-of-this-test-alone"


def test_it_says_where_it_answers_and_takes_the_token_of_the_file_alone(tmp_path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    words = [sys.executable, "-m", "pds_adapter.personium_simulator", "--token-file", str(tmp_path / "token")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, url = process.stdout.readline().split()
            assert said == "ready"
            headers = {"authorization": f"Bearer {TOKEN}", "accept": "application/json"}
            assert httpx.post(f"{url}/__ctl/Cell", json={"Name": "a"}, headers=headers).status_code == 201
            assert httpx.get(f"{url}/__ctl/Cell", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 401
        finally:
            process.kill()
