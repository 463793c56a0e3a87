"""Every template of ours is shown by some test: noted as they render, judged when all tests ran."""

from pathlib import Path
from typing import Any

import pytest
from django.template import Template
from django.test.signals import template_rendered

ROOT = Path(__file__).resolve().parent.parent
_shown: set[str] = set()


def own_templates() -> list[str]:
    """The names of all templates of the house."""
    found = []
    for folder in (ROOT / "heard").rglob("templates"):
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".txt"}:
                found.append(str(path.relative_to(folder)))
    return sorted(found)


def _note(template: Template, **_rest: Any) -> None:
    if template.name:
        # A name out of a template is a SafeString, which workers cannot send home; this makes text.
        _shown.add(template.name + "")


class TemplatesShown:
    """A plugin: collects what each process rendered, and names what a complete run left out."""

    @pytest.hookimpl
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        template_rendered.connect(_note)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        _shown.update(getattr(node, "workeroutput", {}).get("shown", []))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput["shown"] = sorted(_shown)
            return
        whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        narrowed = config.option.keyword or config.option.markexpr or config.option.collectonly
        narrowed = narrowed or config.option.only_database
        if not whole or narrowed:
            return
        never = sorted(set(own_templates()) - _shown)
        if never:
            print("\nNo test shows these templates:\n  " + "\n  ".join(never))  # noqa: T201
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
