-- Runs after postgres-roles.sh, and again by hand in a volume from before 2026-11-28: no role may take the
-- whole server for itself, or look into another database. As db:login limits them.
REVOKE ALL ON DATABASE candle_annotator, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE candle_annotator TO ml, reader;
ALTER ROLE ml CONNECTION LIMIT 20;
ALTER ROLE ml IN DATABASE candle_annotator SET statement_timeout TO '1h';
ALTER ROLE ml IN DATABASE candle_annotator SET lock_timeout TO '1min';
ALTER ROLE ml IN DATABASE candle_annotator SET idle_in_transaction_session_timeout TO '10min';
ALTER ROLE ml IN DATABASE candle_annotator SET temp_file_limit TO '10GB';
ALTER ROLE reader CONNECTION LIMIT 20;
ALTER ROLE reader IN DATABASE candle_annotator SET statement_timeout TO '10min';
ALTER ROLE reader IN DATABASE candle_annotator SET lock_timeout TO '10s';
ALTER ROLE reader IN DATABASE candle_annotator SET idle_in_transaction_session_timeout TO '1h';
ALTER ROLE reader IN DATABASE candle_annotator SET temp_file_limit TO '10GB';
