"""Signing in at Microsoft Entra ID and keeping the tokens: MSAL behind a few plain functions.

``flow`` gets a person signed in, ``tokens`` gets access tokens afterwards, ``cipher`` keeps them
unreadable at rest, ``errors`` names every bad end. No Django and no settings in here: callers
hand in an :class:`~agentbox_sync.oauth.client.AppRegistration` and a ``requests.Session``.
"""
