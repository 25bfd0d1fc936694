"""What an import would make of the files that hang on an item's editions."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mvai.web.refusals import Refused
from resources.models import Attachment, Edition
from resources.rules import attached
from resources.rules.archives import Archive
from resources.rules.catalog_file import Place
from resources.rules.import_plans import Found, Incoming, ItemPlan, Step
from resources.states import EditionState, LineWhat

MOST = 20  # on one edition


def plan(archive: Archive, made: ItemPlan, places: list[Place], known: list[Edition]) -> None:
    """Add a line for each file, and the files to the steps of their editions."""
    ours = {(one.language, one.number): one for one in known}
    steps = {(step.found.place.language, step.found.place.number): step for step in made.steps}
    listed: dict[Place, Mapping[str, Any]] = {}
    for one in list(made.steps):
        _refuse_without_its_files(made, one, places)
        listed |= _listed(one)
    for place in places:
        key = (place.language, place.number)
        owner = made.lines.get(Place(place.slug, *key).path)
        step = steps.get(key)
        if owner is None:
            made.says(place.path, LineWhat.REFUSED, _("Its version is not in the zip."))
            continue
        if owner.what == LineWhat.REFUSED:
            made.says(place.path, LineWhat.REFUSED, _("Its version is refused."))
            continue
        try:
            _plan_one(archive, made, place, step, ours.get(key), listed.get(place, {}))
        except Refused as reason:
            made.says(place.path, LineWhat.REFUSED, str(reason))


def _plan_one(
    archive: Archive,
    made: ItemPlan,
    place: Place,
    step: Step | None,
    edition: Edition | None,
    fact: Mapping[str, Any],
) -> None:
    data = archive.read(place.path, most=attached.LARGEST)
    digest = hashlib.sha256(data).hexdigest()
    there = _of_name(edition, place.file)
    if there and there.sha256 == digest and (step is None or step.before or step.copied):
        made.says(place.path, LineWhat.SAME)
        return
    kind = attached.kind_of(data, place.file)
    if fact and fact["sha256"] != digest:
        raise Refused(_("Its bytes are not those that its version names."))
    if step is None:
        if edition is None or not edition.is_open:
            raise Refused(_("A published version keeps its files. Add it to a new version."))
        step = _files_only(made, place, edition)
    if there and step.copied is None:
        raise Refused(_("Its version has another file of this name. Take that one off first."))
    if len(step.files) >= MOST:
        raise Refused(_("Twenty files are the most that a version can have."))
    step.files.append(Incoming(place.path, place.file, kind, fact))
    made.says(place.path, LineWhat.NEW)


def _files_only(made: ItemPlan, place: Place, edition: Edition) -> Step:
    """The edition's words stay; files come to it."""
    owner = Place(place.slug, place.language, place.number)
    for step in made.steps:
        if step.found.place == owner:
            return step
    made.steps.append(Step(Found(owner, {}, {}), place.number, EditionState.DRAFT, before=edition))
    return made.steps[-1]


def _refuse_without_its_files(made: ItemPlan, step: Step, places: list[Place]) -> None:
    there = {place.file for place in places if _same_edition(place, step.found.place)}
    for name in sorted(place.file for place in _listed(step)):
        if name not in there:
            said = _("It names a file, %(name)s, that is not in the zip.") % {"name": name}
            made.says(step.found.place.path, LineWhat.REFUSED, said)
            made.steps.remove(step)
            return


def _listed(step: Step) -> dict[Place, Mapping[str, Any]]:
    place = step.found.place
    return {
        Place(place.slug, place.language, place.number, one["name"][:100]): one
        for one in step.found.facts.get("files", [])
    }


def _same_edition(one: Place, other: Place) -> bool:
    return (one.language, one.number) == (other.language, other.number)


def _of_name(edition: Edition | None, name: str) -> Attachment | None:
    files = edition.files.all() if edition else []
    return next((one for one in files if one.name == name), None)
