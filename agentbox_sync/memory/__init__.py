"""What we remember, on the ORM of Django: the ports LinkMemory and Lease."""
