"""The examples of the guide for integrators, run as they stand there against a running server."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from heard.attachments.models import Attachment
from heard.attachments.tests.pictures import picture
from heard.cases.models import Case
from heard.catalogue.models import Question
from heard.keys.models import Scope
from heard.keys.tests.making import made_key

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "developer" / "integrators.md"


def examples() -> list[str]:
    """Every command of the guide, its continued lines joined."""
    blocks = re.findall(r"^```console\n(.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)
    return [line for line in "".join(blocks).replace("\\\n", " ").splitlines() if line.strip()]


@pytest.mark.django_db(transaction=True)
def test_every_example_works(
    live_server: Any, case: Any, staff: Any, settings: Any, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "hole.jpg").write_bytes(picture("JPEG", (64, 48)))
    named = [{"key": "large", "name": {"en": "Large"}}]
    Question.objects.create(
        service=case.service, code="size", kind="choice", label={"en": "Size"}, choices=named
    )
    Case.objects.filter(pk=case.pk).update(reference="K7M4-2QXP")
    _key, whole = made_key(*Scope.values, acts_as=staff("agent"))
    wanted = examples()
    assert len(wanted) == 8
    for command in wanted:
        line = command.replace("http://127.0.0.1:8000", live_server.url)
        line = line.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env={"KEY": whole, "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.stdout[0] in "[{<"
    case.refresh_from_db()
    assert case.state == "resolved"
    assert Case.objects.filter(answers__size="large").exists()
    assert Attachment.objects.count() == 1
    assert Case.objects.filter(customer__email="ana@home.example", channel="api").count() == 1
