"""The pages of the app: each asks who is there, calls one service and presents the outcome."""
