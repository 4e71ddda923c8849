"""Whether a form was sent from our own page. The token in the URL is what authorises; this is a second lock."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

_OUR_OWN = frozenset({"same-origin", "none"})


def refuse_foreign(request: Request, public_url: str | None) -> None:
    """Raises HTTPException(403) for a form of another site. What is no browser sends neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        foreign = site not in _OUR_OWN
    else:
        # Our pages send no referrer, so a browser that knows no Sec-Fetch-Site says `Origin: null`.
        foreign = request.headers.get("origin", "null") not in {"null", origin_of(public_url)}
    if foreign:
        raise HTTPException(403, "this form was sent from another site")


def origin_of(url: str | None) -> str | None:
    """`https://legup.example.org`."""
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
