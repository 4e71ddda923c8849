"""Pages: Jinja templates with every value escaped, in the language of whom they are for."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from scheduler.web.words import Words, accepted

_TEMPLATES = resources.files("scheduler.web").joinpath("templates")


def _source(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text("utf-8")


_ENVIRONMENT = Environment(
    loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
STYLE = _source("style.css")
ICON = _source("icon.svg")


def page(request_path: str, template: str, words: Words, status: int = 200, **values: object) -> HTMLResponse:
    """One page. Everything in it is named relative to where it stands, so that it works behind any prefix."""
    depth = request_path.rstrip("/").count("/") - 1
    text = _ENVIRONMENT.get_template(template).render(words=words, up="../" * max(depth, 0), **values)
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


def error_page(scope: Scope, status: int) -> Response:
    """What went wrong, in the browser's language; what was asked for is not repeated."""
    words = accepted(Request(scope).headers.get("accept-language", ""))
    key = f"error.{status}" if words.has(f"error.{status}") else "error.other"
    return page(scope["path"], "error.html", words, status, text=words(key))
