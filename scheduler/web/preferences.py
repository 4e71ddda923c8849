"""The preferences page: what a person gets and when, for them to change. What they change holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scheduler.service.desk import STALE, Desk, Profile, Wanted
from scheduler.web.form import Form
from scheduler.web.origin import refuse_foreign
from scheduler.web.page import page
from scheduler.web.preferences_view import PreferencesView
from scheduler.web.wanted import Faulty, as_is, as_the_plan_says, pause_until, shown, wanted
from scheduler.web.words import Words, words_of


class PreferencesPage:
    """`/p/{token}`."""

    def __init__(self, desk: Desk, public_url: str | None) -> None:
        self._desk = desk
        self._public_url = public_url

    def routes(self) -> list[Route]:
        return [
            Route("/p/{token}", self.show, methods=["GET"]),
            Route("/p/{token}", self.change, methods=["POST"]),
        ]

    def show(self, request: Request) -> Response:
        profile = self._profile(request.path_params["token"])
        return _page(request, profile, note="prefs.saved" if request.query_params.get("saved") is not None else "")

    async def change(self, request: Request) -> Response:
        refuse_foreign(request, self._public_url)
        form = await Form.read(request)
        return await run_in_threadpool(self._change, request, form)

    def _change(self, request: Request, form: Form) -> Response:
        token = request.path_params["token"]
        profile = self._profile(token)
        asked = _asked(profile, form)
        if isinstance(asked, Faulty):
            return _page(request, profile, 422, form=form, faults=asked.faults, note="prefs.faults")
        heard = self._desk.wish(token, asked, form.get("seen"))
        if heard is None:
            raise HTTPException(404)
        if heard.understood == STALE:
            return _page(request, self._profile(token), 409, note="prefs.stale")
        return RedirectResponse("?saved", 303)  # so that loading the page again does not post again

    def _profile(self, token: str) -> Profile:
        profile = self._desk.profile(token)
        if profile is None:
            raise HTTPException(404)
        return profile


def _asked(profile: Profile, form: Form) -> Wanted | Faulty:
    """What the button that was pressed stands for. Raises HTTPException for one that we do not have."""
    match form.get("act"):
        case "save":
            return wanted(profile, form, _words_of(profile))
        case "pause":
            until = pause_until(profile, form.get("days"))
            if until is None:
                raise HTTPException(400)
            return replace(as_is(profile), paused_until=until)
        case "resume":
            return replace(as_is(profile), paused_until=None)
        case "stop":
            return replace(as_is(profile), opted_out=True)
        case "back":
            return replace(as_is(profile), opted_out=False)
        case "reset":
            return as_the_plan_says(profile)
        case _:
            raise HTTPException(400)


def _page(
    request: Request,
    profile: Profile,
    status: int = 200,
    *,
    form: Form | None = None,
    faults: Mapping[str, str] | None = None,
    note: str = "",
) -> Response:
    words = _words_of(profile)
    fields = shown(profile, words)
    if form is not None:  # what they wrote, so that nothing has to be written twice
        fields = {name: form.get(name) if name in form or name.startswith("on.") else fields[name] for name in fields}
    view = PreferencesView(profile, words, fields, faults or {}, note)
    token = request.path_params["token"]
    return page(request.scope["path"], "preferences.html", words, status, view=view, profile=profile, token=token)


def _words_of(profile: Profile) -> Words:
    return words_of(profile.correspondent.preferences.language)
