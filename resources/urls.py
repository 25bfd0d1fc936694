"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import editors, public, reading, use

app_name = "resources"
_READERS = [
    path("library/", public.library, name="library"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/kept/", reading.kept, name="kept"),
    path("library/<slug:slug>/", reading.item, name="item"),
]
_DESK = [
    path("library/desk/versions/<int:pk>/", editors.edition, name="edition"),
]
_USE = [
    path("library/desk/use/", use.use, name="use"),
    path("library/<slug:slug>/used/", reading.used, name="used"),  # sent by a page itself
]
urlpatterns = [
    *_DESK,
    *_USE,
    in_every_language(_READERS),
]
