"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import editors, files, link_check, moving, public

app_name = "resources"
_READERS = [
    path("library/", public.library, name="library"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/<slug:slug>/", public.item, name="item"),
]
_DESK = [
    path("library/desk/versions/<int:pk>/", editors.edition, name="edition"),
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
urlpatterns = [
    *_DESK,
    in_every_language(_READERS),
]
