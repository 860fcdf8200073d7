"""Production: only what differs from base. It fails at start, naming every missing variable."""

from cms.settings import env
from newsletter.conf import ESP_SIGNING_KEYS

esp = env.text("ANYMAIL_ESP")
env.require(
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DATABASE_URL",
    "DEFAULT_FROM_EMAIL",
    "NEWSLETTER_SUPPRESSION_KEY",
    "NEWSLETTER_CONTROLLER_NAME",
    "NEWSLETTER_CONTROLLER_ADDRESS",
    "NEWSLETTER_CONTROLLER_EMAIL",
    # Without its secret and its signature anybody could tell us that mail bounced.
    *(["ANYMAIL_WEBHOOK_SECRET"] if esp else ["EMAIL_URL"]),
    *(f"ANYMAIL_{name}" for name in ESP_SIGNING_KEYS.get(esp, ())),
)

from cms.settings.base import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
MFA_REQUIRED = env.flag("MFA_REQUIRED", default=True)
CSRF_COOKIE_SECURE = True
