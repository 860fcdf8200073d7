"""Doors for visitors. GET shows a page, only POST acts; no page here needs a cookie.

A mailed link is the key to its own page, so these views check no CSRF token: who could forge the
request has the link already. The sign-up acts for nobody who is logged in either; what is
checked there is that the browser sent the form from this site.
"""

from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from newsletter import consent, throttle, tokens
from newsletter.conf import conf
from newsletter.consent import Method
from newsletter.errors import ClauseChanged, LinkExpired, LinkInvalid, NotMailable, TopicsRefused
from newsletter.forms import SignUpForm, TopicsForm
from newsletter.models import Subscription, SubscriptionState
from newsletter.networks import hops, network_of
from newsletter.tasks import wake_worker
from newsletter.tokens import Link, Purpose
from newsletter.topics import ALL, topic_labels

UNREADABLE = (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError)
PRIVATE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


@method_decorator([csrf_exempt, cache_control(private=True, no_store=True)], name="dispatch")
class SignUpView(View):
    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, SignUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        network = _network(request)
        if not _is_sent_from_here(request):
            return render(request, "newsletter/refused.html", status=403)
        if not throttle.take(
            f"network:{network}", limit=conf.SIGN_UPS_PER_NETWORK_PER_HOUR, seconds=throttle.HOUR
        ):
            return _too_many(request)
        posted = _posted(request)
        if posted is None:
            return render(request, "newsletter/unreadable.html", status=400)
        form = SignUpForm(posted)
        if not form.is_valid():
            return self._page(request, form, status=422)
        if form.is_automatic:
            return redirect("newsletter:sent")
        try:
            consent.request_subscription(form.sign_up(form=request.path, network=network))
        except ClauseChanged:
            form.ask_to_read_again()
            return self._page(request, form, status=422)
        wake_worker()
        return redirect("newsletter:sent")

    def _page(self, request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
        return render(request, "newsletter/sign_up.html", {"form": form}, status=status)


class SentView(TemplateView):
    """The one answer to every sign-up."""

    template_name = "newsletter/sent.html"
    http_method_names = ["get", "head", "options"]
    extra_context = {"conf": conf}


@method_decorator(csrf_exempt, name="dispatch")
class LinkView(View):
    """A page behind a mailed link: never cached, never passed on, never a 500 for a bad link."""

    http_method_names = ["get", "head", "options", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except LinkExpired:
            response = render(request, "newsletter/link_expired.html", status=410)
        except LinkInvalid:
            response = render(request, "newsletter/link_invalid.html", status=404)
        for name, value in PRIVATE_HEADERS.items():
            response.headers[name] = value
        return response


class ConfirmView(LinkView):
    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        subscription = consent.pending_sign_up(tokens.read(Purpose.CONFIRM, token))
        if subscription.state == SubscriptionState.CONFIRMED:
            return _with_topics(request, "newsletter/confirmed.html", subscription)
        return _with_topics(request, "newsletter/confirm.html", subscription)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = tokens.read(Purpose.CONFIRM, token)
        subscription = consent.confirm(link, form="confirm", network=_network(request))
        return _with_topics(request, "newsletter/confirmed.html", subscription)


class UnsubscribeView(LinkView):
    """RFC 8058: the mailbox provider posts here, without cookies; so does the button on the page.

    For somebody who was erased it answers the same: there is nothing left to end.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        tokens.read(Purpose.UNSUBSCRIBE, token)
        return render(request, "newsletter/unsubscribe.html")

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = tokens.read(Purpose.UNSUBSCRIBE, token)
        subscription = _subscription(link)
        if subscription:
            consent.withdraw(
                subscription,
                method=_unsubscribe_method(request),
                form="unsubscribe",
                network=_network(request),
            )
        return render(request, "newsletter/unsubscribed.html")


class ManageView(LinkView):
    """Topics and leaving. A link from an announcement may only reduce; a fresh one may add."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        subscription, purpose = _managed(token)
        if subscription is None:
            return render(request, "newsletter/unsubscribed.html")
        return self._page(request, purpose, _topics_form(subscription, purpose))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        subscription, purpose = _managed(token)
        posted = _posted(request)
        if posted is None:
            return render(request, "newsletter/unreadable.html", status=400)
        if subscription is None:
            return render(request, "newsletter/unsubscribed.html")
        match posted.get("action"):
            case "unsubscribe":
                return self._unsubscribe(request, subscription)
            case "fresh-link":
                consent.request_fresh_link(subscription)
                wake_worker()
                return render(request, "newsletter/fresh_link_sent.html", {"conf": conf})
            case "erase" if purpose is Purpose.FRESH:
                consent.erase(subscription, method=Method.MAILED_LINK, form="manage")
                return render(request, "newsletter/erased.html")
        return self._change(request, subscription, purpose, posted)

    def _unsubscribe(self, request: HttpRequest, subscription: Subscription) -> HttpResponse:
        consent.withdraw(
            subscription, method=Method.MAILED_LINK, form="manage", network=_network(request)
        )
        return render(request, "newsletter/unsubscribed.html")

    def _change(
        self,
        request: HttpRequest,
        subscription: Subscription,
        purpose: Purpose,
        posted: QueryDict,
    ) -> HttpResponse:
        form = _topics_form(subscription, purpose, posted)
        if not form.is_valid():
            return self._page(request, purpose, form, status=422)
        change = consent.change_topics if purpose is Purpose.FRESH else consent.reduce_topics
        try:
            change(
                subscription,
                form.cleaned_data["topics"],
                method=Method.MAILED_LINK,
                form="manage",
                network=_network(request),
            )
        except TopicsRefused:  # Another tab reduced them meanwhile.
            return self._page(
                request, purpose, _topics_form(subscription, purpose), status=409, is_stale=True
            )
        except NotMailable:
            return render(request, "newsletter/unsubscribed.html")
        return self._page(request, purpose, _topics_form(subscription, purpose), is_saved=True)

    def _page(
        self,
        request: HttpRequest,
        purpose: Purpose,
        form: TopicsForm,
        *,
        status: int = 200,
        **shown: bool,
    ) -> HttpResponse:
        context = {"form": form, "may_add": purpose is Purpose.FRESH, **shown}
        return render(request, "newsletter/manage.html", context, status=status)


def _managed(token: str) -> tuple[Subscription | None, Purpose]:
    """Whose page it is (nobody's after leaving or erasure) and what the link may do."""
    try:
        link, purpose = tokens.read(Purpose.MANAGE, token), Purpose.MANAGE
    except LinkInvalid:
        link, purpose = tokens.read(Purpose.FRESH, token), Purpose.FRESH
    subscription = _subscription(link)
    if subscription is None or subscription.state != SubscriptionState.CONFIRMED:
        return None, purpose
    return subscription, purpose


def _topics_form(
    subscription: Subscription, purpose: Purpose, posted: QueryDict | None = None
) -> TopicsForm:
    chosen = consent.chosen_topics(subscription)
    may_choose_any = purpose is Purpose.FRESH or ALL in chosen
    return TopicsForm(
        posted,
        initial={"topics": chosen},
        offered=None if may_choose_any else chosen,
        auto_id="manage-%s",
    )


def _subscription(link: Link) -> Subscription | None:
    return Subscription.objects.filter(ref=link.subject_ref).first()


def _with_topics(request: HttpRequest, template: str, subscription: Subscription) -> HttpResponse:
    labels = topic_labels()
    topics = [labels.get(key, key) for key in sorted(consent.chosen_topics(subscription))]
    return render(request, template, {"topics": topics})


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "newsletter/too_many.html", status=429)
    response["Retry-After"] = str(throttle.HOUR)
    return response


def _network(request: HttpRequest) -> str:
    return network_of(*hops(request.META))


def _posted(request: HttpRequest) -> QueryDict | None:
    """The fields of the form; None when the body is cut, too big or not in UTF-8."""
    try:
        return request.POST
    except UNREADABLE:
        return None


def _unsubscribe_method(request: HttpRequest) -> Method:
    # Whatever the body is, who posts to this address wants out.
    posted = _posted(request)
    one_click = posted is not None and posted.get("List-Unsubscribe") == "One-Click"
    return Method.ONE_CLICK if one_click else Method.MAILED_LINK


def _is_sent_from_here(request: HttpRequest) -> bool:
    """Whether the browser says so. What is no browser (no such header) has nobody's cookies."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return not origin or origin.partition("://")[2] == request.get_host()
