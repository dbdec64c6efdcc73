"""Seeds that failed once. They stay for ever, each with the rule that it stands for.

The numbers name worlds of :func:`tests.sim.campaign.shape_of`; a change of the simulation makes
another world of them, so that a rule which matters has a directed test as well.
"""

from __future__ import annotations

FAILED: dict[int, str] = {
    4899: "a late double that the server had cut short is known as ours",
    5358: "a refused import whose item moved is let go",
    6903: "a late double that a person has edited stays",
    7339: "a listing that left out what is linked is no census",
    17079: "a first meeting with a copy",
    17083: "a double that may not be deleted leaves its pair alone",
    24453: "of several late arrivals the oldest is ours",
    25662: "an ambiguous meeting does not go on with one of them",
    100773: "a rumour about a stranger is no removal",
    101501: "an offered item is met in the first listing",
    101902: "what is like a pair whose row is out of scope is offered",
    102986: "a meeting whose row went away leaves a stranger",
    201594: "our own unanswered removal is no person's",
    205243: "a row that leaves in the middle of its meeting",
    207692: "what stood in Exchange stands when View Only ends",
    300556: "a refusal tells what unanswered writes replaced",
    304374: "the same, of a first meeting",
    310793: "what was mended is tried again",
    311947: "doubles of the CRM and of Outlook",
}
