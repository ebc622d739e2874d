"""Files: what may come in, and how it goes out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Invalid
from tickets.models import Attachment

MOST_FILES = 20
NAME_LENGTH = 200
PLAIN_TYPES = {
    ".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".md": "text/plain", ".json": "application/json",
    ".eml": "message/rfc822", ".msg": "application/vnd.ms-outlook",
}  # fmt: skip
ALLOWED = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".heic": "image/heic", ".bmp": "image/bmp", ".pdf": "application/pdf", ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", **PLAIN_TYPES,
}  # fmt: skip
# what a file is by its first bytes, whatever its name says
EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<svg|<script|<head|<body|<iframe)", re.IGNORECASE)
HEAD_BYTES = 4096


def store(file: UploadedFile, user: User) -> Attachment:
    """Keep an uploaded file, not yet on any ticket.

    Raises:
        Invalid: on `attachments`, naming the file: too large, empty, or of a kind we do not take.
    """
    name = clean_name(file.name or "")
    size = file.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise _refused(
            _("“%(name)s” is %(size)s; the limit is %(limit)s.")
            % {"name": name, "size": filesizeformat(size), "limit": limit}
        )
    if size == 0:
        raise _refused(_("“%(name)s” is empty.") % {"name": name})
    content_type = _content_type(file, name)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Attachment.objects.create(
        uploaded_by=user, file=file, name=name, size=size, content_type=content_type, sha256=digest.hexdigest()
    )


def own_uploads(request: SignedIn) -> list[Attachment]:
    """The files that a form names, as far as they are the sender's own."""
    wanted = _named(request)
    return list(Attachment.objects.filter(pk__in=wanted, uploaded_by=request.user)) if wanted else []


def _named(request: SignedIn) -> set[int]:
    return {whole_number(pk) or 0 for pk in request.POST.getlist("attachments")}


def uploads_of(request: SignedIn) -> list[Attachment]:
    """The files of a form: those uploaded ahead (by id) and those that came along with it.

    Raises:
        Invalid: on `attachments`; a file is refused, gone or somebody else's.
    """
    # one already on a ticket passes here: the same form sent twice must find what the first one did; `bind` refuses it
    ahead = own_uploads(request)
    if len(ahead) != len(_named(request)):
        raise _refused(_("One of the files is gone. Attach it again."))
    files: Iterable[UploadedFile] = request.FILES.getlist("files")
    stored = [*ahead, *(store(file, request.user) for file in files)]
    if len(stored) > MOST_FILES:
        raise _refused(_("At most %(most)s files fit on one message.") % {"most": MOST_FILES})
    return stored


def clean_name(name: str) -> str:
    """The last part of the path without control and direction characters, at most 200 long, its ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    stem, dot, ending = visible.rpartition(".")
    if len(visible) > NAME_LENGTH:
        visible = (
            f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"
            if dot and len(ending) < 10
            else visible[:NAME_LENGTH]
        )
    return visible or "file"


def _content_type(file: UploadedFile, name: str) -> str:
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    expected = ALLOWED.get(ending)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if expected is None or head.startswith(EXECUTABLE):
        raise _refused(
            _("“%(name)s” is a kind of file we do not take. Pictures, PDF, office and text files are fine.")
            % {"name": name}
        )
    if ending in PLAIN_TYPES:
        return expected
    if MARKUP.match(head) or not _looks_like(head, ending):
        raise _refused(_("“%(name)s” is not what its ending says.") % {"name": name})
    return expected


def _looks_like(head: bytes, ending: str) -> bool:
    """Whether the first bytes fit the ending. A container format may be reported as its container."""
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    same = {".jpeg": ".jpg"}
    return bool(found) and (
        same.get(ending, ending) in {same.get(item, item) for item in found}
        or bool(found & CONTAINERS.get(ending, set()))
    )


CONTAINERS = {
    ".docx": {".zip"}, ".xlsx": {".zip"}, ".pptx": {".zip"}, ".heic": {".mp4", ".heif", ".avif"}, ".mov": {".mp4"},
    ".doc": {".ole", ".xls", ".msi", ""}, ".xls": {".ole", ".doc", ".msi", ""}, ".ppt": {".ole", ".doc", ".msi", ""},
    ".webm": {".mkv"}, ".webp": {".riff", ".avi"}, ".mp4": {".mov", ".m4v", ".m4a"},
}  # fmt: skip


def _refused(message: str) -> Invalid:
    return Invalid.field("attachments", message)
