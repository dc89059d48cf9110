#!/bin/bash
# Runs once, when the data volume is empty: the roles that log in, and the database of the first.
# The migrations give ml and reader what they may see and do, and role-limits.sql how much of it.
set -e
secret() { cat "/run/secrets/$1_password"; }
psql -X -q -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v app="$(secret app)" -v ml="$(secret ml)" -v reader="$(secret reader)" <<'SQL'
-- A backup is restored on trial into a database of its own.
CREATE ROLE app LOGIN CREATEDB PASSWORD :'app';
CREATE ROLE ml LOGIN PASSWORD :'ml';
CREATE ROLE reader LOGIN PASSWORD :'reader';
CREATE DATABASE candle_annotator OWNER app;
-- Imports take half the time with it (docs/decisions, 2026-11-26).
GRANT SET ON PARAMETER session_replication_role TO app;
SQL
