"""Development and the demo: nothing to install but Python; mail is read in the browser."""

from cms.settings import env
from cms.settings.base import *  # noqa: F403
from cms.settings.base import ANYMAIL_ESP, EMAIL_URL, LOGGING

DEBUG = env.flag("DEBUG", default=True)
# A key that only ever signs demo links; production refuses to start without its own.
SECRET_KEY = env.text("SECRET_KEY", "development-only-not-a-secret")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", ["*"])
INTERNAL_IPS = ["127.0.0.1"]
METRICS_NETWORKS = env.listed("METRICS_NETWORKS", ["127.0.0.0/8", "::1/128"])

if not (ANYMAIL_ESP or EMAIL_URL):
    NEWSLETTER_EMAIL_BACKEND = env.text(
        "NEWSLETTER_EMAIL_BACKEND", "cms.demo_mail.CapturingBackend"
    )
NEWSLETTER_SUPPRESSION_KEY = env.text("NEWSLETTER_SUPPRESSION_KEY", "development-only-key")
NEWSLETTER_CONTROLLER_NAME = env.text("NEWSLETTER_CONTROLLER_NAME", "Biuro Dobrych Praktyk (demo)")
NEWSLETTER_CONTROLLER_ADDRESS = env.text(
    "NEWSLETTER_CONTROLLER_ADDRESS", "ul. Zmyślona 1, 00-000 Przykładowo"
)
NEWSLETTER_CONTROLLER_EMAIL = env.text(
    "NEWSLETTER_CONTROLLER_EMAIL", "biuro@biuro-dobrych-praktyk.example"
)
NEWSLETTER_DPO_EMAIL = env.text("NEWSLETTER_DPO_EMAIL", "iod@biuro-dobrych-praktyk.example")
NEWSLETTER_LIST_DOMAIN = env.text("NEWSLETTER_LIST_DOMAIN", "biuro-dobrych-praktyk.example")
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "Dobre Praktyki <newsletter@biuro-dobrych-praktyk.example>"
)

LOGGING = LOGGING | {
    "handlers": {"console": LOGGING["handlers"]["console"] | {"formatter": "plain"}},
}
