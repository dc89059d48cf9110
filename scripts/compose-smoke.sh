#!/usr/bin/env bash
# Tries docker-compose.yml as an operator would, says what it does and checks it. Needs a Docker
# engine with compose, and curl. Takes minutes; what it makes has a name of its own and is removed.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
chmod 755 "$work"
export COMPOSE_PROJECT_NAME="candle-smoke-$$"
old_volume="$COMPOSE_PROJECT_NAME-candle-data"
port=${SMOKE_PORT:-3987}
web="http://127.0.0.1:$port"
passed=0
export TOKEN_FILE="$work/token"
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$TOKEN_FILE"
chmod 444 "$TOKEN_FILE"
authorization="Authorization: Bearer $(cat "$TOKEN_FILE")"

if docker compose version >/dev/null 2>&1; then program=(docker compose); else program=(docker-compose); fi
# It begins on an older minor release of PostgreSQL, and goes on with that of docker-compose.yml.
files=(-f docker-compose.yml -f "$work/older-postgres.yml")
printf 'services: { postgres: { image: "postgres:18.1-bookworm" } }\n' >"$work/older-postgres.yml"
compose() { "${program[@]}" "${files[@]}" --env-file "$work/env" "$@"; }

step() { printf '\n== %s\n' "$*"; }
fail() {
  printf '  ✗ %s\n' "$*"
  compose ps || true
  compose logs --tail=30 || true
  exit 1
}
check() { # what it means, then a command that has to succeed
  local what=$1
  shift
  "$@" >"$work/running" 2>&1 || { cat "$work/running"; fail "$what"; }
  mv "$work/running" "$work/output"
  passed=$((passed + 1))
  printf '  ✓ %s\n' "$what"
}
refused() { ! "$@"; }
same() { [ "$1" = "$2" ] || { printf '%s\n---\n%s\n' "$1" "$2"; return 1; }; }
within() { # seconds, then a command that has to succeed by then
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 1
  done
}
finish() {
  local code=$?
  touch "$work/stop"
  wait || true
  compose down --volumes --rmi local --timeout 20 >/dev/null 2>&1 || true
  docker volume rm "$old_volume" >/dev/null 2>&1 || true
  rm -rf "$work"
  [ $code = 0 ] && printf '\n%s checks passed\n' "$passed" || printf '\nFAILED after %s checks\n' "$passed"
}
trap finish EXIT

sql() {
  # By TCP and with the password, as any client has to.
  compose exec -T postgres sh -c 'PGPASSWORD=$(cat /run/secrets/postgres_password) psql -h 127.0.0.1 -U postgres -d candle_annotator -XqAt "$@"' sql "$@"
}
query() { sql -c "$1" </dev/null; }
# Rows and content of every table but those of tokens, of which each start makes one, and of heartbeats.
state() {
  sql <<'SQL'
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) FROM %I.%I r',
  tablename, schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'drizzle') AND tablename NOT IN ('access_tokens', 'ml_workers') ORDER BY 1 \gexec
SQL
}
call() { # procedure, JSON
  curl -fsS --max-time 10 -H "$authorization" -H 'content-type: application/json' -d "{\"json\":$2}" "$web/api/trpc/$1"
}
save_span() { # number: its uid and its place on the chart
  local start=$((1704067200 + 3600 * 40 * ($1 % 70)))
  local label=bull_flag
  [ $(($1 % 2)) = 0 ] || label=bear_flag
  call spans.save "{\"chartId\":$chart,\"diff\":{\"created\":[{\"uid\":\"$(uid "$1")\",\"startTime\":$start,\"endTime\":$((start + 3600 * 12)),\"label\":\"$label\",\"confidence\":4,\"outcome\":null,\"notes\":\"span $1\",\"subSpans\":null,\"color\":null,\"source\":\"human\",\"modelPrediction\":null}]}}"
}
uid() { printf '5a5a5a5a-0000-4000-8000-%012d' "$1"; }
save_spans() { for n in $(seq "$1" "$2"); do save_span "$n"; done; }
queue_run() { call runs.queue "{\"chartIds\":[$chart]}"; }
last_run_is() { [ "$(query 'SELECT status FROM training_runs ORDER BY id DESC LIMIT 1')" = "$1" ]; }
# A run that has succeeded goes on for a while: it computes intervals.
all_done() { [ "$(query "SELECT count(*) FROM training_runs WHERE status IN ('queued', 'running') OR stage IS NOT NULL")" = 0 ]; }
# A restart asks for a service's health anew; without one it would pass too early.
healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$(compose ps -q "$1")")" = healthy ]; }
all_healthy() { healthy postgres && healthy candle-annotator && healthy ml && healthy ml-http; }

