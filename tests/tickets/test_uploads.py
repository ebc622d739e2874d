"""S02 Files: what comes in, under which name, and how it goes out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core.errors import Invalid
from tests.security.payloads import FILE_NAMES
from tickets import commands
from tickets.models import Attachment, Ticket
from tickets.uploads import NAME_LENGTH, clean_name, store

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
HTML = b"<!doctype html><script>owned()</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="owned()"/>'


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "x")
    return buffer.getvalue()


TAKEN = [
    ("photo.png", PNG, "image/png"), ("photo.PNG", PNG, "image/png"), ("moving.gif", GIF, "image/gif"),
    ("scan.pdf", PDF, "application/pdf"), ("logs.zip", _zipped(), "application/zip"),
    ("words.txt", b"hello", "text/plain"), ("rows.csv", b"a,b\n=1+1,2", "text/csv"),
    ("page.txt", HTML, "text/plain"), ("trace.log", b"x" * 5000, "text/plain"),
]  # fmt: skip
REFUSED = [
    ("photo.png", b"MZ\x90\x00" + b"\x00" * 400), ("photo.png", b"\x7fELF" + b"\x00" * 400), ("photo.png", HTML),
    ("photo.png", SVG), ("photo.png", b"just words"), ("photo.jpg", PNG), ("scan.pdf", b"<html>" + PDF),
    ("picture.svg", SVG), ("picture.svgz", b"\x1f\x8b"), ("page.html", HTML), ("page.xhtml", HTML), ("page.htm", HTML),
    ("feed.xml", b"<?xml version='1.0'?>"), ("shell.php", b"<?php system('x');"), ("shell.pht", b"<?php"),
    ("tool.exe", b"MZ"), ("run.sh", b"#!/bin/sh"), ("notes.txt", b"#!/bin/sh\nrm"), ("notes.txt", b"MZ\x90\x00"),
    ("code.js", b"owned()"), ("style.css", b"*{}"), ("mail.mht", b"x"), ("app.jar", _zipped()), ("noending", b"x"),
    ("photo.png.exe", PNG), ("photo.png .html", PNG), (".png", PNG), ("x.swf", b"FWS"), ("x.wasm", b"\x00asm"),
    ("empty.txt", b""), ("photo.png", b""), ("x.hta", HTML), ("x.lnk", b"L\x00\x00\x00"), ("x.docx", b"words"),
]  # fmt: skip


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", content)
    file._name = name  # as a client wrote it, before Django tidied it
    return file


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN, ids=[row[0] for row in TAKEN])
def test_honest_files_are_taken(name: str, content: bytes, kind: str, requester: User) -> None:
    kept = store(upload(name, content), requester)
    assert (kept.name, kept.content_type, kept.size) == (name, kind, len(content))
    assert kept.file.read() == content
    assert name not in kept.file.name


@pytest.mark.parametrize(("name", "content"), REFUSED, ids=[f"{row[0]}-{row[1][:4]!r}" for row in REFUSED])
def test_other_kinds_are_refused_on_the_field(name: str, content: bytes, requester: User) -> None:
    with pytest.raises(Invalid) as caught:
        store(upload(name, content), requester)
    assert list(caught.value.fields) == ["attachments"]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "head", [b"\x00" * 40, b"PK", b"RIFF", b"\xff\xd8", b"\xd0\xcf\x11\xe0", b"ftyp", b"\xff" * 4096]
)
@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "heic", "doc", "docx", "mp4", "zip", "bmp", "webm"])
def test_broken_heads_are_refused_or_taken_but_never_an_error(head: bytes, ending: str, requester: User) -> None:
    try:
        store(upload(f"a.{ending}", head), requester)
    except Invalid as error:
        assert error.fields["attachments"]


@pytest.mark.parametrize("name", FILE_NAMES)
def test_names_are_tame(name: str) -> None:
    clean = clean_name(name)
    assert clean.endswith(".txt")
    assert len(clean) <= NAME_LENGTH
    assert clean.isprintable()
    assert not {"/", "\\", "\u202e"} & set(clean)


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_file_goes_out_as_a_download_and_nothing_else(name: str, requester: User, client: Client) -> None:
    kept = store(upload(name, HTML), requester)
    client.force_login(requester)
    answer = client.get(f"/attachments/{kept.pk}/", headers={"Accept": "text/html"})
    assert b"".join(answer.streaming_content) == HTML
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert len(answer.headers.get_all("Content-Disposition") if hasattr(answer.headers, "get_all") else [1]) == 1
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    if not kept.name.isascii():
        assert "filename*=utf-8''" in answer.headers["Content-Disposition"]


def test_a_file_whose_bytes_are_gone_is_a_404(requester: User, client: Client) -> None:
    kept = store(upload("a.txt", b"x"), requester)
    kept.file.storage.delete(kept.file.name)
    client.force_login(requester)
    assert client.get(f"/attachments/{kept.pk}/").status_code == 404


def test_a_file_too_large_is_named_and_the_text_stays(requester: User, client: Client) -> None:
    client.force_login(requester)
    large = SimpleUploadedFile("film.mp4", b"\x00" * 60 * 1024 * 1024)
    answer = client.post("/tickets/new/", {"subject": "Broken door", "description": "It squeaks.", "files": [large]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "film.mp4" in page and "the limit is 20.0" in page
    assert "Broken door" in page and "It squeaks." in page
    assert not Ticket.objects.exists()


def test_a_reply_with_a_file_too_large_keeps_its_text(
    opened: Callable[..., Ticket], requester: User, client: Client
) -> None:
    ticket = opened()
    client.force_login(requester)
    large = SimpleUploadedFile("film.mp4", b"\x00" * 21 * 1024 * 1024)
    answer = client.post(f"/my/tickets/{ticket.key}/reply/", {"body": "Look at this film", "files": [large]})
    assert answer.status_code == 422
    assert "Look at this film" in answer.content.decode()
    assert "film.mp4" in answer.content.decode()


def test_too_many_files_are_refused_with_words(requester: User, client: Client) -> None:
    client.force_login(requester)
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(21)]
    answer = client.post("/tickets/new/", {"subject": "Many", "description": "files of mine", "files": files})
    assert answer.status_code == 422
    assert "At most 20 files" in answer.content.decode()
    assert "files of mine" in answer.content.decode()


def test_the_same_form_sent_twice_with_files_is_one_ticket(requester: User, client: Client) -> None:
    client.force_login(requester)
    kept = store(upload("a.txt", b"x"), requester)
    typed = {"subject": "Twice", "description": "x", "attachments": [str(kept.pk)], "submission_key": "k"}
    answers = [client.post("/tickets/new/", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Ticket.objects.count() == 1


def test_a_file_sits_on_one_message_only(opened: Callable[..., Ticket], requester: User, client: Client) -> None:
    ticket, kept = opened(), store(upload("a.txt", b"x"), requester)
    commands.reply(ticket, actor=requester, body="one", attachments=[kept])
    with pytest.raises(Invalid):
        commands.reply(ticket, actor=requester, body="two", attachments=[kept])


def test_an_upload_ahead_says_what_is_wrong(requester: User, client: Client) -> None:
    client.force_login(requester)
    assert client.post("/uploads/").status_code == 400
    answer = client.post("/uploads/", {"file": SimpleUploadedFile("a.svg", SVG)})
    assert answer.status_code == 422
    assert "a.svg" in answer.content.decode()
