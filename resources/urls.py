"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import desk_words, editors, finding, public, reading, use

app_name = "resources"
_READERS = [
    path("library/", finding.library, name="library"),
    path("library/search/missed/", finding.tell, name="missed"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/kept/", reading.kept, name="kept"),
    path("library/<slug:slug>/", reading.item, name="item"),
]
_DESK = [
    path("library/desk/versions/<int:pk>/", editors.edition, name="edition"),
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
urlpatterns = [
    *_DESK,
    *_USE,
    in_every_language(_READERS),
]