step 'Without a password nothing starts'
mkdir "$work/secrets"
for name in postgres app ml reader; do printf 'p@ss/wo\\rd:%%41-%s' "$name-$RANDOM" >"$work/secrets/${name}_password"; done
chmod 444 "$work/secrets"/*
printf 'PORT=%s\nSECRETS_FOLDER=%s\n' "$port" "$work/secrets" >"$work/env"
mv "$work/secrets/ml_password" "$work/ml_password"
# Which has all four, and needs no image built.
check 'the start is refused' refused compose up -d postgres
check 'and the message names ml_password' grep -q ml_password "$work/output"
compose down --volumes --timeout 5 >/dev/null 2>&1
[ ! -d "$work/secrets/ml_password" ] || rmdir "$work/secrets/ml_password"
mv "$work/ml_password" "$work/secrets/ml_password"

step 'Up from nothing'
compose build >"$work/build" 2>&1 || { tail -50 "$work/build"; fail 'the images are built'; }
check 'it starts' compose up -d
check 'postgres, the web app, the ML worker and its HTTP are healthy within two minutes' within 120 all_healthy
check 'the web app answers' curl -fsS -H "$authorization" "$web/"
check 'it lets in nobody without a token' refused curl -fsS "$web/api/trpc/charts.list"
address() { compose logs --no-log-prefix candle-annotator | sed -n 's/^web  *//p' | tail -1; }
check 'its log has an address' test -n "$(address)"
check 'which lets one browser in' curl -fsS -o "$work/page" "$(address)"
check 'once' refused curl -fsS "$(address)"
check 'a request under another host name is refused' refused curl -fsS -H 'Host: evil.example' "$web/"
check 'PostgreSQL is not published' same '' "$(docker port "$(compose ps -q postgres)")"
check 'the web app is published on the loopback only' \
  same "3000/tcp -> 127.0.0.1:$port" "$(docker port "$(compose ps -q candle-annotator)")"
step 'What a service cannot do'
container() { compose ps -q "$1"; }
# Of the first process below Docker's own init.
status() { compose exec -T "$1" sh -c 'cat "/proc/$(ls /proc | grep "^[0-9]*$" | sort -n | sed -n 2p)/status"'; }
has_no_rights() { status "$1" | grep -q '^CapEff:[[:space:]]*0*$' && status "$1" | grep -q '^NoNewPrivs:[[:space:]]*1'; }
holds_no_password() { ! docker inspect "$(container "$1")" | grep -q 'p@ss' && ! compose exec -T "$1" sh -c 'cat /proc/*/environ 2>/dev/null | tr "\0" "\n" | grep "p@ss"'; }
for service in postgres candle-annotator ml ml-http; do
  check "$service has no rights of root's and can gain none" has_no_rights "$service"
  check "$service writes nothing into its own files" refused compose exec -T --user root "$service" touch /usr/bin/mine
  check "$service has Docker's init above it" same true "$(docker inspect -f '{{.HostConfig.Init}}' "$(container "$service")")"
  check "$service is held to a number of processes" same 512 "$(docker inspect -f '{{.HostConfig.PidsLimit}}' "$(container "$service")")"
  check "no password is in the environment of $service" holds_no_password "$service"
