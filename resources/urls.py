"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import editors, public

app_name = "resources"
_READERS = [
    path("library/", public.library, name="library"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/<slug:slug>/", public.item, name="item"),
]
_DESK = [
    path("library/desk/versions/<int:pk>/", editors.edition, name="edition"),
]
urlpatterns = [
    *_DESK,
    in_every_language(_READERS),
]
