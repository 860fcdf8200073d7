"""Webhooks in the shape of Mailgun's documented payloads, signed as Mailgun signs."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from tests.newsletter.factories import ANA

KEY = "webhook-signing-key"
SECRET = "mailgun:webhook-secret"
ADDRESS = "/anymail/mailgun/tracking/"
SETTINGS = {
    "MAILGUN_API_KEY": "key",
    "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
    "WEBHOOK_SECRET": SECRET,
}


def basic(secret=SECRET):
    return {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def signature(key=KEY, *, token=None, timestamp=None):
    token, timestamp = token or uuid.uuid4().hex, str(timestamp or int(time.time()))
    signed = hmac.new(key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    return {"timestamp": timestamp, "token": token, "signature": signed}


def post(client, body, headers=None):
    return client.post(
        ADDRESS,
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers=basic() if headers is None else headers,
    )


def event_data(event, address=ANA, delivery=None):
    data = {
        "event": event,
        "id": uuid.uuid4().hex,
        "timestamp": time.time(),
        "log-level": "info",
        "recipient": address,
        "message": {"headers": {"message-id": "20260101.1@mg.testowo.example", "to": address}},
        "user-variables": {"delivery": str(delivery.id)} if delivery else {},
        "tags": ["newsletter"],
        "delivery-status": {"code": 250, "message": "OK", "description": ""},
    }
    if event == "failed":
        data |= {
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {
                "code": 550,
                "enhanced-code": "5.1.1",
                "message": f"5.1.1 <{address}> User unknown",
            },
        }
    return data