done
secrets_of() { compose exec -T "$1" ls /run/secrets | paste -sd' '; }
networks_of() { docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$(container "$1")" | sed "s/${COMPOSE_PROJECT_NAME}_//g; s/ $//"; }
has_secret() { same "$(cat "$work/secrets/$2")" "$(compose exec -T "$1" cat /run/secrets/database_password)"; }
for service in ml ml-http; do
  check "$service is given one password" same database_password "$(secrets_of "$service")"
  check 'which is that of the role ml' has_secret "$service" ml_password
  check "$service is on the database’s network alone" same database "$(networks_of "$service")"
  check "$service publishes nothing" same '' "$(docker port "$(container "$service")")"
done
check 'the web app is given the password of app and its token' same 'database_password token' "$(secrets_of candle-annotator)"
check 'PostgreSQL is on the database’s network alone' same database "$(networks_of postgres)"
# Docker's own name server listens on 127.0.0.11, and is none of the service's.
listens() { compose exec -T "$1" sh -c "awk '\$4 == \"0A\" && \$2 !~ /^0B00007F:/ {print \$2}' /proc/net/tcp /proc/net/tcp6 | sort | paste -sd' '"; }
check 'the ML worker listens nowhere' same '' "$(listens ml)"
check 'its HTTP listens on its own loopback alone' same 0100007F:1F41 "$(listens ml-http)"
ml_answers() { compose exec -T ml-http python -c "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:8001/$1').read().decode())"; }
check 'it answers whether it is well' ml_answers health
check 'and with figures' ml_answers metrics
check 'of a worker that is idle' grep -q '^ml_worker_busy{takes="runs"} 0' "$work/output"
ready() { curl -fsS "$web/api/ready" | grep -q "\"ml\":\"$1\""; }
check 'the web app has heard of the worker' ready ok
check 'the worker is stopped' compose stop --timeout 20 ml
check 'the web app says that it is gone, and stays ready' within 60 ready absent
check 'and so does its HTTP' refused ml_answers health
check 'the HTTP is stopped and the worker started' sh -c "${program[*]} --env-file $work/env stop ml-http && ${program[*]} --env-file $work/env start ml"
check 'the web app hears of the worker again, without the HTTP' within 60 ready ok
check 'the HTTP is started' compose start ml-http
check 'all are healthy again' within 120 all_healthy
# Where this machine itself has no way out only the next check can fail.
check 'PostgreSQL reaches nothing outside' refused compose exec -T postgres timeout 3 bash -c 'echo >/dev/tcp/1.1.1.1/443'
check 'the ML service reaches nothing outside' refused compose exec -T ml python -c "import socket; socket.create_connection(('1.1.1.1', 443), 3)"
check 'the database’s network is internal' same true "$(docker network inspect -f '{{.Internal}}' "${COMPOSE_PROJECT_NAME}_database")"
check 'the health of the web app is that of /api/ready' sh -c "docker inspect -f '{{.Config.Healthcheck.Test}}' $(container candle-annotator) | grep -q /api/ready"
reach() { compose exec -T ml with-password python -c "import psycopg; psycopg.connect('postgresql://ml@postgres/$1')"; }
check 'ml cannot connect to the database postgres' refused reach postgres
check 'nor to template1' refused reach template1
check 'but to its own' reach candle_annotator
check 'ml is held to limits' same '20|1h|10GB' "$(query "SELECT rolconnlimit,
  (SELECT split_part(c, '=', 2) FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid AND c LIKE 'statement_timeout%'),
  (SELECT split_part(c, '=', 2) FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid AND c LIKE 'temp_file_limit%')
  FROM pg_roles r WHERE rolname = 'ml'")"
published() { compose run --rm -T --no-deps -e PUBLISH_ADDRESS=0.0.0.0 candle-annotator node server.cjs; }
check 'published beyond the loopback it does not start' refused published
check 'and says why' grep -q 'PUBLISH_ADDRESS' "$work/output"

step 'Who is who'
check 'the web app does not run as root' refused same 0 "$(compose exec -T candle-annotator id -u)"
check 'the ML worker does not run as root' refused same 0 "$(compose exec -T ml id -u)"
check 'nor does its HTTP' refused same 0 "$(compose exec -T ml-http id -u)"
check 'the database belongs to app' \
  same app "$(query 'SELECT datdba::regrole FROM pg_database WHERE datname = current_database()')"
check 'ml reads candles and may not write them' same 't|f' \
  "$(query "SELECT has_table_privilege('ml', 'candles', 'select'), has_table_privilege('ml', 'candles', 'insert')")"
check 'reader reads candles and may not write them' same 't|f' \
  "$(query "SELECT has_table_privilege('reader', 'candles', 'select'), has_table_privilege('reader', 'candles', 'insert')")"
check 'app alone may leave out foreign key checks in an import' same app \
  "$(query "SELECT rolname FROM pg_roles WHERE rolname IN ('app', 'ml', 'reader')
    AND has_parameter_privilege(oid, 'session_replication_role', 'SET')")"

step 'Import a chart, add spans, train'
awk 'BEGIN { srand(7); print "time,open,high,low,close,volume"; close_ = 100
  for (i = 0; i < 3000; i++) { open_ = close_; close_ = open_ + rand() * 2 - 1 + ((i % 40) < 12 ? 0.4 : -0.17)
    high = (open_ > close_ ? open_ : close_) + rand(); low = (open_ < close_ ? open_ : close_) - rand()
    printf "%d,%.2f,%.2f,%.2f,%.2f,%d\n", 1704067200 + 3600 * i, open_, high, low, close_, 1000 * rand() } }' >"$work/hours.csv"
