"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import (
    desk,
    desk_words,
    editing,
    editions,
    files,
    finding,
    link_check,
    moving,
    public,
    reading,
    team,
    team_files,
    team_manage,
    team_share,
    team_versions,
    use,
)

app_name = "resources"
_READERS = [
    path("library/", finding.library, name="library"),
    path("library/search/missed/", finding.tell, name="missed"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/kept/", reading.kept, name="kept"),
    path("library/team/removed/", team_manage.removed, name="team_removed"),
    path("library/team/manage/<token:token>/", team_manage.manage, name="team_manage"),
    path("library/team/manage/<token:token>/rename/", team_manage.rename, name="team_rename"),
    path("library/team/manage/<token:token>/replace/", team_manage.replace, name="team_replace"),
    path("library/team/manage/<token:token>/close/", team_manage.close, name="team_close"),
    path("library/team/manage/<token:token>/remove/", team_manage.remove, name="team_remove"),
    path("library/team/<token:token>/", team.team, name="team"),
    path("library/team/<token:token>/tick/", team.tick, name="team_tick"),
    path("library/team/<token:token>/changes/", team.changes, name="team_changes"),
    path("library/team/<token:token>/add/", team.add, name="team_add"),
    path("library/team/<token:token>/lines/<int:pk>/", team.line, name="team_line"),
    path("library/team/<token:token>/lines/<int:pk>/aside/", team.aside, name="team_aside"),
    path("library/team/<token:token>/version/", team_versions.version, name="team_version"),
    path("library/team/<token:token>/checklist.pdf", team_files.pdf, name="team_pdf"),
    path("library/team/<token:token>/checklist.csv", team_files.table, name="team_table"),
    path("library/<slug:slug>/", reading.item, name="item"),
    path("library/<slug:slug>/share/", team_share.share, name="share"),
]
_DESK = [
    path("library/desk/synonyms/", desk_words.synonyms, name="synonyms"),
    path("library/desk/synonyms/<int:pk>/", desk_words.synonym, name="synonym"),
    path(
        "library/desk/synonyms/<int:pk>/remove/", desk_words.remove_synonym, name="remove_synonym"
    ),
    path("library/desk/missed/", desk_words.missed_searches, name="missed_searches"),
    path("library/desk/missed/<int:pk>/", desk_words.missed_search, name="missed_search"),
]
_USE = [
    path("library/desk/use/", use.use, name="use"),
    path("library/<slug:slug>/used/", reading.used, name="used"),  # sent by a page itself
]
_FILES = [
    path("library/desk/versions/<int:pk>/files/", files.attach_file, name="attach_file"),
    path("library/desk/files/<int:pk>/release/", files.release_file, name="release_file"),
    path("library/desk/files/<int:pk>/take-off/", files.take_off_file, name="take_off_file"),
    path("library/desk/import/", moving.import_library, name="import_library"),
    path("library/desk/import/<int:pk>/", moving.import_run, name="import_run"),
    path("library/desk/import/<int:pk>/confirm/", moving.confirm_import, name="confirm_import"),
    path("library/desk/import/<int:pk>/cancel/", moving.cancel_import, name="cancel_import"),
    path("library/desk/export/", moving.export_library, name="export_library"),
    path("library/desk/links/", link_check.links, name="links"),
    path("library/desk/links/check/", link_check.check_links, name="check_links"),
    # Files are in no language: one address, for readers of each.
    path("library/files/<int:pk>/<str:name>", files.file, name="file"),
]
_WRITING = [
    path("library/desk/", desk.desk, name="desk"),
    path("library/desk/new/", desk.new_item, name="new_item"),
    path("library/desk/preview/", editing.preview, name="preview"),
    path("library/desk/items/<int:pk>/", desk.item, name="desk_item"),
    path("library/desk/items/<int:pk>/begin/", desk.begin, name="begin"),
    path("library/desk/items/<int:pk>/place/", desk.place, name="place"),
    path("library/desk/versions/<int:pk>/", editions.edition, name="edition"),
    path("library/desk/versions/<int:pk>/edit/", editing.edit, name="edit"),
    path("library/desk/versions/<int:pk>/differences/", editions.differences, name="differences"),
    path("library/desk/versions/<int:pk>/submit/", editions.submit, name="submit"),
    path("library/desk/versions/<int:pk>/send-back/", editions.send_back, name="send_back"),
    path("library/desk/versions/<int:pk>/publish/", editions.publish, name="publish"),
    path("library/desk/versions/<int:pk>/withdraw/", editions.withdraw, name="withdraw"),
    path("library/desk/versions/<int:pk>/still-right/", editions.still_right, name="still_right"),
    path("library/desk/versions/<int:pk>/bring-back/", editions.bring_back, name="bring_back"),
    path("library/desk/versions/<int:pk>/put-back/", editions.put_back, name="put_back"),
]
urlpatterns = [
    *_DESK,
    *_USE,
    *_FILES,
    *_WRITING,
    in_every_language(_READERS),
]
