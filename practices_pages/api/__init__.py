"""The headless API: own NinjaAPI, read-only, only what visibility.public lets through."""

from practices_pages.api.openapi import ContractAPI
from practices_pages.api.practices import router
from practices_pages.api.problems import register_problems

api = ContractAPI(
    title="Dobre Praktyki API",
    version="1.0.0",
    description=(
        "Good practices of local governments in education. Read-only, without keys, from any "
        "origin. Dates are ISO 8601 with their offset; an unknown query parameter is an error."
    ),
    urls_namespace="jst_v1",
    openapi_url="/openapi.json",
    docs_url="/docs",
)
register_problems(api)
api.add_router("", router)
