"""Evidence: looked at, kept privately, a row with its file and never one without the other."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from common.files import check
from tasks.evidence import discard, store
from tasks.models import Activity, Evidence
from tests.tasks.activity_forms import form_data, logged

URL = "/activities/log/"


def text(name: str = "记录.txt", content: str = "会议记录") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


def picture() -> SimpleUploadedFile:
    image, out = Image.new("RGB", (40, 30), "white"), io.BytesIO()
    exif = image.getexif()
    exif[0x010E] = "on the roof"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("现场.jpg", out.getvalue())


def stored(settings) -> list[Path]:
    return [path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()]


@pytest.fixture
def browser(institute, client_of):
    return client_of(institute.secretary)


@pytest.fixture
def kept(institute, browser):
    browser.post(
        URL, form_data(institute.branch, uploads=[text(), picture()], not_classified="on", action="draft")
    )
    return Activity.objects.get()


def test_files_are_kept_with_their_rows(institute, browser, kept, settings):
    rows = {row.name: row for row in kept.evidence.all()}
    assert set(rows) == {"记录.txt", "现场.jpg"}
    assert len(stored(settings)) == 2
    row = rows["记录.txt"]
    assert row.sha256 == hashlib.sha256("会议记录".encode()).hexdigest()
    assert (row.level, row.happened_on, row.uploaded_by) == ("internal", kept.held_on, institute.secretary)
    assert row.name not in row.file
    path = Path(settings.PRIVATE_FILES_DIR) / rows["现场.jpg"].file
    assert not Image.open(path).getexif()


def test_a_download_is_an_attachment_that_is_never_sniffed(browser, kept):
    answer = browser.get(f"/evidence/{kept.evidence.get(name='记录.txt').pk}/")
    assert b"".join(answer.streaming_content) == "会议记录".encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_out_of_scope_does_not_exist(institute, client_of, kept):
    path = f"/evidence/{kept.evidence.first().pk}/"
    assert client_of(institute.other_secretary).get(path).status_code == 404
    assert client_of(institute.member).get(path).status_code == 404  # a draft is its officers' matter
    assert client_of(institute.system_admin).get(path).status_code == 403
    kept.submit(by=institute.secretary, at=timezone.now())
    assert client_of(institute.member).get(path).status_code == 200
    assert client_of(institute.office).get("/evidence/999999/").status_code == 404


def test_without_the_confirmation_nothing_is_kept(institute, browser, settings):
    answer = browser.post(URL, form_data(institute.branch, uploads=[text()], result="写好的结果"))
    assert "not_classified" in answer.context["form"].errors
    assert "写好的结果" in answer.content.decode()
    assert not Activity.objects.exists()
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("通知.txt", "机密★10年\n关于某事的通知"),
        ("空.txt", ""),
        ("程序.exe", "MZ"),
        ("旧.doc", "x"),
        ("假.pdf", "not a pdf"),
        ("宏.docx", "not a zip"),
    ],
)
def test_a_file_that_must_not_be_kept_is_named_with_its_reason(institute, browser, settings, name, content):
    answer = browser.post(
        URL, form_data(institute.branch, uploads=[text("好.txt"), text(name, content)], not_classified="on")
    )
    assert name in str(answer.context["form"].errors["uploads"])
    assert not Activity.objects.exists()
    assert stored(settings) == []


def test_too_many_files_are_refused(institute, browser):
    uploads = [text(f"{number}.txt") for number in range(10)]
    answer = browser.post(URL, form_data(institute.branch, uploads=uploads, not_classified="on"))
    assert "uploads" in answer.context["form"].errors


def test_an_error_elsewhere_says_that_the_files_must_be_chosen_again(institute, browser):
    answer = browser.post(
        URL, form_data(institute.branch, uploads=[text()], not_classified="on", held_on="2026-02-31")
    )
    assert set(answer.context["form"].errors) == {"held_on", "uploads"}


def test_a_form_sent_twice_keeps_its_files_once(institute, browser, settings):
    token = form_data(institute.branch)["token"]
    for _time in range(2):
        browser.post(URL, form_data(institute.branch, token=token, uploads=[text()], not_classified="on"))
    assert Evidence.objects.count() == len(stored(settings)) == 1


def test_no_file_stays_when_its_row_is_not_written(institute, settings, monkeypatch):
    activity = logged(institute.branch, institute.secretary)

    def refuse(**values):
        raise RuntimeError("no row")

    monkeypatch.setattr(Evidence.objects, "create", refuse)
    with pytest.raises(RuntimeError):
        store(check(text(), "记录.txt"), by=institute.secretary, activity=activity)
    assert stored(settings) == []


def test_a_file_goes_only_after_the_removal_of_its_row_is_certain(
    institute, settings, django_capture_on_commit_callbacks
):
    activity = logged(institute.branch, institute.secretary)
    row = store(check(text(), "记录.txt"), by=institute.secretary, activity=activity)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        discard(row)
    assert not Evidence.objects.exists()
    assert len(stored(settings)) == 1
    callbacks[0]()
    assert stored(settings) == []


def test_a_file_is_removed_from_a_draft_and_that_is_written_down(institute, browser, client_of, kept):
    row = kept.evidence.get(name="记录.txt")
    assert client_of(institute.other_secretary).post(f"/evidence/{row.pk}/remove/").status_code == 404
    assert browser.get(f"/evidence/{row.pk}/remove/").status_code == 405
    assert browser.post(f"/evidence/{row.pk}/remove/").status_code == 302
    assert [entry.name for entry in kept.evidence.all()] == ["现场.jpg"]
    assert (kept.events.first().step, kept.events.first().note) == ("remove_file", "记录.txt")


def test_what_is_approved_keeps_its_files(institute, browser, kept):
    kept.submit(by=institute.secretary, at=timezone.now())
    kept.approve(by=institute.office, at=timezone.now())
    assert browser.post(f"/evidence/{kept.evidence.first().pk}/remove/").status_code == 403
    assert kept.evidence.count() == 2
