"""Adapters: an SMS gateway by a signed form, the group robots of 企业微信 and 钉钉/浙政钉 by their published JSON."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

from data.settings import Settings
from policy.vocabulary_notice import Channel

TIMEOUT: Final = 5.0  # seconds a gateway has to answer
LARGEST: Final = 64 * 1024
THROTTLED: Final[Mapping[Channel, frozenset[int]]] = {
    Channel.WECOM: frozenset({45009, 45033}),  # calls a minute used up
    Channel.DINGTALK: frozenset({130101, 90018}),  # twenty a minute used up
    Channel.SMS: frozenset({429}),
}
PAUSE: Final = 60.0  # seconds after which a robot that was asked too often is asked again


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a key that stays the same when it is tried again, the telephone, the words."""

    key: str
    phone: str
    text: str


class Unsent(Exception):
    """A message did not go: why, whether to try again, and after how many seconds at the earliest."""

    def __init__(self, why: str, *, again: bool, after: float = 0.0) -> None:
        """`why` is for the log and the list of faults; it holds no address and no secret."""
        super().__init__(why)
        self.why, self.again, self.after = why, again, after


class Way(Protocol):
    """A way out: sends one message, or raises Unsent."""

    def send(self, message: Message, now: datetime) -> None:
        """Send one message."""


@dataclass(frozen=True, slots=True)
class Sms:
    """A gateway that takes a form: `account, mobile, content, msg_id, timestamp, sign`, and answers `{"code": 0}`.

    `sign` is HMAC-SHA256 of `account + mobile + msg_id + timestamp` in hexadecimal; the same `msg_id` is sent once.
    """

    url: str
    account: str
    secret: str

    def send(self, message: Message, now: datetime) -> None:
        """Send one short message."""
        stamp = str(int(now.timestamp()))
        signed = f"{self.account}{message.phone}{message.key}{stamp}"
        sign = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        form = {"account": self.account, "mobile": message.phone, "content": message.text, "msg_id": message.key}
        body = urlencode(form | {"timestamp": stamp, "sign": sign}).encode()
        answer = _post(self.url, body, "application/x-www-form-urlencoded; charset=utf-8")
        _check(Channel.SMS, answer, "code")


@dataclass(frozen=True, slots=True)
class Wecom:
    """The group robot of 企业微信: text with the telephones of those who are mentioned."""

    url: str

    def send(self, message: Message, now: datetime) -> None:
        """Post one text."""
        text = {"content": message.text, "mentioned_mobile_list": [message.phone] if message.phone else []}
        body = json.dumps({"msgtype": "text", "text": text}).encode()
        _check(Channel.WECOM, _post(self.url, body, "application/json"), "errcode")


@dataclass(frozen=True, slots=True)
class Dingtalk:
    """The group robot of 钉钉 and 浙政钉; signed with time and secret where it has one."""

    url: str
    secret: str

    def send(self, message: Message, now: datetime) -> None:
        """Post one text."""
        at = {"atMobiles": [message.phone] if message.phone else [], "isAtAll": False}
        body = json.dumps({"msgtype": "text", "text": {"content": message.text}, "at": at}).encode()
        _check(Channel.DINGTALK, _post(self._signed(now), body, "application/json"), "errcode")

    def _signed(self, now: datetime) -> str:
        if not self.secret:
            return self.url
        stamp = str(int(now.timestamp() * 1000))
        digest = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        joint = "&" if "?" in self.url else "?"
        return f"{self.url}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


@dataclass(frozen=True, slots=True)
class Pretended:
    """What stands for every way in a drill: nothing leaves the program."""

    def send(self, message: Message, now: datetime) -> None:
        """Send nothing."""


def ways(settings: Settings) -> Mapping[Channel, Way]:
    """The ways that are set up; in a drill none of them is real."""
    if settings.drill:
        return dict.fromkeys(THROTTLED, Pretended())
    made: dict[Channel, tuple[str, Callable[[], Way]]] = {
        Channel.SMS: (
            settings.sms_url,
            lambda: Sms(settings.sms_url, settings.sms_account, settings.sms_secret),
        ),
        Channel.WECOM: (settings.wecom_url, lambda: Wecom(settings.wecom_url)),
        Channel.DINGTALK: (
            settings.dingtalk_url,
            lambda: Dingtalk(settings.dingtalk_url, settings.dingtalk_secret),
        ),
    }
    return {way: make() for way, (url, make) in made.items() if url}


def _post(url: str, body: bytes, kind: str) -> Mapping[str, Any]:
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unsent("address is neither http nor https", again=False)
    request = Request(url, data=body, headers={"Content-Type": kind}, method="POST")  # noqa: S310  # checked above
    try:
        with urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310  # checked above
            found = json.loads(reply.read(LARGEST))
    except HTTPError as fault:
        raise _of_status(fault) from None
    except (URLError, TimeoutError, ConnectionError) as fault:
        raise Unsent(f"no answer: {type(getattr(fault, 'reason', fault)).__name__}", again=True) from None
    except ValueError:
        raise Unsent("the answer is not JSON", again=True) from None
    if not isinstance(found, dict):
        raise Unsent("the answer is not an object", again=True)
    return found


def _of_status(fault: HTTPError) -> Unsent:
    """Too many requests and faults of the gateway are tried again, what it refuses is not."""
    after = fault.headers.get("Retry-After", "")
    again = fault.code in (408, 429) or fault.code >= 500
    return Unsent(f"HTTP {fault.code}", again=again, after=float(after) if after.isdigit() else 0.0)


def _check(way: Channel, answer: Mapping[str, Any], name: str) -> None:
    code = answer.get(name)
    if code == 0:
        return
    throttled = code in THROTTLED[way]
    words = str(answer.get("errmsg") or answer.get("msg") or "")[:200]
    raise Unsent(f"{name} {code} {words}".strip(), again=throttled, after=PAUSE if throttled else 0.0)
