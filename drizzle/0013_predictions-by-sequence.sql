-- A sequence in the place of the identity column: Citus moves no table that has one. It goes on where that one was.
DO $$
DECLARE next bigint := nextval('predictions_id_seq');
BEGIN
  ALTER TABLE predictions ALTER COLUMN id DROP IDENTITY;
  CREATE SEQUENCE predictions_id_seq OWNED BY predictions.id;
  PERFORM setval('predictions_id_seq', next, false);
  ALTER TABLE predictions ALTER COLUMN id SET DEFAULT nextval('predictions_id_seq');
END $$;--> statement-breakpoint
GRANT USAGE ON SEQUENCE predictions_id_seq TO ml;
