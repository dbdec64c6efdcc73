"""The pure heart of agentbox_sync: what to do, never doing it.

Nothing below this package knows Django, a socket, a clock or a random number: every function is
a value in, a value out. The words that the whole project uses are defined here, once.

local
    The CRM side.
remote
    The Microsoft side.
kind
    ``contacts``, ``calendar`` or ``tasks``: one slice of the product, see :mod:`.kinds`.
collection
    One remote folder, calendar or list; it has one delta chain.
record
    The neutral value of one item: a plain dict, one entry per *atom*. An absent entry means
    "not known", ``None`` or an empty value means "known to be empty".
atom
    The smallest group of fields that is compared, merged and written as one.
canonical form
    The comparison key of a record. Never written anywhere as a value for people.
link
    The remembered pair of a local and a remote item.
base
    What one side looked like, in canonical form, when the two sides last agreed. A link has two:
    one per side, because either side may rewrite what it is given.
stamp
    Our id, written on a remote item when we create it, so that it can be found again.
scope
    The local items that the settings select for one staff member.
change -> decision -> action -> plan -> run -> report
    A *change* is a side that differs from its base; a *decision* is a row of the table in
    :mod:`.decisions`; an *action* is what the row orders; a *plan* is the list of them; a *run*
    carries one out; the *report* counts what happened.
Master User
    Holder of the permission ``agentbox_sync.manage_connections``.
"""
