#!/bin/sh
# Writes the database's password, a file secret, to the password file that libpq reads, and the web app
# and the scripts as libpq does, and runs a command. No password is in the environment.
set -eu
(
  umask 077
  printf '*:*:*:*:%s\n' "$(sed 's/[\\:]/\\&/g' /run/secrets/database_password)" >"$PGPASSFILE"
)
exec "$@"
