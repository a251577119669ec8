"""What people see of a service, for editors: also of one that nobody else sees yet."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.society.directory.queries.showing import preview_service
from leeward.society.directory.views.public.showing import describe
from leeward.society.directory.views.staff.shared import editors, language


@editors
@require_safe
def preview(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """The public page of a service in the reader's language, with a line above it that says that this is a preview."""
    view = preview_service(service_id, language=language(), now=timezone.now())
    return render(request, "directory/staff/preview.jinja", describe(view))
