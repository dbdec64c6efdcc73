"""The engine on task lists: ids that follow a move, writes without If-Match, days, series."""
