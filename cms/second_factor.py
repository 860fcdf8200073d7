"""A second factor for the people of the panel: an authenticator app, and recovery codes for the
day the telephone is lost.

The only writer of devices and codes. The rows are django-otp's; of a recovery code only a hash is
kept. What a session still owes is asked of `debt_of`, and enforced by cms.second_factor_gate.
"""

import base64
import hashlib
import re
import secrets
import time
from datetime import datetime
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY, verify_token
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.log_actions import log

from cms.sessions import end_sessions

# A row of whatever user model there is; requests say that it may be nobody.
Person = Any

CODES = 10
MOST_APPS = 5
APP_CODE = re.compile(r"[0-9]{6}")
RECOVERY_CODE = re.compile(r"[A-Z2-7]{16}")


class Debt(Enum):
    """What a session that knows the password still has to show."""

    NOTHING = "nothing"
    CODE = "code"
    SET_UP = "set-up"


class GuessesMustWait(Exception):
    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until:%H:%M:%S}")
        self.until = until


class DeviceIsGone(Exception):
    """The device that this session was verified with was removed."""


def debt_of(request: HttpRequest) -> Debt:
    """Raise DeviceIsGone for a session whose device was removed."""
    user: Person = request.user
    if not user.is_authenticated:
        return Debt.NOTHING
    verified_with = request.session.get(DEVICE_ID_SESSION_KEY)
    if verified_with:
        device = Device.from_persistent_id(verified_with)
        if device is None or device.user_id != user.pk or not device.confirmed:
            raise DeviceIsGone
        return Debt.NOTHING
    if apps_of(user).exists():
        return Debt.CODE
    is_required = settings.MFA_REQUIRED and user.has_perm("wagtailadmin.access_admin")
    return Debt.SET_UP if is_required else Debt.NOTHING


def apps_of(user: Person) -> QuerySet[Any]:
    devices: QuerySet[Any] = TOTPDevice.objects.filter(user=user, confirmed=True)
    return devices.order_by("pk")


def codes_left(user: Person) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def check_code(user: Person, typed: str) -> Device | None:
    """The device that accepts what was typed, once. Raise GuessesMustWait after wrong ones."""
    code = re.sub(r"[\s-]", "", typed).upper()
    if APP_CODE.fullmatch(code):
        devices = apps_of(user)
    elif RECOVERY_CODE.fullmatch(code):
        devices, code = StaticDevice.objects.filter(user=user), _hash(user, code)
    else:
        return None
    waits = [device.verify_is_allowed()[1] for device in devices]
    if waits and all(waits):
        raise GuessesMustWait(min(wait["locked_until"] for wait in waits))
    for device in devices:
        accepted = verify_token(user, device.persistent_id, code)
        if accepted:
            return accepted
    return None


def add_app(user: Person, *, key: str, name: str, typed: str) -> TOTPDevice | None:
    """Keep a new app once it has shown a right code; that code cannot be used again."""
    device = TOTPDevice(user=user, key=key, name=name[:64])
    code = re.sub(r"\s", "", typed)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    if not APP_CODE.fullmatch(code) or not totp.verify(int(code), device.tolerance):
        return None
    if apps_of(user).count() >= MOST_APPS:
        return None
    device.last_t, device.drift = totp.t(), totp.drift
    device.save()
    log(instance=user, action="cms.second_factor.add", user=user)
    return device


def new_recovery_codes(user: Person) -> list[str]:
    """Replace the codes; the new ones leave this module once, to be shown."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(CODES)]
    with transaction.atomic():
        # The device stays: a session may have been verified with it.
        device, _created = StaticDevice.objects.get_or_create(user=user, name="recovery")
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_hash(user, code)) for code in codes
        )
        log(instance=user, action="cms.second_factor.codes", user=user)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def are_codes_of(user: Person, codes: list[str]) -> bool:
    hashes = {_hash(user, code.replace("-", "")) for code in codes}
    kept = StaticToken.objects.filter(device__user=user, token__in=hashes).count()
    return bool(codes) and kept == len(codes)


def remove_app(device: TOTPDevice, *, request: HttpRequest) -> None:
    """Remove one's own app. Sessions verified with it end; the present one stays."""
    user: Person = request.user
    with transaction.atomic():
        device.delete()
        if not apps_of(user).exists():
            StaticDevice.objects.filter(user=user).delete()
        log(instance=user, action="cms.second_factor.remove", user=user)
    other = apps_of(user).first()
    if other:
        request.session[DEVICE_ID_SESSION_KEY] = other.persistent_id
    else:
        request.session.pop(DEVICE_ID_SESSION_KEY, None)


def remove_everything(user: Person, *, by: Person | None) -> int:
    """For somebody whose telephone is lost: apps, codes and sessions. Returns how many apps."""
    with transaction.atomic():
        apps = apps_of(user).count()
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        end_sessions(user)
        log(instance=user, action="cms.second_factor.reset", user=by)
    return apps


def _hash(user: Person, code: str) -> str:
    # Sixteen characters is what a row holds: 96 bits, of codes of 80. No key: rotating SECRET_KEY
    # must not take anybody's codes away, and 80 bits cannot be tried out.
    digest = hashlib.sha256(f"{user.pk}:{code}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()
