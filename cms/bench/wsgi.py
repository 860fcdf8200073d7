"""The site, and with each answer how many SQL statements it took and which process gave it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from cms.wsgi import application as site

STATEMENTS, WORKER = "X-Statements", "X-Worker"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    statements = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*args)

    def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
        told = [(STATEMENTS, str(statements)), (WORKER, str(os.getpid()))]
        return start_response(status, [*headers, *told], *problem)

    with connection.execute_wrapper(counted):
        return site(environ, start)
