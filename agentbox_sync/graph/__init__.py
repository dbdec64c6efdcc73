"""Microsoft Graph v1.0 over ``requests``: no Django, no ORM, no settings.

``transport`` opens the session, ``client`` sends (single reads and ``$batch``), ``retry`` decides
what is sent again, ``batch``, ``links``, ``delta``, ``stamp`` and ``errors`` are pure, ``codecs``
translate one kind of item each, ``stores`` put one kind's questions into requests, and
``mailbox.GraphMailbox`` is the :class:`agentbox_sync.ports.RemoteStore` made of them.

Each fact about Graph that nobody has confirmed on a real tenant and that the code leans on is one
constant at the top of the module it rules, with the alternative beside it.
"""
