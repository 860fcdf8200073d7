"""What one person may upload in a day, so that nobody fills the disk by mistake or on purpose."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from practices_pages.conf import conf
from practices_pages.uploads.refusal import UploadRefused

DAY = timedelta(days=1)


def check_quota(user: Any, size: int) -> None:
    """Raise UploadRefused when `size` more bytes by this person would be too much for one day."""
    # What still waits for its title is a file on the disk, too.
    count, bytes_taken = UploadedFile.objects.filter(uploaded_by_user=user).count(), size
    for model in (get_document_model(), get_image_model()):
        today = model.objects.filter(
            uploaded_by_user=user, created_at__gt=timezone.now() - DAY
        ).aggregate(count=Count("pk"), bytes=Sum("file_size"))
        count += today["count"]
        bytes_taken += today["bytes"] or 0
    if count >= conf.UPLOADS_PER_DAY:
        raise UploadRefused(
            _("You have uploaded %d files within a day, which is the limit. Go on tomorrow.")
            % conf.UPLOADS_PER_DAY
        )
    if bytes_taken > conf.UPLOAD_BYTES_PER_DAY:
        raise UploadRefused(
            _("With this file you would have uploaded more than %s within a day. Go on tomorrow.")
            % filesizeformat(conf.UPLOAD_BYTES_PER_DAY)
        )
