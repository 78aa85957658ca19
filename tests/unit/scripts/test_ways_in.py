"""What `--serve` says about the browser: links that work, or how to get the pages."""

from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from scripts.stage import report
from scripts.stage.guests import WayIn

KEY = bytes(range(32))
WAYS = (WayIn("partner", SimpleNamespace(key=SimpleNamespace(key=KEY))),)


@pytest.fixture
def printed(tmp_path, monkeypatch):
    def printed(*built):
        for name in built:
            (tmp_path / name).write_text("")
        monkeypatch.setattr(report, "PAGES", tmp_path)
        out = StringIO()
        report.ways_in(Console(file=out, width=60), "http://localhost:8600", WAYS, ["ab12", "cd34"])
        return out.getvalue()

    return printed


def test_each_invitation_is_a_link_on_one_line(printed):
    lines = printed("member.html").splitlines()
    assert [line.split()[-1] for line in lines if "/member/join#" in line] == [
        "http://localhost:8600/member/join#ab12",
        "http://localhost:8600/member/join#cd34",
    ]
    assert any(line.endswith("http://localhost:8600/explorer") for line in lines)


def test_each_role_is_a_link_with_its_demo_wallet(printed):
    lines = printed("member.html").splitlines()
    (link,) = [line.split()[-1] for line in lines if line.split()[0] == "partner"]
    assert link == f"http://localhost:8600/partner#demo={KEY.hex()}"
    assert "hold its wallets' keys" in lines[0]


def test_without_pages_it_says_how_to_get_them(printed):
    assert printed().strip() == "The pages are not built; to get them: python -m scripts.pages"
