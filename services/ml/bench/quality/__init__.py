"""How good the service's models are, judged by code that shares nothing with it."""
