from django.core.exceptions import ValidationError


class UploadRefused(ValidationError):
    """The file is not taken; the message says why, and what its owner can do. Forms show it."""
