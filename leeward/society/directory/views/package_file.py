"""The whole published directory as one file."""

from http import HTTPStatus

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from leeward.society.directory.doors import hold, refusal
from leeward.society.directory.errors import PackageBusy, PackageUnsettled
from leeward.society.directory.operations.packaging import keep_package

NAME = "services.zip"
AGAIN_SECONDS = 30


def services_zip(request: HttpRequest) -> HttpResponseBase:
    """The data package; 304 for whoever has it as it is now."""
    try:
        path, stamp = keep_package()
    except (PackageBusy, PackageUnsettled) as error:
        how = f"Ask again in {AGAIN_SECONDS} seconds."
        busy = refusal(HTTPStatus.SERVICE_UNAVAILABLE, "being_made", str(error), how)
        busy.headers["Retry-After"] = str(AGAIN_SECONDS)
        return busy
    etag = f'"{stamp}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            file = path.open("rb")
        except FileNotFoundError:  # an entry changed this very moment, and its package took this one's place
            return _moved(request)
        response = FileResponse(file, as_attachment=True, filename=NAME, content_type="application/zip")
    response.headers["ETag"] = etag
    return hold(response)


def _moved(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.FOUND)
    response.headers["Location"] = request.path
    return response
