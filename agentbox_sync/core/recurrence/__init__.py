"""Series: what a recurrence rule names, in whose words it can be said, and when it takes place.

:mod:`.rule`
    The value: everything that one RRULE of RFC 5545 can say.
:mod:`.rule_text`
    RRULE, EXDATE and RDATE as text, read and written.
:mod:`.starts`
    The wall-clock times that a rule names.
:mod:`.from_graph`, :mod:`.to_graph`, :mod:`.to_pattern`
    Graph's patternedRecurrence: what it says as a rule, and which rules it can say.
:mod:`.expansion`
    The occurrences of a series within a window, its exceptions among them.
:mod:`.clocks`, :mod:`.zones`, :mod:`.zone_table`
    From wall clocks to instants and back; Windows and IANA names of zones.
:mod:`.problems`
    What Graph cannot express, by name, and what nobody can carry out, as errors.

Where Outlook and RFC 5545 differ: Outlook puts the 31st of a month without one on its last day,
RFC 5545 leaves that month out. A rule of the CRM is read as RFC 5545 says, a pattern of Exchange
as Outlook does, and each is translated into what names the same dates in the other's words:
"the 31st" of Exchange is ``BYMONTHDAY=-1``, its "30th" is ``BYMONTHDAY=28,29,30;BYSETPOS=-1``;
the ``BYMONTHDAY=31`` of a CRM has no words in Exchange unless it never meets a shorter month.

An occurrence is known by the date that the rule gives it in the zone of the series: so an
excluded Saturday stays excluded when the series moves from ten to half past ten. Only what is
finer than days, or has several times a day, is known by the time as well.
"""
