"""The diary: nights with cramps beside stretches done, to look at, to print and to take along as a table."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.service.desk import Desk
from scheduler.service.diary import Diary
from scheduler.web.calendar import Calendar
from scheduler.web.page import page
from scheduler.web.words import words_of

WEEKS = 8


class DiaryPages:
    """`/p/{token}/diary`, and the same as CSV."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/p/{token}/diary", self.show, methods=["GET"]),
            Route("/p/{token}/diary.csv", self.csv, methods=["GET"]),
        ]

    def show(self, request: Request) -> Response:
        token = request.path_params["token"]
        diary = self._diary(token)
        words = words_of(diary.language)
        calendar = Calendar(diary, words)
        return page(request.scope["path"], "diary.html", words, diary=diary, calendar=calendar, token=token)

    def csv(self, request: Request) -> Response:
        diary = self._diary(request.path_params["token"])
        headers = {"Content-Disposition": 'attachment; filename="diary.csv"'}
        return Response(diary.csv(), media_type="text/csv", headers=headers)

    def _diary(self, token: str) -> Diary:
        diary = self._desk.diary(token, WEEKS)
        if diary is None:
            raise HTTPException(404)
        return diary
