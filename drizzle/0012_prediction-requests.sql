CREATE TABLE "prediction_requests" (
	"id" serial PRIMARY KEY NOT NULL,
	"chart_id" integer NOT NULL,
	"training_run_id" integer NOT NULL,
	"start_time" timestamp with time zone,
	"end_time" timestamp with time zone,
	"status" text DEFAULT 'queued' NOT NULL,
	"progress" double precision DEFAULT 0 NOT NULL,
	"error" text,
	"data_rev" bigint,
	"found" integer,
	"worker" text,
	"heartbeat_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_by" text,
	CONSTRAINT "prediction_requests_status" CHECK ("prediction_requests"."status" in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	CONSTRAINT "prediction_requests_progress" CHECK ("prediction_requests"."progress" between 0 and 1),
	CONSTRAINT "prediction_requests_order" CHECK ("prediction_requests"."start_time" <= "prediction_requests"."end_time"),
	CONSTRAINT "prediction_requests_time" CHECK ("prediction_requests"."start_time" >= '0001-01-01 00:00:00+00' and "prediction_requests"."start_time" < '10000-01-01 00:00:00+00' and "prediction_requests"."end_time" >= '0001-01-01 00:00:00+00' and "prediction_requests"."end_time" < '10000-01-01 00:00:00+00')
);
--> statement-breakpoint
ALTER TABLE "prediction_requests" ADD CONSTRAINT "prediction_requests_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prediction_requests" ADD CONSTRAINT "prediction_requests_training_run_id_training_runs_id_fk" FOREIGN KEY ("training_run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prediction_requests" ADD CONSTRAINT "prediction_requests_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "prediction_requests_queue" ON "prediction_requests" USING btree ("id") WHERE "prediction_requests"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "prediction_requests_run_chart" ON "prediction_requests" USING btree ("training_run_id","chart_id");--> statement-breakpoint
CREATE INDEX "prediction_requests_chart" ON "prediction_requests" USING btree ("chart_id");--> statement-breakpoint
COMMENT ON TABLE prediction_requests IS 'A queue of its own: the model of a finished run is to predict bars of a chart, whether the run was trained on it or not. The model service takes the oldest and adds predictions.';
COMMENT ON COLUMN prediction_requests.id IS 'Number of the request; the oldest is taken first.';
COMMENT ON COLUMN prediction_requests.chart_id IS 'The chart to predict (charts.id).';
COMMENT ON COLUMN prediction_requests.training_run_id IS 'The run whose model predicts (training_runs.id).';
COMMENT ON COLUMN prediction_requests.start_time IS 'First candle that a prediction may hold; null where the chart begins.';
COMMENT ON COLUMN prediction_requests.end_time IS 'Last candle that a prediction may hold, and the last that is read; null where the chart ends.';
COMMENT ON COLUMN prediction_requests.status IS 'queued, running, succeeded, failed or cancelled.';
COMMENT ON COLUMN prediction_requests.progress IS '0 to 1.';
COMMENT ON COLUMN prediction_requests.error IS 'Why it failed, as a sentence.';
COMMENT ON COLUMN prediction_requests.data_rev IS 'Candles that it read, as charts.data_rev was then: where that has moved on, its predictions are stale.';
COMMENT ON COLUMN prediction_requests.found IS 'Predictions that it stored.';
COMMENT ON COLUMN prediction_requests.worker IS 'The worker that has it.';
COMMENT ON COLUMN prediction_requests.heartbeat_at IS 'When that worker was heard of last.';
COMMENT ON COLUMN prediction_requests.attempts IS 'How many workers have begun it.';
COMMENT ON COLUMN prediction_requests.queued_at IS 'When it was asked for.';
COMMENT ON COLUMN prediction_requests.started_at IS 'When a worker took it first.';
COMMENT ON COLUMN prediction_requests.finished_at IS 'When it ended.';
COMMENT ON COLUMN prediction_requests.created_by IS 'Who asked for it.';--> statement-breakpoint
GRANT SELECT ON prediction_requests TO ml, reader;--> statement-breakpoint
-- As with runs: the service says how it goes, and neither what is asked for nor by whom.
GRANT INSERT (chart_id, training_run_id, start_time, end_time, status, worker, heartbeat_at, attempts, started_at),
  UPDATE (status, progress, error, data_rev, found, worker, heartbeat_at, attempts, started_at, finished_at)
  ON prediction_requests TO ml;--> statement-breakpoint
GRANT USAGE ON SEQUENCE prediction_requests_id_seq TO ml;--> statement-breakpoint
CREATE FUNCTION delete_unreviewed_predictions(chart integer, run integer, ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  removed bigint;
BEGIN
  DELETE FROM predictions
  WHERE chart_id = chart AND training_run_id = run AND id = ANY (ids) AND status = 'new';
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;--> statement-breakpoint
COMMENT ON FUNCTION delete_unreviewed_predictions(integer, integer, bigint[]) IS 'Deletes those of a run''s predictions on a chart that nobody has reviewed, and tells how many those were; the others stay.';--> statement-breakpoint
REVOKE ALL ON FUNCTION delete_unreviewed_predictions(integer, integer, bigint[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION delete_unreviewed_predictions(integer, integer, bigint[]) TO app, ml;
