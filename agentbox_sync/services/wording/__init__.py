"""The sentences that people read: tables from a code or a state to words, and what is due next.

Codes are stored, sentences are made when they are shown, so that each reader gets their own
language and a better sentence helps for what happened yesterday too.
"""
