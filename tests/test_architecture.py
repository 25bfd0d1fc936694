"""The walls of the house: who may import whom, who is `requests`, who writes a state."""

import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

import requests

ROOT = Path(settings.ROOT)
OURS = ("mvai", "requests", "advisors", "resources")
SOURCES = sorted(
    path
    for package in OURS
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}
)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def test_no_layer_imports_what_lies_above_it():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


# The name `requests`: five rules


@pytest.mark.parametrize(
    "distribution", sorted({found.metadata["Name"] for found in metadata.distributions()})
)
def test_no_installed_package_needs_the_library_of_the_same_name(distribution):
    needed = [
        line
        for line in metadata.requires(distribution) or []
        if re.match(r"requests\b(?!-)", line, re.IGNORECASE) and "extra ==" not in line
    ]

    assert needed == []


@pytest.mark.parametrize(
    "distribution",
    ["django-anymail", "twilio", "pywebpush", "pytest-playwright", "pytest-base-url"],
)
def test_packages_that_import_it_anyway_are_not_installed(distribution):
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(distribution)


def test_social_accounts_are_never_installed():
    """Their OAuth2 views import the library, and find our app."""
    assert not [name for name in settings.INSTALLED_APPS if "socialaccount" in name]


def test_requests_is_our_app_and_nothing_else():
    assert Path(requests.__file__).parent == ROOT / "requests"
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("requests")


