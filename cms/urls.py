from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

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
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", api.urls),
    path("anymail/<slug:esp>/tracking/", esp_events.receive),
]

if settings.DEBUG and conf.EMAIL_BACKEND == "cms.demo_mail.CapturingBackend":
    urlpatterns += [path("demo/mail/", include("cms.demo_mail_urls"))]

if settings.DEBUG:
    urlpatterns += [
        path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    ]

# /… is Polish and /en/… is English; no cookie and no Accept-Language decides.
urlpatterns += i18n_patterns(
    path("newsletter/", include("newsletter.urls")),
    path("preview/", include("practices_pages.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
