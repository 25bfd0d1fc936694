"""Finds what the portal says, and keeps the languages' catalogs in step: `python tools/words.py`.

In place of makemessages, which needs GNU gettext. The catalogs hold what leaders read (SPOKEN);
the desk, advisors and staff read English. A text that is new or was changed comes in empty, one
that nobody says any more goes out, and tests/test_wording.py fails while anything is empty.
"""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvai.settings")

import django  # noqa: E402
from django.template import Engine, Node, NodeList  # noqa: E402
from django.template.base import Variable  # noqa: E402
from django.template.loader_tags import ExtendsNode, IncludeNode  # noqa: E402
from django.templatetags.i18n import BlockTranslateNode, TranslateNode  # noqa: E402
from django.utils.translation import trim_whitespace  # noqa: E402

from mvai.web.catalogs import Entry, read, written  # noqa: E402

CODE = ("mvai", "requests", "advisors", "resources")
# Where a leader's words come from. Templates bring along what they extend and include; of a module
# that others read from as well, only what "::" names is meant: a class, a function.
SPOKEN = (
    "templates/4*.html",
    "templates/50*.html",
    "templates/csrf_failure.html",
    "templates/advisors/could_help*",
    "templates/advisors/nominate.html",
    "templates/agencies/*",
    "templates/requests/landing.html",
    "templates/requests/_landing*",
    "templates/requests/confirmation*",
    "templates/requests/_confirmation*",
    "templates/requests/_details*",
    "templates/requests/first_hour.html",
    "templates/requests/prepare*",
    "templates/requests/status*",
    "templates/requests/_status*",
    "templates/requests/_peer*",
    "templates/requests/_agreed*",
    "templates/requests/mine*",
    "templates/requests/gone.html",
    "templates/resources/*",
    "templates/site/*",
    "templates/messages/_layout.*",
    "templates/messages/call_late.*",
    "templates/messages/calling_now.*",
    "templates/messages/delegate_named.*",
    "templates/messages/desk_wrote.*",
    "templates/messages/identity_code.*",
    "templates/messages/inquiry_received.*",
    "templates/messages/item_sent.*",
    "templates/messages/prospect_confirm.*",
    "templates/messages/request_received.*",
    "templates/messages/status_code.*",
    "templates/messages/peer_assigned.*",
    "templates/messages/prove_contact_point.*",
    "templates/messages/talk_*_leader.*",
    "templates/messages/talk_proposed.*",
    "templates/messages/texts_*",
    "advisors/actions/prospects.py::put_forward",
    "advisors/actions/prospects.py::confirm",
    "advisors/forms/prospects.py::_ProspectForm",
    "advisors/forms/prospects.py::CouldHelpForm",
    "advisors/forms/prospects.py::NominateForm",
    "mvai/agencies/views.py",
    "mvai/audit/periods.py::in_words",
    "mvai/audit/retention.py::CountedFrom",
    "mvai/outbox/channels/voice.py",
    "mvai/site/navigation.py",
    "mvai/site/views.py",
    "mvai/site/written.py::_LEADERS",
    "mvai/site/written.py::_RESOURCES",
    "mvai/taxonomy/terms.py",
    "mvai/web/*.py",
    "mvai/web/templatetags/*.py",
    "requests/actions/agreed.py::choose",
    "requests/actions/agreed.py::call_off",
    "requests/actions/call_messages.py::_short",
    "requests/actions/choices.py::choose",
    "requests/actions/closing.py",
    "requests/actions/codes.py",
    "requests/actions/concerns.py::raise_concern",
    "requests/actions/contact.py::change",
    "requests/actions/delegates.py",
    "requests/actions/filing.py",
    "requests/actions/follow_ups.py::_refuse_settled",
    "requests/actions/follow_ups.py::move",
    "requests/actions/mine.py",
    "requests/actions/moves.py::hold_for",
    "requests/actions/talk.py::ask_for_different_advisor",
    "requests/actions/talk.py::write_to_desk",
    "requests/actions/talk.py::_words",
    "requests/forms/agreed.py::ChoiceForm",
    "requests/forms/choices.py",
    "requests/forms/desk.py::MomentField",
    "requests/forms/intake.py",
    "requests/forms/leaders_page.py::NO_NAMES",
    "requests/forms/leaders_page.py::ConcernForm",
    "requests/forms/leaders_page.py::MessageForm",
    "requests/forms/leaders_page.py::NumberForm",
    "requests/forms/leaders_page.py::OneOfForm",
    "requests/forms/leaders_page.py::PlanForm",
    "requests/forms/leaders_page.py::StandInForm",
    "requests/forms/leaders_page.py::TeamForm",
    "requests/forms/leaders_page.py::SuccessorForm",
    "requests/forms/prepare.py::PrepareForm",
    "requests/forms/status*.py",
    "requests/models/inquiry.py::ReadyBy",
    "requests/rules/follow_ups.py",
    "requests/rules/hours.py",
    "requests/states.py::AdvisorRole",
    "requests/states.py::FollowUpState",
    "requests/templatetags/requests_pages.py::moment_controls",
    "requests/views/attempts.py",
    "requests/views/calendar_files.py",
    "requests/views/cards.py",
    "requests/views/details.py",
    "requests/views/mine.py",
    "requests/views/public.py",
    "requests/views/status*.py",
    "requests/views/steps.py",
    "requests/views/talks.py",
    "requests/views/who_calls.py",
    "resources/actions/team*.py",
    "resources/forms/finding.py",
    "resources/forms/readiness.py",
    "resources/forms/team.py",
    "resources/views/team*.py",
    "resources/forms/finding.py",
    "resources/forms/readiness.py",
    "resources/states.py::Audience",
    "resources/states.py::Kind",
    "resources/rules/hours.py",
    "resources/rules/markdown.py",
    "resources/rules/readiness.py",
)
# Included by pages of leaders, and shown to nobody but staff and advisors.
FOR_STAFF = (
    "templates/_partials/kept_banner.html",
    "templates/_partials/lock_cover.html",
    "templates/_partials/person_menu.html",
    "templates/_partials/staff_banner.html",
)
# From the name of a gettext function to the places of its context, text and plural.
CALLS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}


