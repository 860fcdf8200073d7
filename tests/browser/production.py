"""Settings for measuring speed: production, without the proxy in front of it.

What the proxy does is done here: it compresses pages (deploy/nginx.conf, deploy/Caddyfile) and
speaks TLS, which nobody does at 127.0.0.1.
"""

from cms.settings.production import *  # noqa: F403
from cms.settings.production import MIDDLEWARE

MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
SECURE_SSL_REDIRECT = False
