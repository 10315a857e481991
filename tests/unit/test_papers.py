"""Holds the documents in `docs/` to the code: every reason code has its line, every decision its date and status."""

import ast
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from google.protobuf import json_format, message_factory

from shared.settings import InferenceSettings, TrainingSettings
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import inference_pb2, training_pb2

REPOSITORY = Path(__file__).parents[2]
DECISIONS = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))

#: The packages whose code answers calls. The client invents no codes.
SERVERS = ("shared", "inference_service", "training_service")

#: Folders whose files the papers name by their path.
FOLDERS = (*SERVERS, "client", "local_stack", "bench", "tests", "docs", "protos", "docker", "aws")

#: An upper-case constant of two or more words counts as a reason code wherever it stands, and one of a single word
#: where it is called a reason.
CODE_OF_SEVERAL_WORDS = re.compile(r"[A-Z]+(_[A-Z]+)+")
CODE = re.compile(r"[A-Z]+(_[A-Z]+)*")

#: Upper-case constants of several words that are no reason codes: variables of the environment.
NOT_REASONS = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
SETTINGS = {name.upper() for name in (*InferenceSettings.model_fields, *TrainingSettings.model_fields)}


def codes_of(tree: ast.AST) -> Iterator[str]:
    """Reason codes in a module: constants called a reason, and every upper-case constant of several words.

    Members of enumerations are values of the contract, not reasons, unless the enumeration is named after reasons.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and is_enumeration(node) and not node.name.endswith("Reason"):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_code(node.value):
            yield node.value
        yield from single_words_called_a_reason(node)
        yield from codes_of(node)


def is_enumeration(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)


def single_words_called_a_reason(node: ast.AST) -> Iterator[str]:
    """Values of `reason=`, of `default_reason`, and what stands first beside a sentence in a tuple or a call."""
    found: list[ast.expr | None] = []
    if isinstance(node, ast.keyword) and node.arg in ("reason", "default_reason"):
        found.append(node.value)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == "default_reason" for target in targets):
            found.append(node.value)
    if isinstance(node, ast.Tuple | ast.Call):
        parts = node.elts if isinstance(node, ast.Tuple) else node.args
        found += [first for first, second in pairwise(parts) if is_sentence(second)]
    for each in found:
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.fullmatch(each.value):
            yield each.value


def is_sentence(node: ast.expr) -> bool:
    """Whether an expression is a message for people: a text with a blank, a formatted text, or a name for one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and " " in node.value
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Name) and node.id == "message")


def is_code(text: str) -> bool:
    return bool(CODE_OF_SEVERAL_WORDS.fullmatch(text)) and text not in NOT_REASONS | SETTINGS


def codes_of_the_servers() -> set[str]:
    files = [file for package in SERVERS for file in (REPOSITORY / package).rglob("*.py")]
    assert len(files) > 50
    return {code for file in files for code in codes_of(ast.parse(file.read_text()))}


def lines_of_the_reasons_page() -> list[tuple[str, list[str]]]:
    """Code and further cells of every row of the tables in `docs/reasons.md` that begins with a code."""
    text = (REPOSITORY / "docs" / "reasons.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \|(.*)\|$", text, re.MULTILINE)
    return [(code, [cell.strip() for cell in rest.split("|")]) for code, rest in rows]


def test_every_reason_code_of_the_servers_is_in_docs_reasons() -> None:
    missing = codes_of_the_servers() - {code for code, _ in lines_of_the_reasons_page()}

    assert not missing, f"add these codes to docs/reasons.md, each with when it comes and what to do: {missing}"


def test_docs_reasons_has_no_code_that_the_servers_do_not_use() -> None:
    left_over = {code for code, _ in lines_of_the_reasons_page()} - codes_of_the_servers()

    assert not left_over, f"no code in {SERVERS} is called so any more: {left_over}"


def test_every_line_of_docs_reasons_says_when_the_code_comes_and_what_to_do() -> None:
    for code, cells in lines_of_the_reasons_page():
        assert len(cells) >= 2, code
        assert all(cells), code


