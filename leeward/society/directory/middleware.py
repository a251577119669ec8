"""What happens around every answer of the open door: any site's script may read it, also when it is a refusal."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from leeward.society.directory.doors import ALLOWED, BASE, FILES

OPEN_PATHS = ("/directory/api/", f"/{FILES}/")
EXPOSED = "ETag, Content-Language, Retry-After"
DAY_SECONDS = 86_400


def is_open_path(path: str) -> bool:
    """Whether an address is one of the open door, or of nothing below it."""
    return path.startswith(OPEN_PATHS) or path in ("/directory/api", f"/{BASE}", f"/{FILES}")


class OpenDataMiddleware:
    """Add the headers by which other sites' scripts may read, and answer browsers that ask whether they may.

    It stands outside of everything that can answer, so that errors carry the headers too. What is there is public and
    the same for everybody: no cookie is read, none is set.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and add the headers."""
        if not is_open_path(request.path):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ALLOWED})
            response.headers["Access-Control-Allow-Methods"] = ALLOWED
            response.headers["Access-Control-Allow-Headers"] = "*"
            response.headers["Access-Control-Max-Age"] = str(DAY_SECONDS)
        else:
            response = self.get_response(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
