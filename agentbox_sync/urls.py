"""Addresses of the app; the host includes them once, anywhere, under any prefix."""

from __future__ import annotations

from django.urls import path

from agentbox_sync.views import (
    actions,
    allow,
    aside,
    at_once,
    card,
    connect,
    decide,
    disconnect,
    invite,
    offer,
    organisation,
    overview,
    pause,
    preview,
    reviews,
    runs,
    settings,
    undo,
    why,
)

app_name = "agentbox_sync"

urlpatterns = [
    # Registered in Entra ID: a change of this one has to be made there as well.
    path("callback/", connect.callback, name="callback"),
    path("confirm/<slug:key>/", connect.confirm, name="confirm"),
    path("mine/", card.mine, name="mine"),
    path("offered/", offer.offer, name="offer"),
    path("organisation/", organisation.organisation, name="organisation"),
    path(
        "organisation/<int:pk>/check/", organisation.check_organisation, name="organisation_check"
    ),
    path("organisation/<int:pk>/mailboxes/", organisation.mailboxes, name="organisation_mailboxes"),
    path("organisation/<int:pk>/end/", organisation.end_organisation, name="organisation_end"),
    path("staff/<str:staff_pk>/", card.card, name="card"),
    path("staff/<str:staff_pk>/allow/", allow.allow, name="allow"),
    path("staff/<str:staff_pk>/help/", connect.help_page, name="help"),
    path("staff/<str:staff_pk>/invite/", invite.invite, name="invite"),
    path("invitation/<slug:token>/", invite.invitation, name="invitation"),
    path("staff/<str:staff_pk>/connect/", connect.connect, name="connect"),
    path("connections/", overview.overview, name="overview"),
    path("connections/at-once/", at_once.at_once, name="at_once"),
    path("connections/<int:pk>/disconnect/", disconnect.disconnect, name="disconnect"),
    path("connections/<int:pk>/stay/", disconnect.stay, name="stay"),
    path("connections/<int:pk>/configure/<slug:kind>/", settings.configure, name="configure"),
    path("connections/<int:pk>/pause/", pause.pause, name="pause"),
    path("connections/<int:pk>/resume/", pause.resume, name="resume"),
    path("connections/<int:pk>/sync/", actions.synchronise, name="sync"),
    path("connections/<int:pk>/set-aside/", aside.set_aside, name="set_aside"),
    path("connections/<int:pk>/retry/", aside.try_again, name="retry"),
    path("connections/<int:pk>/progress/", actions.ask_progress, name="progress"),
    path("connections/<int:pk>/preview/<slug:kind>/", preview.preview, name="preview"),
    path("connections/<int:pk>/preview/<slug:kind>/go/", preview.go, name="go"),
    path("connections/<int:pk>/reviews/", reviews.reviews, name="reviews"),
    path("connections/<int:pk>/reviews/<slug:place>/<int:link_pk>/", reviews.review, name="review"),
    path("connections/<int:pk>/runs/", runs.runs, name="runs"),
    path("connections/<int:pk>/decide/", decide.decide, name="decide"),
    path("decisions/<int:pk>/withdraw/", decide.withdraw, name="withdraw"),
    path("runs/<int:pk>/changes/", undo.changes, name="changes"),
    path("changes/<int:pk>/undo/", undo.undo, name="undo"),
    path("reviews/<int:pk>/let-go/", actions.let_go, name="let_go"),
    path("why/<str:model>/<str:pk>/", why.why, name="why"),
]
