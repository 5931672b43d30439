"""The order of things: plan, build, deliver. Only this package knows it."""
