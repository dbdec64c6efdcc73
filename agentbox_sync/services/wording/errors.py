"""From the code of an error to a sentence for a person.

A code that no table knows gets a careful sentence that shows the code: somebody can search for
it, and nobody is told that all is well.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.services.wording.series import SERIES_ITEM

# About one item, in lower case (Microsoft's services differ in style).
ITEM: dict[str, Any] = {
    "errorinvalidproperty": gettext_lazy(
        "Exchange does not accept one of the values. Open the item in the CRM and look for an "
        "unusual phone number, address or date."
    ),
    "errorpropertyvalidationfailure": gettext_lazy(
        "Exchange does not accept one of the values. Open the item in the CRM and look for an "
        "unusual phone number, address or date."
    ),
    "errorinvalidrequest": gettext_lazy(
        "Exchange does not accept this item as it is. Correct it in the CRM; it is tried again "
        "as soon as it changes."
    ),
    "requestbodyread": gettext_lazy(
        "Exchange could not read this item. Correct it in the CRM; it is tried again as soon as "
        "it changes."
    ),
    "invaliddatetime": gettext_lazy(
        "Exchange does not accept a date of this item. Correct the date in the CRM."
    ),
    "unreadabletime": gettext_lazy(
        "A time of this item is none that can be read. Correct it in the CRM."
    ),
    "unreadabledate": gettext_lazy(
        "A date of this item is none that can be read. Correct it in the CRM."
    ),
    "errorinvalididmalformed": gettext_lazy(
        "Exchange no longer knows where it kept this item. Please tell a Master User."
    ),
    "requestentitytoolarge": gettext_lazy(
        "This item is too large for Exchange. Shorten its notes in the CRM."
    ),
    "errormessagesizeexceeded": gettext_lazy(
        "This item is too large for Exchange. Shorten its notes in the CRM."
    ),
    "http413": gettext_lazy("This item is too large for Exchange. Shorten its notes in the CRM."),
    "errorcannotdeleteobject": gettext_lazy(
        "Exchange does not let anybody delete this item. It stays as it is."
    ),
    "itemrefused": gettext_lazy("Exchange did not accept this item and gave no reason."),
    "itemprotected": gettext_lazy("Exchange does not let the CRM change this item."),
    "itemmissing": gettext_lazy("Exchange could not find this item. It will be looked up again."),
    "itemchanged": gettext_lazy(
        "Somebody was changing this item at the same time. It will be tried again."
    ),
    "crmvalidation": gettext_lazy(
        "The CRM does not accept one of the values. Open the item in the CRM and correct it there."
    ),
    "crmsave": gettext_lazy(
        "The CRM could not save this item. A Master User finds the reason in the log of the CRM."
    ),
    "crmnotoffered": gettext_lazy("The CRM does not offer this."),
    "ambiguous": gettext_lazy(
        "More than one item in Exchange may be the same one, so none was touched. Merge or "
        "delete the duplicates in Outlook, then sync again."
    ),
}

ITEM |= SERIES_ITEM

# About a whole connection or run.
CONNECTION: dict[str, Any] = {
    "collectionunsettled": gettext_lazy(
        "Microsoft did not answer when “Agentbox” was created in Outlook. It is looked up in a "
        "moment, and not created twice."
    ),
    "toomanynamesakes": gettext_lazy(
        "Too many folders, calendars or lists are called “Agentbox” in this mailbox. Rename or "
        "delete those that are not needed in Outlook."
    ),
    "grant_ended": gettext_lazy("Microsoft no longer accepts the earlier sign-in."),
    "interaction_required": gettext_lazy(
        "Microsoft wants another proof: a code on the phone, or a new password."
    ),
    "insufficient_claims": gettext_lazy(
        "Microsoft wants another proof: a code on the phone, or a new password."
    ),
    "access_blocked": gettext_lazy(
        "Microsoft has blocked this account. The Microsoft 365 administrator has to allow it."
    ),
    "consent_required": gettext_lazy(
        "The Microsoft 365 administrator has to approve the CRM first."
    ),
    "missing_scopes": gettext_lazy("Not every permission was granted at Microsoft."),
    "refused": gettext_lazy("Microsoft refused the sign-in and gave no reason that is known."),
    "invalidauthenticationtoken": gettext_lazy("Microsoft no longer accepts the earlier sign-in."),
    "mailboxnotenabledforrestapi": gettext_lazy(
        "This account has no mailbox that the CRM can reach: the licence may be missing, or the "
        "mailbox may not be in Microsoft 365."
    ),
    "errornonexistentmailbox": gettext_lazy(
        "This account has no mailbox that the CRM can reach: the licence may be missing, or the "
        "mailbox may have been deleted."
    ),
    "extensionerror": gettext_lazy(
        "The mailbox is not in Microsoft 365, or a policy of the company keeps the CRM out."
    ),
    "errorquotaexceeded": gettext_lazy("The mailbox is full. Make room in Outlook."),
    "quotalimitreached": gettext_lazy("The mailbox is full. Make room in Outlook."),
    "errorfoldernotfound": gettext_lazy(
        "The folder, calendar or list that is synced is no longer in Exchange."
    ),
    "erroraccessdenied": gettext_lazy(
        "Microsoft refuses access to the mailbox. The Microsoft 365 administrator has to allow it."
    ),
    "authorization_requestdenied": gettext_lazy(
        "Microsoft refuses access to the mailbox. The Microsoft 365 administrator has to allow it."
    ),
    "accessdenied": gettext_lazy(
        "Microsoft refuses access to the mailbox. The Microsoft 365 administrator has to allow it."
    ),
    "secret_refused": gettext_lazy(
        "Microsoft does not accept the CRM’s own password (its client secret): it is wrong or has "
        "expired."
    ),
    "organisation_refused": gettext_lazy(
        "Microsoft no longer lets the CRM in for the whole organisation: the administrator’s "
        "approval is missing or was withdrawn."
    ),
    "outsidethemailbox": gettext_lazy(
        "The CRM was about to look into another mailbox, which was not done."
    ),
    "application_unknown": gettext_lazy("Microsoft does not know the CRM’s app registration."),
    "tenant_unknown": gettext_lazy("Microsoft does not know the organisation in the settings."),
    "redirect_refused": gettext_lazy(
        "Microsoft does not know the address to which it should send people back."
    ),
    "request_refused": gettext_lazy("Microsoft calls the CRM’s request itself wrong."),
    "registration_invalid": gettext_lazy("The CRM’s app registration is not filled in."),
    "token_keys_invalid": gettext_lazy("The keys that protect the sign-ins are not set."),
    "token_key_missing": gettext_lazy(
        "The key that protects this sign-in is no longer among the CRM’s keys."
    ),
    "certificaterefused": gettext_lazy("The connection to Microsoft is not trusted."),
    "microsoft_unavailable": gettext_lazy("Microsoft’s sign-in did not answer."),
    "microsoft_busy": gettext_lazy("Microsoft asks for a pause."),
    "toomanyrequests": gettext_lazy("Microsoft asks for a pause."),
    "applicationthrottled": gettext_lazy("Microsoft asks for a pause."),
    "activitylimitreached": gettext_lazy("Microsoft asks for a pause."),
    "pauseasked": gettext_lazy("Microsoft asks for a pause."),
    "requestbudget": gettext_lazy(
        "So much was done in this mailbox that the CRM takes a pause of some minutes, before "
        "Microsoft asks for one."
    ),
    "unreachable": gettext_lazy("Microsoft did not answer."),
    "endlessround": gettext_lazy(
        "Microsoft’s list of what has changed did not come to an end. It is read anew."
    ),
    "serverfault": gettext_lazy("Microsoft had a fault of its own."),
    "trylater": gettext_lazy("Microsoft could not do it at that moment."),
    "leaselost": gettext_lazy("Another worker went on with it."),
    "deadlinereached": gettext_lazy("It was much to do; the next run goes on from there."),
    "configuration": gettext_lazy("A setting of the CRM is wrong."),
    "nothing_to_do": gettext_lazy("Nothing was switched on, so nothing was done."),
    "throttled": gettext_lazy("Microsoft asks for a pause."),
    "disconnected": gettext_lazy("The account was disconnected while it ran."),
    "leaving": gettext_lazy("The account is being disconnected, so it ended early."),
    "leaving_cancelled": gettext_lazy("It was stopped; the account stays connected."),
    "paused": gettext_lazy("Syncing was paused; it goes on from there when somebody resumes it."),
    "staff_deleted": gettext_lazy("The staff record was deleted from the CRM."),
}

# No answer, in the words of `requests`, whose class names are the codes of such errors.
UNANSWERED = frozenset(
    {
        "chunkedencodingerror",
        "connectionerror",
        "connecttimeout",
        "contentdecodingerror",
        "proxyerror",
        "readtimeout",
        "requestexception",
        "sslerror",
        "timeout",
        "toomanyredirects",
        "unexpectedanswer",
        "unreachable",
        "unreadableanswer",
        "http0",
        "http408",
    }
)
# A fault at Microsoft: what Graph calls it, or the bare status where it says nothing.
FAULTS = frozenset(
    {
        "badgateway",
        "errorinternalservererror",
        "errorinternalservertransienterror",
        "errorserverbusy",
        "gatewaytimeout",
        "generalexception",
        "internalservererror",
        "servicenotavailable",
        "serviceunavailable",
        "unknownerror",
        *(f"http{status}" for status in (500, 502, 503, 504)),
    }
)
CONNECTION |= dict.fromkeys(UNANSWERED, CONNECTION["unreachable"])
CONNECTION |= dict.fromkeys(FAULTS, CONNECTION["serverfault"])


def item_sentence(code: str) -> str:
    """Return why an item was set aside."""
    known = ITEM.get(code.lower())
    if known is not None:
        return str(known)
    return _(
        "Exchange did not accept this item. Microsoft’s word for it is “%(code)s”; a Master User "
        "can look it up."
    ) % {"code": code or "?"}


def connection_sentence(code: str) -> str:
    """Return why a connection or a run stopped; empty when no code was kept."""
    if not code:
        return ""
    known = CONNECTION.get(code.lower())
    if known is not None:
        return str(known)
    return _("The reason is not one that the CRM knows; Microsoft’s word for it is “%(code)s”.") % {
        "code": code
    }


def unseen_sentence(code: str) -> str:
    """Return why a page could not show what stands in Exchange."""
    if code == "busy":
        return _("A sync is running at this moment. Load the page again when it has ended.")
    if code == "paused":
        return _("Syncing is paused, so Exchange is not looked into before somebody resumes it.")
    if code in ("needs_sign_in", "no_token"):
        return _("Microsoft needs a sign-in first, so Exchange could not be looked into.")
    sentence = connection_sentence(code)
    again = _("Exchange could not be looked into just now. Load the page again in a minute.")
    return f"{sentence} {again}"
