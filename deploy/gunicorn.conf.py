"""gunicorn -c deploy/gunicorn.conf.py cms.wsgi

What a machine may want otherwise comes from the environment: WEB_CONCURRENCY (processes),
GUNICORN_CMD_ARGS (anything, such as --bind=unix:/run/dobre-praktyki/web.sock).
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Before prometheus_client is imported: it decides then where counts are kept.
COUNTS = Path(
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="dp-metrics-"))
)
COUNTS.mkdir(parents=True, exist_ok=True)

from gunicorn.glogging import Logger  # noqa: E402
from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

from cms.logs import redact  # noqa: E402

bind = "127.0.0.1:8000"
# Several processes need CACHE_URL (Redis), or each of them counts throttles for itself.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# Heartbeats of the processes belong into memory: a slow disk must not look like a hung process.
worker_tmp_dir = "/dev/shm"  # noqa: S108

# A request that takes longer is stuck; an export streams and stays below it.
timeout = 60
# On TERM and HUP requests under way have so long to finish.
graceful_timeout = 30
keepalive = 5
# Give memory back now and then, not all processes at the same moment.
max_requests = 5000
max_requests_jitter = 500

# Nobody steers it from outside but systemd; by default it opens a socket in its home directory.
control_socket_disable = True

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190


class PrivateLogger(Logger):
    """Method, path, status, bytes, milliseconds. No address, query, referrer or browser; a path
    with a token or an address in it loses that."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        known: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {name: known[name] for name in ("t", "m", "s", "B", "M")} | {
            "U": redact(str(known["U"]))
        }


logger_class = PrivateLogger
accesslog = "-"
errorlog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"


def on_starting(server: Any) -> None:
    """Counts of an earlier life are not ours."""
    for left in COUNTS.glob("*.db"):
        left.unlink()


def child_exit(server: Any, worker: Any) -> None:
    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if COUNTS.name.startswith("dp-metrics-"):
        shutil.rmtree(COUNTS, ignore_errors=True)
