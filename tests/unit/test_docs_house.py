"""The documents of the house say what is so: names in them exist, and lists in them are complete."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

FIELD_TERMS = (
    "person", "nudge", "schedule", "slot", "occurrence", "delivery", "attempt", "receipt", "channel", "outbox", "claim",
    "lease", "lifetime", "misfire", "quiet hours", "suppression", "opt-out", "variant", "segment",
)  # fmt: skip


@pytest.mark.parametrize("term", FIELD_TERMS)
def test_every_field_term_has_one_meaning_in_the_glossary(term: str) -> None:
    defined = re.findall(r"(?m)^\*\*([^*]+)\*\*: ", (DOCS / "glossary.md").read_text())
    assert [each.lower() for each in defined].count(term) == 1


def named_in_architecture() -> list[tuple[str, str]]:
    """`name` (`path`), as the page writes what stands where."""
    page = " ".join((DOCS / "architecture.md").read_text().split())
    return re.findall(r"`([\w.]+)`\s\(`([\w/]+\.py)`\)", page)


def test_the_architecture_page_leads_into_the_code() -> None:
    assert len(named_in_architecture()) > 20


@pytest.mark.parametrize(("name", "path"), named_in_architecture())
def test_what_the_architecture_page_names_is_there(name: str, path: str) -> None:
    code = (ROOT / path).read_text()
    for part in name.split("."):
        assert re.search(rf"(?m)^\s*(?:(?:def|class) {part}\b|{part}(?::[^=\n]+)? = )", code), f"no {part} in {path}"


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "systemd").glob("*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_tree_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_is_listed_with_the_architecture() -> None:
    listed = re.findall(r"\(decisions/([^)]+)\)", (DOCS / "architecture.md").read_text())
    assert sorted(set(listed)) == sorted(path.name for path in (DOCS / "decisions").glob("*.md"))


def test_a_decision_gives_its_context_and_its_cost() -> None:
    for path in (DOCS / "decisions").glob("*.md"):
        text = path.read_text().lower()
        assert all(word in text for word in ("context", "decision", "cost")), path.name


def project_dependencies() -> dict[str, set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return {
        "To run": names(project["dependencies"]),
        "Extras": names(chain(extras["apprise"], extras["postgres"])),
        "To build, test and check": names(chain(extras["test"], extras["build"], extras["dev"]))
        - names(chain(extras["apprise"], extras["postgres"])),
    }


def names(requirements: chain[str] | list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}


def test_every_dependency_has_its_reason_and_no_reason_outlives_its_dependency() -> None:
    page = (DOCS / "decisions" / "0002-dependencies.md").read_text()
    sections = {title: body for title, _, body in (part.partition("\n") for part in page.split("\n## ")[1:])}
    listed = {
        title: {row[0] for row in re.findall(r"(?m)^\| ([\w.-]+) \| (.{8,}) \| (.{3,}) \|$", body)} - {"dependency"}
        for title, body in sections.items()
    }
    assert listed == project_dependencies()
