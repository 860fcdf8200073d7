"""The forms through which every file comes in: one, many, replaced, or from a chooser.

WAGTAILDOCS_DOCUMENT_FORM_BASE and WAGTAILIMAGES_IMAGE_FORM_BASE name them.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.collections import BaseCollectionMemberForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from practices_pages.isolation import is_author
from practices_pages.uploads.documents import check_document, check_size
from practices_pages.uploads.images import clean_image
from practices_pages.uploads.names import clean_name, clean_text
from practices_pages.uploads.quota import check_quota


class JudgedFileForm(BaseCollectionMemberForm):
    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.uploader = user
        if user is not None and is_author(user):
            # Tags are offered to everybody: an author's own would tell of unpublished work.
            self.fields.pop("tags", None)

    def full_clean(self) -> None:
        # Before any field looks: the name decides what a file claims to be.
        upload = self.files.get(self.add_prefix("file")) if self.is_bound else None
        if upload is not None:
            upload.name = clean_name(upload.name or "")
        super().full_clean()

    def clean_title(self) -> str:
        return clean_text(self.cleaned_data["title"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Without a new one the form hands back what is stored.
        if isinstance(file, UploadedFile):
            self.judge(file)
            if self.uploader is not None:
                check_quota(self.uploader, file.size or 0)
        return file

    def judge(self, upload: UploadedFile) -> None:
        """Raise UploadRefused, or leave in `upload` what may be stored."""

    def add_error(self, field: Any, error: Any) -> None:
        # A refused file does not reach the model, which then complains that it has no extension.
        if field is None and "file" in self.errors and hasattr(error, "error_dict"):
            error.error_dict.pop("file", None)
            if not error.error_dict:
                return
        super().add_error(field, error)


class DocumentForm(JudgedFileForm, BaseDocumentForm):
    class Meta(BaseDocumentForm.Meta):
        pass

    def judge(self, upload: UploadedFile) -> None:
        check_size(upload.size or 0, upload.name or "")
        check_document(upload, upload.name or "")


class ImageForm(JudgedFileForm, BaseImageForm):
    class Meta(BaseImageForm.Meta):
        pass

    def judge(self, upload: UploadedFile) -> None:
        content = clean_image(upload, upload.name or "")
        # In place: a file on the disk is moved from there, and the form is not the only one that
        # holds this object.
        upload.seek(0)
        upload.truncate()
        upload.write(content)
        upload.flush()
        upload.seek(0)
        upload.size = len(content)
