from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import Invalid, NotVisible
from tickets.reading import attachment_by_id
from tickets.uploads import store


@require_POST
def upload(request: SignedIn) -> HttpResponse:
    """Take one file ahead of its form; answer with the line that stands for it there."""
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse(status=400)
    try:
        attachment = store(file, request.user)
    except Invalid as error:
        return render(request, "components/_error_summary.html", {"errors": error.fields["attachments"][0]}, status=422)
    return render(request, "components/_upload.html", {"attachment": attachment})


def attachment(request: SignedIn, pk: int) -> FileResponse:
    """Hand out a file, always as a download: nothing somebody sent is ever rendered on our own address."""
    found = attachment_by_id(request.user, pk)
    try:
        stream = found.file.open("rb")
    except FileNotFoundError:
        raise NotVisible() from None
    response = FileResponse(stream, as_attachment=True, filename=found.name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
