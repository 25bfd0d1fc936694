"""Every address of the site."""

from django.urls import include, path

from mvai.web.languages import in_every_language

urlpatterns = [
    path("", include("requests.urls")),
    path("", include("mvai.site.urls")),
    path("", include("mvai.dashboard.urls")),
    path("", include("advisors.urls")),
    path("", include("resources.urls")),
    path("duty/", include("mvai.duty.urls")),
    path("messages/", include("mvai.outbox.urls")),
    path("hooks/", include("mvai.outbox.hook_urls")),
    in_every_language([path("agencies/", include("mvai.agencies.urls"))]),
    path("accounts/", include("mvai.accounts.members.urls")),
    path("account/reach/", include("mvai.accounts.reach.urls")),
    path("account/lock/", include("mvai.accounts.lock.urls")),
    path("account/", include("mvai.accounts.urls")),
    path("account/", include("mvai.accounts.sign_in_urls")),
]

handler400 = "mvai.site.views.bad_request"
handler403 = "mvai.site.views.forbidden"
handler404 = "mvai.site.views.not_found"
handler429 = "mvai.site.views.too_many"  # asked for by allauth
handler500 = "mvai.site.views.server_error"
