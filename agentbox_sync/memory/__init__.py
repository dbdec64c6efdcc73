"""What we remember, on Django's ORM: the ports LinkMemory and Lease."""
