"""The web app: what is served, and the walls around it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from config.inbound import links_base
from config.settings import WebSection
from scheduler.clock import Clock, SystemClock
from scheduler.service.desk import Desk
from scheduler.service.registry import Registry
from scheduler.web.allowance import Allowances
from scheduler.web.armour import Armour
from scheduler.web.bearer import Bearer
from scheduler.web.body import Body
from scheduler.web.calm import Calm
from scheduler.web.diary import DiaryPages
from scheduler.web.gate import API, CALLBACKS, Gate
from scheduler.web.health import Health
from scheduler.web.links import LinkPages
from scheduler.web.page import ICON, STYLE, error_page
from scheduler.web.people_api import PeopleApi
from scheduler.web.preferences import PreferencesPage
from scheduler.web.problem import problem
from scheduler.web.twilio import TwilioHooks

_A_DAY = {"Cache-Control": "public, max-age=86400"}


def build_app(
    desk: Desk,
    web: WebSection,
    registry: Registry | None = None,
    *,
    clock: Clock | None = None,
    allowances: Allowances | None = None,
) -> Starlette:
    """Everything that is served; people are brought by another system where there is a registry and a token. Knows no
    host but the one in `web.public_url`."""
    base = links_base(web)
    bearer = None if web.api_token is None else Bearer(web.api_token)
    allowed = allowances or Allowances()
    app = Starlette(
        routes=[
            *Health(desk).routes(),
            *TwilioHooks(desk, base, clock or SystemClock(), allowed.texts_per_sender).routes(),
            *LinkPages(desk, base).routes(),
            *PreferencesPage(desk, base).routes(),
            *DiaryPages(desk).routes(),
            *(PeopleApi(registry, bearer, base).routes() if registry is not None and bearer is not None else ()),
            Route("/style.css", _style),
            Route("/icon.svg", _icon),
        ],
        middleware=[
            Middleware(Armour, https=(base or "").startswith("https:")),
            Middleware(Calm, trouble=_trouble),
            Middleware(Gate, allowances=allowed, bearer=bearer),
            Middleware(Body),
        ],
        exception_handlers={HTTPException: _refused},
    )
    app.router.redirect_slashes = False  # it would redirect to whatever Host the request names
    return app


def _style(_request: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers=_A_DAY)


def _icon(_request: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml", headers=_A_DAY)


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 503
    headers = getattr(error, "headers", None)
    if request.scope["path"].startswith(CALLBACKS):
        return PlainTextResponse(getattr(error, "detail", ""), status, headers)
    if request.scope["path"].startswith(API):
        return problem(status, getattr(error, "detail", ""), headers=headers)
    response = error_page(request.scope, status)
    response.headers.update(headers or {})
    return response


def _trouble(scope: Scope) -> Response:
    later = {"Retry-After": "60"}
    if scope["path"].startswith(API):
        return problem(503, "this could not be done now; ask again in a minute", headers=later)
    response = error_page(scope, 503)
    response.headers.update(later)
    return response