@pytest.mark.parametrize(
    "source",
    [
        'raise NotReady("message", reason="NEW_CODE")',
        'class New(NotFound):\n    default_reason = "NEW"',
        'class New(NotFound):\n    default_reason: ClassVar[str] = "NEW"',
        'skipped += _skipped(dishes, "NEW_CODE", "message")',
        'skipped += _skipped(dishes, "NEW", "it is new")',
        'warnings.append(("NEW_CODE", "message"))',
        'warnings.append(("NEW", f"{dish} is new"))',
        'return "NEW", message',
        'DishFailure(dish=dish, reason="NEW", message="message")',
        'NEW_CODE = "NEW_CODE"',
        'class SkipReason(Enum):\n    NEW = "NEW_CODE"',
        'def objection() -> str:\n    return "NEW_CODE", f"message"',
    ],
)
def test_a_new_code_is_found_however_the_code_writes_it(source: str) -> None:
    assert set(codes_of(ast.parse(source))) in ({"NEW"}, {"NEW_CODE"})


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_has_its_number_a_date_and_a_status(decision: Path) -> None:
    title, _, *header = decision.read_text().splitlines()[:4]

    assert title.startswith(f"# {int(decision.name[:4])}. ")
    assert re.match(
        r"(\*\*)?Date:(\*\*)? \d{4}-\d\d-\d\d\W+Status:(\*\*)? (proposed|accepted|replaced by)", "\n".join(header)
    ), f"line 3 of {decision.name}: expected '**Date:** 2026-11-30 · **Status:** accepted'"


def test_every_decision_is_in_the_index() -> None:
    index = (DECISIONS[0].parent / "README.md").read_text()

    listed = set(re.findall(r"\]\((\d{4}-[^)]+\.md)\)", index))
    assert listed == {decision.name for decision in DECISIONS}, (
        "docs/decisions/README.md needs a line for each decision"
    )


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [decision.name[:4] for decision in DECISIONS]

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("folder", [".", "client"])
def test_both_distributions_carry_the_license_that_they_name(folder: str) -> None:
    project = tomllib.loads((REPOSITORY / folder / "pyproject.toml").read_text())["project"]

    assert project["license"] == "MIT"
    assert project["license-files"] == ["LICENSE"]
    assert (REPOSITORY / folder / "LICENSE").read_text() == (REPOSITORY / "LICENSE").read_text()


def test_the_changelog_has_the_version_that_the_distributions_have() -> None:
    versions = {
        tomllib.loads((REPOSITORY / folder / "pyproject.toml").read_text())["project"]["version"]
        for folder in (".", "client")
    }
    released = re.findall(r"^## \[(\d[^]]*)\]", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert versions == {released[0]}


def test_every_file_that_a_paper_names_exists() -> None:
    named = [
        (paper, path)
        for paper in papers()
        for path in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`", paper.read_text())
    ]

    assert len(named) > 30
    assert [(paper.name, path) for paper, path in named if not (REPOSITORY / path).exists()] == []


def test_the_python_examples_call_the_client_as_it_is() -> None:
    calls = [
        call
        for paper in papers()
        for example in re.findall(r"^ *```python\n(.*?)```", paper.read_text(), re.DOTALL | re.MULTILINE)
        for call in ast.walk(ast.parse(textwrap.dedent(example)))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and hasattr(ForecastClient, call.func.attr)
    ]

    assert len(calls) >= 3
    for call in calls:
        method = getattr(ForecastClient, call.func.attr)  # type: ignore[attr-defined]
        inspect.signature(method).bind(None, *call.args, **{each.arg: each.value for each in call.keywords if each.arg})


def test_the_grpcurl_examples_are_requests_of_the_contract() -> None:
    text = "\n".join(paper.read_text().replace("\\\n", " ") for paper in papers())
    examples = re.findall(r"grpcurl .*-d '(.+?)'.*smartsuschef\.forecast\.v1\.(\w+)/(\w+)", text)

    assert len(examples) >= 3
    for request, service, method in examples:
        described = {**training_pb2.DESCRIPTOR.services_by_name, **inference_pb2.DESCRIPTOR.services_by_name}
        message = described[service].methods_by_name[method].input_type
        json_format.Parse(request, message_factory.GetMessageClass(message)())


def papers() -> list[Path]:
    """Every document of the repository that people read."""
    found = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    return [*found, REPOSITORY / "client" / "README.md", REPOSITORY / "aws" / "README.md"]


def test_the_readme_leads_to_every_paper() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)", (REPOSITORY / "README.md").read_text()))
    expected = {str(paper.relative_to(REPOSITORY)) for paper in papers() if paper.parent.name != "decisions"}

    assert expected - linked <= {"README.md", "client/README.md"}


def test_every_link_between_the_papers_leads_to_a_file() -> None:
    targets = [
        (paper, target)
        for paper in papers()
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", paper.read_text())
        if "://" not in target
    ]

    assert targets
    assert [(paper.name, target) for paper, target in targets if not (paper.parent / target).exists()] == []