chmod 644 "$work/hours.csv"
check 'a CSV is imported' compose run --rm -T -v "$work/hours.csv:/in/hours.csv:ro" migrate npm run import -- /in/hours.csv
chart=$(query "SELECT id FROM charts WHERE name = 'hours'")
check 'its 3,000 candles are there' same 3000 "$(query "SELECT count(*) FROM candles WHERE chart_id = $chart")"
check 'spans are saved over HTTP' save_spans 1 40
check 'all 40 are there' same 40 "$(query 'SELECT count(*) FROM span_annotations')"
check 'a training run is queued' queue_run
check 'it succeeds within three minutes' within 180 last_run_is succeeded
check 'and whatever else was queued ends' within 180 all_done
printf '    %s predictions\n' "$(query 'SELECT count(*) FROM predictions')"

step 'Down and up again, with a newer minor release of PostgreSQL'
before=$(state)
older=$(query 'SHOW server_version')
check 'down' compose down
files=(-f docker-compose.yml)
check 'up' compose up -d
check 'healthy' within 120 all_healthy
check "it was $older and is newer" refused same "$older" "$(query 'SHOW server_version')"
check 'PostgreSQL had been told to stop' refused sh -c "${program[*]} --env-file $work/env logs postgres | grep 'not properly shut down'"
check 'every table is as it was' same "$before" "$(state)"

step 'Restart each service while somebody works'
: >"$work/acknowledged"
{
  n=1000
  until [ -e "$work/stop" ]; do
    # The same one again until it is answered, as the browser does.
    if save_span $n >/dev/null 2>&1; then
      uid $n >>"$work/acknowledged"
      echo >>"$work/acknowledged"
      n=$((n + 1))
    fi
    sleep 0.1
  done
} &
writer=$!
check 'a training run is queued' queue_run
check 'it runs' within 120 last_run_is running
for service in ml ml-http candle-annotator postgres; do
  lines=$(wc -l <"$work/acknowledged")
  check "$service restarts" compose restart --timeout 20 "$service"
  check "$service is healthy again" within 120 healthy "$service"
  more() { [ "$(wc -l <"$work/acknowledged")" -gt $((lines + 5)) ]; }
  check 'and spans are saved again' within 120 more
done
check 'PostgreSQL is killed' docker kill --signal KILL "$(compose ps -q postgres)"
check 'it is started again' within 60 sh -c "${program[*]} --env-file $work/env start postgres"
check 'it is healthy again' within 120 healthy postgres
touch "$work/stop"
wait $writer
rm "$work/stop"
count=$(wc -l <"$work/acknowledged")
listed=$(sed "s/.*/'&'/" "$work/acknowledged" | paste -sd,)
check "not one of $count spans that were acknowledged is lost" \
  same "$count" "$(query "SELECT count(*) FROM span_annotations WHERE uid IN ($listed)")"
check 'the training run goes on and succeeds' within 240 last_run_is succeeded
check 'and whatever else was queued ends' within 180 all_done

