"""Measurements of the service for `npm run bench`, each a program that prints one line of JSON."""
