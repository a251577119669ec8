"""Courses as packages (cmi5): ours, for every system; and the shelf of others that teach a course."""

import uuid
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.web.access import public
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import told
from leeward.justice.training.errors import CourseUnknown, PackageUnknown
from leeward.justice.training.forms.staff import PACKAGE_MOST, PackageForm
from leeward.justice.training.operations.shelving import ZIP, drop_package, shelve_package
from leeward.justice.training.queries.courses import list_courses
from leeward.justice.training.queries.packages import package_lines, package_of, read_content
from leeward.justice.training.views.authors import COURSES, author_page

PACKAGES = _("Packages for other systems")


@public
@require_safe
def packages(request: HttpRequest) -> HttpResponse:
    """What employers take for their own systems: our lessons, and the shelf."""
    courses = [each for each in list_courses() if each.versions]
    context = {"courses": courses, "shelf": package_lines(), "title": PACKAGES}
    return render(request, "training/packages.jinja", context)


@public
@require_safe
def own_package(_request: HttpRequest, course: str) -> HttpResponse:
    """Our newest version of a course, as a package."""
    try:
        number, packed = package_of(course)
    except CourseUnknown as error:
        raise Http404 from error
    return _file(packed, ZIP, f"{course}-{number}.zip")


@public
@require_safe
def shelved_package(_request: HttpRequest, package: uuid.UUID) -> HttpResponse:
    """A package of the shelf, as it was sent."""
    try:
        media_type, content = read_content(package)
    except PackageUnknown as error:
        raise Http404 from error
    return _file(content, media_type, f"{package}.{'zip' if media_type == ZIP else 'xml'}")


@takes_file(most_bytes=PACKAGE_MOST)
@author_page(title=PACKAGES, summary=_("Courses that others made as packages: shelved, and judged by their own rule."))
@takes_form
def shelf(request: HttpRequest) -> HttpResponse:
    """The shelf, and a package for it."""
    if "drop" in request.POST:
        _drop(request)
        return go("training:shelf")
    versions = [
        (f"{course.code}/{each.number}", f"{told(course.title)} – {gettext('version')} {each.number}")
        for course in list_courses()
        for each in course.versions
    ]
    form = PackageForm(typed(request), request.FILES or None, versions=versions)

    def save(by: Actor, now: datetime) -> uuid.UUID:
        code, _slash, number = form.cleaned_data["version"].partition("/")
        sent = form.cleaned_data["file"].read()
        return shelve_package(course=code, version=int(number), sent=sent, by=by, now=now)

    asking = Asking(
        form=form,
        title=PACKAGES,
        back=reverse("training:courses"),
        back_text=COURSES,
        save=save,
        then=reverse("training:shelf"),
        button=_("Add the package"),
        about=package_lines(),
    )
    return ask(request, asking, template="training/author/shelf.jinja")


def _drop(request: HttpRequest) -> None:
    try:
        package = uuid.UUID(request.POST["drop"])
    except ValueError:
        return
    drop_package(package=package, **stamp(request))


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