step 'Back up and restore'
mkdir "$work/backups"
tools() { compose run --rm -T --user "$(id -u):$(id -g)" -v "$work/backups:/backups" migrate "$@"; }
before=$(state)
check 'a backup is written and proven' tools npm run backup -- /backups/smoke.dump
check 'its scratch database is gone' same 0 "$(query "SELECT count(*) FROM pg_database WHERE datname LIKE '%check%'")"
check 'a span is added' save_span 9999
check 'a restore over data is refused' refused tools npm run restore -- /backups/smoke.dump
check 'with --overwrite it is done' tools npm run restore -- /backups/smoke.dump --overwrite
check 'every table is as it was at the backup' same "$before" "$(state)"
check 'the web app goes on' save_span 10000
check 'and so does the ML service' compose exec -T ml python -m app runs
check 'down, with its volume' compose down --volumes
check 'up from nothing' compose up -d
check 'healthy' within 120 all_healthy
check 'the backup goes into the new database' tools npm run restore -- /backups/smoke.dump
check 'every table is as it was' same "$before" "$(state)"

step 'Move an old candle-data volume in'
check 'down, with its volume' compose down --volumes
docker volume create "$old_volume" >/dev/null
# A file of the old app that ended without merging its -wal.
compose run --rm -T --no-deps --user root -v "$old_volume:/data" ml python - >/dev/null 2>&1 <<'PYTHON'
import os, sqlite3
db = sqlite3.connect("/data/candles.db", isolation_level=None)
db.executescript("""
pragma journal_mode = wal; pragma wal_autocheckpoint = 0;
create table charts (id integer primary key autoincrement, name text not null unique, created_at integer not null);
create table candles (id integer primary key autoincrement, chart_id integer not null references charts(id),
  time integer not null, open real not null, high real not null, low real not null, close real not null,
  unique (chart_id, time));
create table annotation_types (id integer primary key, name text not null unique, display_name text not null,
  color text, category text, icon text);
create table annotations (id integer primary key, chart_id integer not null references charts(id),
  timestamp integer not null, label_type text not null, geometry text, color text default '#3b82f6',
  created_at integer not null);
create table span_label_types (id integer primary key autoincrement, name text not null unique,
  display_name text not null, color text not null, hotkey text, is_active integer not null default 1,
  sort_order integer not null default 0, created_at integer not null);
create table span_annotations (id integer primary key autoincrement, chart_id integer not null references charts(id),
  start_time integer not null, end_time integer not null, label text not null, confidence integer, outcome text,
  notes text, sub_spans text, color text not null default '#2196F3', created_at integer not null,
  source text not null default 'human', model_prediction text);
insert into charts values (3, 'Old chart', 1700000000);
insert into span_label_types (name, display_name, color, created_at) values ('bull_flag', 'My flag', '#112233', 1700000000);
""")
db.execute("begin")
for i in range(5000):
    db.execute("insert into candles (chart_id, time, open, high, low, close) values (3, ?, ?, ?, ?, ?)",
               (1700000000 + 60 * i, 1 + i / 3, 2 + i / 3, 0.1 + i / 3, 1.5 + i / 3))
for i in range(25):
    db.execute("insert into span_annotations (chart_id, start_time, end_time, label, confidence, created_at)"
               " values (3, ?, ?, 'bull_flag', 4, 1700000000)", (1700000000 + 6000 * i, 1700000600 + 6000 * i))
db.execute("commit")
os._exit(0)
PYTHON
old_files() { compose run --rm -T --no-deps --user root -v "$old_volume:/old:ro" ml sh -c 'ls /old && sha256sum /old/*' 2>/dev/null; }
old_before=$(old_files)
check 'the old volume has rows in candles.db-wal' grep -q candles.db-wal <<<"$old_before"
move() {
  compose run --rm -T --user "$(id -u):$(id -g)" -v "$old_volume:/old:ro" -v "$work/backups:/report" \
    migrate npm run migrate:sqlite -- /old/candles.db --yes --report /report/move
}
check 'it is moved and verified' move
check 'the report ends in PASS' grep -q PASS "$work/backups/move/report.txt"
check '5,000 candles and 25 spans are there' same '5000|25' \
  "$(query 'SELECT (SELECT count(*) FROM candles), (SELECT count(*) FROM span_annotations)')"
check 'the old volume is byte for byte as it was' same "$old_before" "$(old_files)"
check 'up' compose up -d
check 'healthy' within 120 all_healthy
check 'the web app lists the old chart' sh -c "curl -fsS -H '$authorization' '$web/api/trpc/charts.list' | grep -q 'Old chart'"
check 'a second move changes nothing' move
check 'and says so' grep -q 'moved and verified already' "$work/output"
