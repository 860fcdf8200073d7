from urllib.parse import urlsplit

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.limits import limited_pdf, limited_preview, limited_suggestions, limited_zip
from cms.probes import PROBES
from cms.sign_in import ThrottledPasswordResetView
from cms.views import robots
from newsletter import esp_events
from newsletter.conf import conf
from practices_pages.api import api
from practices_pages.sitemap import sitemap

urlpatterns = [
    *[path(address.lstrip("/"), view) for address, view in PROBES.items()],
    # Wagtail's page, with a budget per network.
    path("panel/password_reset/", ThrottledPasswordResetView.as_view()),
    path("panel/", include(wagtailadmin_urls)),
    # Stored files leave through these two views alone, in development, too.
    path("documents/", include("practices_pages.document_urls")),
    path(urlsplit(settings.MEDIA_URL).path.lstrip("/"), include("practices_pages.media_urls")),
    path("api/v1/", api.urls),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap),
    path("feeds/", include("practices_pages.feed_urls")),
    path("anymail/<slug:esp>/tracking/", esp_events.receive),
]

if settings.DEBUG and conf.EMAIL_BACKEND == "cms.demo_mail.CapturingBackend":
    urlpatterns += [path("demo/mail/", include("cms.demo_mail_urls"))]

# /… is Polish and /en/… is English; no cookie and no Accept-Language decides.
urlpatterns += i18n_patterns(
    path("newsletter/", include("newsletter.urls")),
    path("preview/<str:token>/", limited_preview),
    path("search/suggest/", limited_suggestions),
    path("search/", include("practices_pages.search_urls")),
    path("preview/", include("practices_pages.urls")),
    # Pages to take away; making them is rationed.
    path("pliki/<str:pid>.pdf", limited_pdf, name="practices_pages_pdf"),
    path("pliki/<str:pid>.zip", limited_zip, name="practices_pages_zip"),
    path("", include("practices_pages.calendar_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