def main() -> None:
    django.setup()
    from django.conf import settings

    said = spoken()
    for code, _name in settings.LANGUAGES:
        catalog = ROOT / "locale" / code / "LC_MESSAGES" / "django.po"
        if catalog.exists():
            text, added, gone = updated(catalog.read_text(encoding="utf-8"), said)
            catalog.write_text(text, encoding="utf-8")
            print(f"{code}: {len(said)} texts, {len(added)} to translate, {len(gone)} gone")
            for entry in gone:
                print(f"  gone: {entry.text!r} = {entry.said!r}")


def updated(text: str, said: list[Entry]) -> tuple[str, list[Entry], list[Entry]]:
    """The catalog with what is said now; what has to be translated, and what went out."""
    header, *old = read(text)
    known = {entry.key: entry for entry in old}
    for entry in said:
        if before := known.pop(entry.key, None):
            entry.notes, entry.is_fuzzy = before.notes, before.is_fuzzy
            if bool(before.plural) == bool(entry.plural):
                entry.said = before.said
    missing = [entry for entry in said if not entry.is_translated]
    return written([header, *said]), missing, list(known.values())


def spoken() -> list[Entry]:
    """What leaders read, in the order of the files."""
    return _together(SPOKEN)


def everything() -> list[Entry]:
    """All that the portal says to anybody."""
    return _together(("*",))


def _together(patterns: Iterable[str]) -> list[Entry]:
    found: dict[tuple[str, str], Entry] = {}
    for entry in [*_of_templates(_chosen(_templates(), patterns)), *_of_code(patterns)]:
        known = found.setdefault(entry.key, entry)
        known.plural = known.plural or entry.plural
        known.places = list(dict.fromkeys([*known.places, *entry.places]))
    return sorted(found.values(), key=lambda entry: (entry.places[0], entry.text))


def _templates() -> list[Path]:
    return [found for found in sorted((ROOT / "templates").rglob("*")) if found.is_file()]


def _chosen(files: Iterable[Path], patterns: Iterable[str]) -> list[Path]:
    patterns = tuple(patterns)
    return [one for one in files if any(fnmatch(_name(one), pattern) for pattern in patterns)]


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _of_templates(files: Iterable[Path]) -> Iterator[Entry]:
    """The texts of these templates and of those they bring along."""
    waiting, seen = list(files), set()
    engine = Engine.get_default()
    while waiting:
        file = waiting.pop(0)
        name = _name(file)
        if name in seen or name in FOR_STAFF or not file.exists():
            continue
        seen.add(name)
        template = engine.get_template(name.removeprefix("templates/"))
        for node in _nodes(template.nodelist):
            if isinstance(node, IncludeNode | ExtendsNode):
                part = node.template if isinstance(node, IncludeNode) else node.parent_name
                if isinstance(part.var, str):
                    waiting.append((ROOT / "templates").joinpath(*part.var.split("/")))
            if entry := _of_node(node, name):
                yield entry


def _nodes(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield node
        for name in node.child_nodelists:
            yield from _nodes(getattr(node, name, NodeList()))


def _of_node(node: Node, name: str) -> Entry | None:
    if isinstance(node, TranslateNode):
        variable = node.filter_expression.var
        text = variable if isinstance(variable, str) else variable.literal
        if not isinstance(text, str):
            return None
        return Entry(text, context=_literal(node.message_context), places=[name])
    if isinstance(node, BlockTranslateNode):
        text, plural = (
            node.render_token_list(tokens)[0] if tokens else ""
            for tokens in (node.singular, node.plural)
        )
        if node.trimmed:
            text, plural = trim_whitespace(text), trim_whitespace(plural)
        return Entry(text, plural, _literal(node.message_context), places=[name])
    return None


def _literal(expression: object) -> str:
    variable = getattr(expression, "var", None)
    text = variable.literal if isinstance(variable, Variable) else variable
    return text if isinstance(text, str) else ""


def _of_code(patterns: Iterable[str]) -> Iterator[Entry]:
    files = [file for folder in CODE for file in sorted((ROOT / folder).rglob("*.py"))]
    for pattern in patterns:
        of_file, _sign, part = pattern.partition("::")
        for file in _chosen(files, [of_file]):
            if "migrations" not in file.parts:
                tree = ast.parse(file.read_text(encoding="utf-8"))
                yield from _of_module(tree, _name(file), part)


def _of_module(tree: ast.Module, name: str, part: str) -> Iterator[Entry]:
    ours = {
        alias.asname or alias.name: CALLS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in _within(tree, part):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours:
            context, text, plural = (
                "" if place is None else _constant(node.args, place) for place in ours[node.func.id]
            )
            if text:
                yield Entry(text, plural, context, places=[name])


def _within(tree: ast.Module, part: str) -> Iterator[ast.AST]:
    if not part:
        yield from ast.walk(tree)
    for node in tree.body:
        if part and part in _names(node):
            yield from ast.walk(node)


def _names(node: ast.stmt) -> list[str]:
    """What a statement of a module gives a name to."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _constant(arguments: list[ast.expr], place: int) -> str:
    value = arguments[place] if place < len(arguments) else None
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return value.value if is_text else ""


if __name__ == "__main__":
    main()
