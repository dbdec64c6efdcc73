"""The use cases, one verb a file; views, admin, jobs and commands are doorways to them."""
