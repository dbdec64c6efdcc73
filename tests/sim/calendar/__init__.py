"""The engine on a calendar: windows that roll, series, meetings with others, private events."""
