"""What every environment shares. Each setting of ours is declared here once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from cms.settings import env
from newsletter.conf import DEFAULTS as NEWSLETTER_DEFAULTS
from practices_pages.conf import DEFAULTS as PRACTICES_DEFAULTS

BASE_DIR = env.ROOT
# Everything that running the site writes: database, uploads, collected static files, demo mail.
VAR_DIR = Path(env.text("VAR_DIR") or BASE_DIR / "var")

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", [])
# The public address of the site, without a trailing slash.
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "cms",
    "practices_pages",
    "newsletter",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "anymail",
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # Wagtail says with it how long ago; alone it speaks English.
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "cms.metrics.CountRequests",
    "django.middleware.security.SecurityMiddleware",
    "cms.content_policy.ContentPolicyMiddleware",
    "cms.limits.BodyLimits",
    # Before whatever looks at the host: containers ask by address.
    "cms.probes.AnswerProbesFirst",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the probes and the style sheets, which go on answering.
    "cms.maintenance.MaintenanceMode",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Below what decides on host and language and on headers, above what looks at who asks.
    "cms.page_cache.WholePages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.sessions.SessionLimits",
    # Whoever owes a second factor is nobody for everything below.
    "cms.second_factor_gate.SecondFactorGate",
    "cms.panel.TellSignedOutEditors",
    "practices_pages.visibility.BarriersAreReadOnce",
    "practices_pages.isolation_guard.IsolationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "practices_pages.gone.TellWhatIsGone",
    "cms.redirects.RedirectsToWhatIsThere",
    "practices_pages.gate.RefusalMiddleware",
    # Turns the answer to a locked sign-in into 429.
    "axes.middleware.AxesMiddleware",
    # Innermost: a request that changes something is one transaction.
    "cms.middleware.UnsafeRequestsAreAtomic",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
ASGI_APPLICATION = "cms.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL") or f"sqlite:///{VAR_DIR}/db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Pages apart from counters: who looks at a thousand pages makes nobody's counter be forgotten.
CACHES = {
    "default": env.cache(env.text("CACHE_URL")),
    "pages": env.cache(env.text("PAGE_CACHE_URL"), prefix="pages", entries=2_000),
}
PAGE_CACHE = env.flag("PAGE_CACHE", default=True)
TASKS = {"default": env.tasks()}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Signing in (cms.sign_in).
AUTHENTICATION_BACKENDS = [
    "cms.sign_in.ThrottledBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Failures of one name from one address, and of all names from one address: a whole office sits
# behind one address, so it may err more often.
AXES_FAILURE_LIMIT = env.number("SIGN_IN_FAILURES", 5)
SIGN_IN_FAILURES_PER_ADDRESS = env.number("SIGN_IN_FAILURES_PER_ADDRESS", 50)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("SIGN_IN_LOCK_MINUTES", 15))
# Whom a person who is locked out may write to; shown on the page.
SIGN_IN_CONTACT = env.text("SIGN_IN_CONTACT")
PASSWORD_RESETS_PER_NETWORK_PER_HOUR = env.number("PASSWORD_RESETS_PER_NETWORK_PER_HOUR", 20)
PASSWORD_RESETS_PER_ADDRESS_PER_DAY = env.number("PASSWORD_RESETS_PER_ADDRESS_PER_DAY", 3)
# Wrong addresses of preview links: guessing 256 bits is hopeless, and this makes it visible.
WRONG_PREVIEWS_PER_NETWORK_PER_HOUR = 60
# PDFs and ZIPs of pages that had to be made, each counted by itself.
FILES_MADE_PER_NETWORK_PER_HOUR = 60
# Each costs a few milliseconds; a person who types asks for five or six.
SUGGESTIONS_PER_NETWORK_PER_MINUTE = 600
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "cms.sign_in.visitor_address"
AXES_LOCKOUT_CALLABLE = "cms.sign_in.locked_page"
AXES_HANDLER = "cms.sign_in.FailureCounts"
AXES_RESET_ON_SUCCESS = True
# A flood of attempts must not keep the true owner out for longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Whether everybody in the panel needs a second factor; who has one is always asked for it.
MFA_REQUIRED = env.flag("MFA_REQUIRED", default=False)
OTP_TOTP_ISSUER = "Dobre Praktyki"
# A session of the panel ends after so long without a request, and after so long in any case. An
# open editor asks every few seconds, so nobody is thrown out while writing.
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 120)
SESSION_MAX_HOURS = env.number("SESSION_MAX_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 60 * 60

LANGUAGE_CODE = "pl"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("pl", "Polski"), ("en", "English")]
TIME_ZONE = "Europe/Warsaw"
USE_I18N = True
USE_TZ = True
# Strings that Wagtail's own Polish catalogue lacks.
LOCALE_PATHS = [BASE_DIR / "cms" / "locale", BASE_DIR / "cms" / "locale_wagtail"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_DIR") or VAR_DIR / "static")
STATICFILES_DIRS: list[str] = []
MEDIA_URL = env.text("MEDIA_URL_ROOT", "/media/")
MEDIA_ROOT = VAR_DIR / "media"
# Beside the uploads, so that a film is moved and not copied; /tmp may be memory.
FILE_UPLOAD_TEMP_DIR = Path(env.text("UPLOAD_TEMP_DIR") or VAR_DIR / "incoming")
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # A practice with many rows is one large form.

WAGTAIL_SITE_NAME = "Dobre Praktyki"
WAGTAILADMIN_USER_LOGIN_FORM = "cms.panel.SignInForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.sign_in.QuietPasswordResetForm"  # noqa: S105
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# What changed after an approval has to be approved again.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_COMMENTS_ENABLED = True
# Addresses travel in mails and print: "gorski", not "g%C3%B3rski".
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "mp4", "odt", "ods", "odp", "pdf", "pptx", "txt", "vtt", "webm", "xlsx",
]  # fmt: skip
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAILIMAGES_WEBP_QUALITY = 78
# From 0, small and slow, to 10, large and quick (cms.picture_encoding).
AVIF_SPEED = 8
# Every way into the panel asks these two forms: a file is judged by its content.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "practices_pages.uploads.forms.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "practices_pages.uploads.forms.ImageForm"
WAGTAIL_PASSWORD_RESET_ENABLED = True
# One zone, so nobody is asked: some systems list zones that browsers do not know.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_UPDATE_CHECK = False  # No request leaves for a third party.
WAGTAILEMBEDS_FINDERS: list[Any] = []  # Nothing is embedded, so no provider is asked either.
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Wagtail's database back end picks SQLite FTS5 or PostgreSQL by itself.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}

SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Probes of containers and monitors come without TLS, and have no secret to lose.
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Views that are framed by our own pages say so themselves.
CSRF_FAILURE_VIEW = "cms.views.csrf_failure"

# Notices of Wagtail and Django become letters: rows written in the request's transaction.
EMAIL_BACKEND = "cms.mail.LetterBackend"
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 60)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Dobre Praktyki <newsletter@localhost.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# What really puts mail on the wire: SMTP from EMAIL_URL, or an ESP through anymail.
NEWSLETTER_BASE_URL = BASE_URL
NEWSLETTER_JOURNAL_DIR = str(VAR_DIR / "journal")
NEWSLETTER_TOPICS = "cms.newsletter_topics.topics"
ANYMAIL = env.anymail()
ANYMAIL_ESP = env.text("ANYMAIL_ESP")
EMAIL_URL = env.text("EMAIL_URL")
if ANYMAIL_ESP:
    NEWSLETTER_EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_ESP}.EmailBackend"
elif EMAIL_URL:
    NEWSLETTER_EMAIL_BACKEND = "newsletter.esp.SMTPBackend"
    globals().update(env.smtp(EMAIL_URL))
globals().update(env.settings_of("NEWSLETTER", NEWSLETTER_DEFAULTS))
PRACTICES_PDF_DIR = str(VAR_DIR / "pdf")
globals().update(env.settings_of("PRACTICES", PRACTICES_DEFAULTS))
# Wagtail knows one limit for every kind of document; ours for those that are no films is lower.
WAGTAILDOCS_MAX_UPLOAD_SIZE = env.number(
    "PRACTICES_MAX_FILM_BYTES", PRACTICES_DEFAULTS["MAX_FILM_BYTES"]
)

# The tick ran longer ago than this: nothing is published on schedule, and everybody is told.
TICK_LATE_SECONDS = env.number("TICK_LATE_SECONDS", 300)
# Who may read /metrics, and what is wrong at /health/ready: whoever has the token, or asks from
# one of these networks. Nobody when both are empty.
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_NETWORKS = env.listed("METRICS_NETWORKS", [])
# With several web processes on a machine each writes its counts here (deploy/gunicorn.conf.py).
METRICS_MULTIPROCESS_DIR = env.text("PROMETHEUS_MULTIPROC_DIR")

# How long what nobody needs any more is kept; docs/retention.md says why. The newsletter's own
# are in newsletter/conf.py.
RETENTION_TASK_RESULT_DAYS = env.number("RETENTION_TASK_RESULT_DAYS", 14)
RETENTION_PREVIEW_DAYS = env.number("RETENTION_PREVIEW_DAYS", 90)
RETENTION_IMPORT_DAYS = env.number("RETENTION_IMPORT_DAYS", 365)
RETENTION_LOG_DAYS = env.number("RETENTION_LOG_DAYS", 1826)

# The site answers 503 while MAINTENANCE is set, or this file is there (manage.py maintenance).
MAINTENANCE = env.flag("MAINTENANCE", default=False)
MAINTENANCE_FILE = VAR_DIR / "maintenance"

# The demo's mailbox, read at /demo/mail/ (cms.demo_mail).
DEMO_MAIL_DIR = VAR_DIR / "mail"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "cms.logs.RedactPersonalData"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "plain": {"()": "cms.logs.KeyValueFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["no_personal_data"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        name: {"handlers": ["console"], "level": "INFO", "propagate": False}
        for name in ("cms", "newsletter", "practices_pages")
    }
    | {
        name: {"handlers": ["console"], "level": "WARNING", "propagate": False}
        for name in ("django", "django_tasks", "django_tasks_db", "wagtail")
    }
    # Its lines name people and addresses; cms.sign_in says what happened instead.
    | {"axes": {"handlers": ["console"], "level": "CRITICAL", "propagate": False}},
}
