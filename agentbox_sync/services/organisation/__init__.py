"""The organisation connection: approved once, its mailboxes matched with the staff and let in.

``approve`` begins and ends the administrator's approval, ``check`` looks whether it holds,
``match`` finds the accounts, ``roster`` says what they mean, ``admit`` connects those that a person
has ticked, ``end`` lets all of them go, ``present`` is what the page shows.
"""
