"""Addresses of the library: what readers open, in each language, and the editors' desk."""

from django.urls import path

from mvai.web.languages import in_every_language
from resources.views import desk, editing, editions, public

app_name = "resources"
_READERS = [
    path("library/", public.library, name="library"),
    path("library/ready/", public.ready, name="ready"),  # before the items: none is called so
    path("library/<slug:slug>/", public.item, name="item"),
]
_DESK = [
    path("library/desk/", desk.desk, name="desk"),
    path("library/desk/new/", desk.new_item, name="new_item"),
    path("library/desk/preview/", editing.preview, name="preview"),
    path("library/desk/items/<int:pk>/", desk.item, name="desk_item"),
    path("library/desk/items/<int:pk>/begin/", desk.begin, name="begin"),
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
    in_every_language(_READERS),
]
