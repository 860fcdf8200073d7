from urllib.parse import urlsplit

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.limits import limited_preview
from cms.probes import PROBES
from cms.sign_in import ThrottledPasswordResetView
from newsletter import esp_events
from newsletter.conf import conf
from practices_pages.api import api

urlpatterns = [
    *[path(address.lstrip("/"), view) for address, view in PROBES.items()],
    # Wagtail's page, with a budget per network.
    path("panel/password_reset/", ThrottledPasswordResetView.as_view()),
    path("panel/", include(wagtailadmin_urls)),
    # Stored files leave through these two views alone, in development, too.
    path("documents/", include("practices_pages.document_urls")),
    path(urlsplit(settings.MEDIA_URL).path.lstrip("/"), include("practices_pages.media_urls")),
    path("api/v1/", api.urls),
    path("anymail/<slug:esp>/tracking/", esp_events.receive),
]

if settings.DEBUG and conf.EMAIL_BACKEND == "cms.demo_mail.CapturingBackend":
    urlpatterns += [path("demo/mail/", include("cms.demo_mail_urls"))]

# /… is Polish and /en/… is English; no cookie and no Accept-Language decides.
urlpatterns += i18n_patterns(
    path("newsletter/", include("newsletter.urls")),
    path("preview/<str:token>/", limited_preview),
    path("preview/", include("practices_pages.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
