ALTER TABLE "training_runs" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_name_length" CHECK (char_length("training_runs"."name") between 1 and 100);--> statement-breakpoint
COMMENT ON COLUMN training_runs.name IS 'As people call the run; null for one that nobody named.';--> statement-breakpoint
-- A model's writer may fill in runs and add predictions, and may not say that a person reviewed one or asked for a run.
-- Without privileges on the whole table it can't lock it either.
REVOKE INSERT, UPDATE ON training_runs, predictions FROM ml;--> statement-breakpoint
GRANT INSERT (name, status, params, dataset, metrics, progress, stage, log, error, model, worker, heartbeat_at, attempts, started_at, finished_at),
  UPDATE (name, status, dataset, metrics, progress, stage, log, error, model, worker, heartbeat_at, attempts, started_at, finished_at)
  ON training_runs TO ml;--> statement-breakpoint
GRANT INSERT (chart_id, training_run_id, start_time, end_time, label, score) ON predictions TO ml;--> statement-breakpoint
CREATE FUNCTION delete_unreviewed_run(run integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  removed bigint;
BEGIN
  PERFORM FROM training_runs WHERE id = run FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no training run %.', run USING ERRCODE = 'no_data_found';
  END IF;
  -- First, so that a review under way is waited for and then seen.
  DELETE FROM predictions WHERE training_run_id = run AND status = 'new';
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF EXISTS (SELECT FROM predictions WHERE training_run_id = run) THEN
    RAISE EXCEPTION 'Training run % has predictions that were reviewed; it stays.', run
      USING ERRCODE = 'object_in_use';
  END IF;
  DELETE FROM training_runs WHERE id = run;
  RETURN removed;
END $$;--> statement-breakpoint
COMMENT ON FUNCTION delete_unreviewed_run(integer) IS 'Deletes a run with its predictions and tells how many those were; refused once a person has reviewed one of them.';--> statement-breakpoint
REVOKE ALL ON FUNCTION delete_unreviewed_run(integer) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION delete_unreviewed_run(integer) TO app, ml;
