"""The demo host's part of the admin: logins whose second factor is lost can be let in again."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.second_factor import take_away

User = get_user_model()

# Rows of secrets are nothing to look at or to edit; what can be done with them is below.
admin.site.unregister(Authenticator)
admin.site.unregister(User)


@admin.register(User)
class LoginAdmin(UserAdmin):
    actions = ["take_second_factor_away"]

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Superusers alone: who may do this and set a password could become anybody."""
        return request.user.is_active and request.user.is_superuser

    @admin.action(
        description=gettext_lazy("Take the second factor away (lost phone)"),
        permissions=["reset"],
    )
    def take_second_factor_away(self, request: HttpRequest, chosen: QuerySet) -> None:
        reset = [user for user in chosen if take_away(user)]
        for user in reset:
            LogEntry.objects.log_actions(
                user_id=request.user.pk,
                queryset=[user],
                action_flag=CHANGE,
                change_message=_("Took the second factor away."),
                single_object=True,
            )
        if reset:
            sentence = ngettext(
                "One login has no second factor any more; the person sets up a new one at the "
                "next sign-in.",
                "%(count)d logins have no second factor any more; each person sets up a new one "
                "at the next sign-in.",
                len(reset),
            )
            self.message_user(request, sentence % {"count": len(reset)}, messages.SUCCESS)
        else:
            none = _("None of these logins has a second factor; nothing was changed.")
            self.message_user(request, none, messages.WARNING)
