"""What the host's error mails may hold of a request to one of our pages: hardly anything."""

from __future__ import annotations

from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import SafeExceptionReporterFilter


class Reticent(SafeExceptionReporterFilter):
    """Leaves out what was sent and what every function had in its hands.

    That may be tokens on their way to the database, or a contact. The traceback itself stays, and
    so does everything while DEBUG is on.
    """

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return the headers without addresses that may have held a code."""
        meta: dict[str, Any] = super().get_safe_request_meta(request)
        hidden = {"QUERY_STRING", "HTTP_REFERER", "HTTP_COOKIE"} & meta.keys()
        return meta | dict.fromkeys(hidden, self.cleansed_substitute)

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Return the names of the cookies alone."""
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        """Return the names of what was sent alone."""
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> Any:
        """Return no variable of any function."""
        if request is None or not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return []


def reticent(request: HttpRequest) -> None:
    """Let whatever goes wrong with this request be told without what it was about."""
    request.exception_reporter_filter = Reticent()  # type: ignore[attr-defined]  # Django's hook


def taken_query(request: HttpRequest) -> dict[str, str]:
    """Return the query and take it out of the request: no error mail, no log line repeats it."""
    query = request.GET.dict()
    request.GET = QueryDict()  # type: ignore[assignment]
    request.META["QUERY_STRING"] = ""
    return query
