"""Links of emails: GET shows what would happen, for scanners follow every link; only POST does it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.service.desk import Desk, Followed, LinkView
from scheduler.web.origin import refuse_foreign
from scheduler.web.page import page
from scheduler.web.words import Words, words_of

ONE_CLICK = b"One-Click"
"""RFC 8058: a mail program that unsubscribes posts `List-Unsubscribe=One-Click`, as a form of either kind."""


class LinkPages:
    """`/a/{token}`."""

    def __init__(self, desk: Desk, public_url: str | None) -> None:
        self._desk = desk
        self._public_url = public_url

    def routes(self) -> list[Route]:
        return [
            Route("/a/{token}", self.ask, methods=["GET"]),
            Route("/a/{token}", self.act, methods=["POST"]),
        ]

    def ask(self, request: Request) -> Response:
        view = self._desk.read(request.path_params["token"])
        if view is None:
            raise HTTPException(404)
        words = words_of(view.language)
        return page(
            request.scope["path"], "link.html", words, view=view, about=_about(view, words), over=_is_over(view)
        )

    async def act(self, request: Request) -> Response:
        one_click = ONE_CLICK in await request.body()
        if not one_click:  # a mail program in a browser posts from its own site
            refuse_foreign(request, self._public_url)
        followed = await run_in_threadpool(self._desk.follow, request.path_params["token"])
        if followed is None:
            raise HTTPException(404)
        words = words_of(followed.view.language)
        told = _told(followed, words)
        if one_click:
            return PlainTextResponse(told)
        return page(request.scope["path"], "followed.html", words, followed=followed, told=told)


def _is_over(view: LinkView) -> bool:
    """Whether nothing comes of it any more."""
    still = {"stop_all"} if view.ended or view.agreed else {"stop_all", "agree"}
    return (view.ended or view.opted_out) and view.action not in still


def _about(view: LinkView, words: Words) -> str:
    if view.ended:
        return words("prefs.ended")
    return words("prefs.stopped" if view.opted_out else f"link.about.{view.action}")


def _told(followed: Followed, words: Words) -> str:
    if _came_to_nothing(followed):
        return words("link.did.not_done")
    until = followed.until
    day, time = ("", "") if until is None else (words.day(until), f"{until:%H:%M}")
    return words(f"link.did.{followed.view.action}", nth=followed.nth, day=day, time=time)


def _came_to_nothing(followed: Followed) -> bool:
    """Also a link about a nudge that they no longer get, or whose message is long forgotten."""
    match followed.view.action:
        case "snooze" | "pause":
            without_effect = followed.until is None
        case "less":
            without_effect = followed.nth == 1
        case "agree":
            without_effect = followed.opted_out
        case _:
            without_effect = False
    return without_effect or _is_over(followed.view)