def test_our_tests_of_it_do_not_become_it():
    assert (ROOT / "tests/__init__.py").exists()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_lock_brings_the_library(lock):
    text = (ROOT / lock).read_text()

    assert not re.search(r"^requests==", text, re.MULTILINE)


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_request_always_means_the_http_request(path: Path):
    """The model is AssistanceRequest, its variable `assistance_request`."""
    tree = tree_of(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg == "request" and node.annotation:
            kind = ast.unparse(node.annotation)
            assert "Http" in kind or kind.startswith("SignedIn"), f"line {node.lineno}"
        if isinstance(node, ast.ClassDef):
            assert node.name != "Request", f"line {node.lineno}"


# One writer of a request's state


def _writes_of_state(path: Path) -> list[tuple[str, str]]:
    """(function, statement) for whatever may write the state of a request."""
    found = []
    for function in ast.walk(tree_of(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if _assigns_state(node) or _updates_state(node):
                found.append((function.name, ast.unparse(node)))
    return found


def _assigns_state(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(target, ast.Attribute)
        and target.attr == "state"
        and re.search(r"request|locked", ast.unparse(target.value))
        for target in targets
    )


def _updates_state(node: ast.AST) -> bool:
    """A queryset's update, or a new row, with one of the request's own states."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func).rsplit(".", 1)[-1]
    if called not in {"update", "create", "bulk_create", "get_or_create", "AssistanceRequest"}:
        return False
    return any(
        keyword.arg == "state" and re.match(r"State\.|states\.State\.", ast.unparse(keyword.value))
        for keyword in node.keywords
    )


def test_only_make_move_writes_the_state_of_a_request():
    writers = {
        (short(path), function)
        for path in SOURCES
        for function, _statement in _writes_of_state(path)
    }

    assert writers == {
        ("requests/actions/moves.py", "make_move"),
        # Where a request begins: a new row, submitted.
        ("requests/actions/filing.py", "_file"),
    }


# HTTP stops at the views


def _may_know_http(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return (
        path.name in {"views.py", "middleware.py"}
        or "views" in parts
        or parts[:2] in {("mvai", "site"), ("mvai", "web")}
        or parts == ("mvai", "accounts", "access.py")  # guards of views
    )


@pytest.mark.parametrize("path", [path for path in SOURCES if not _may_know_http(path)], ids=short)
def test_http_stops_at_the_views(path: Path):
    names = {
        name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }

    assert not {name for name in names if name in {"django.http", "django.shortcuts"}}


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_module_is_named_for_what_it_holds(path: Path):
    assert path.stem not in {"utils", "helpers", "common", "misc", "services"}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(("Handler", "Service")), node.name


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_module_is_short_enough_to_be_read(path: Path):
    assert len(path.read_text().splitlines()) <= 450


def _below_the_views(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return "actions" in parts or path.name in {"actions.py", "models.py", "rules.py", "matching.py"}


@pytest.mark.parametrize("path", [path for path in SOURCES if _below_the_views(path)], ids=short)
def test_actions_and_models_read_no_clock(path: Path):
    """The moment is given as `at` or `now`, so that a test can choose it."""
    calls = [
        ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)
    ]

    assert not {"timezone.now", "datetime.now", "date.today", "time.time", "timezone.localdate"} & {
        *calls
    }


# Closed by default


def _patterns(resolver: URLResolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        elif isinstance(entry, URLPattern):
            yield entry


def test_every_page_asks_for_a_sign_in_unless_it_says_otherwise():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_there_is_no_django_admin():
    """Its login lets a user in with the password alone."""
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [entry for entry in _patterns(get_resolver()) if "admin" in str(entry.pattern)]


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m.__module__.startswith(OURS)], ids=str
)
def test_removing_one_row_never_removes_another(model):
    for field in model._meta.get_fields():
        remote = getattr(field, "remote_field", None)
        if field.concrete and (field.many_to_one or field.one_to_one) and remote:
            assert remote.on_delete.__name__ in {"PROTECT", "RESTRICT"}, field.name


# Words (domain.md, section 4)

UNWANTED = [
    r"closure",
    r"new normal",
    r"resilien(t|ce)",
    r"victim #",
    r"happy anniversary",
    r"successful",
    r"dead letter",
    r"kill(ed|s|ing)?",
    r"targets?",
    r"trigger(ed|s)?",
    r"fired?",
    r"chaos",
    r"canary",
    r"hoax",
    r"tragedy",
    r"adviser",
    r"leader ?board",
]
CASE = r"(?<!in )(?<!in any )\bcases?\b(?! numbers?)(?! files?)(?!,? facts)"


def visible_text(source: str) -> str:
    """What a reader sees: no comments, tags of the template, or markup; attributes read aloud."""
    source = re.sub(r"{#.*?#}", " ", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}", " ", source, flags=re.DOTALL)
    # The words of {% translate %} and of blocktranslate stay.
    source = re.sub(r"{%\s*(?:translate|trans)\s+\"([^\"]*)\"[^%]*%}", r" \1 ", source)
    source = re.sub(r"{%.*?%}", " ", source, flags=re.DOTALL)
    source = re.sub(r"{{.*?}}", " ", source, flags=re.DOTALL)
    spoken = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', source)
    source = re.sub(r"<(?:!--.*?--|[^>]*)>", " ", source, flags=re.DOTALL)
    return " ".join([source, *spoken])


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_use_calm_words(path: Path):
    text = visible_text(path.read_text())

    for word in UNWANTED:
        assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), word
    assert not re.search(CASE, text, re.IGNORECASE), "case"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_do_not_raise_their_voice(path: Path):
    assert "!" not in visible_text(path.read_text())


def translated_strings(path: Path) -> list[str]:
    """The literal strings that a module hands to gettext."""
    return [
        argument.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"_", "gettext", "gettext_lazy", "ngettext"}
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


# The definitions of the federal partners, word for word.
QUOTED = {"mvai/taxonomy/terms.py"}


@pytest.mark.parametrize("path", [path for path in SOURCES if short(path) not in QUOTED], ids=short)
def test_sentences_in_code_use_calm_words(path: Path):
    for text in translated_strings(path):
        assert "!" not in text
        for word in UNWANTED:
            assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), f"{word}: {text}"
        assert not re.search(CASE, text, re.IGNORECASE), f"case: {text}"


@pytest.mark.parametrize("path", [*SOURCES, *TEMPLATES], ids=short)
def test_advisors_are_spelled_one_way(path: Path):
    assert "adviser" not in path.read_text().lower()


# What is not ours is not in the tree


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return listed.stdout.splitlines()


def test_no_file_of_somebody_else_is_committed():
    """Front-end packages come from npm, Python ones from their index, at install time."""
    files = tracked_files()

    assert not [name for name in files if name.startswith(("node_modules/", ".venv/", "var/"))]
    assert not [
        name
        for name in files
        if re.search(r"(bootstrap|htmx|chart|jquery)[^/]*\.(js|css)$|\.min\.(js|css)$", name)
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.js")), ids=short)
def test_a_script_of_ours_stands_alone(path: Path):
    """An import inside one would stay without its hash."""
    assert not re.search(r"^\s*import\s", path.read_text(), re.MULTILINE)
