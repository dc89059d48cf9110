ALTER TABLE "predictions" ADD COLUMN "in_bulk" boolean DEFAULT false NOT NULL;--> statement-breakpoint
COMMENT ON COLUMN predictions.in_bulk IS 'Whether it was answered together with others, by one key: nobody may have looked at it by itself. False for answers from before this was kept.';--> statement-breakpoint
CREATE OR REPLACE VIEW v_predictions WITH (security_invoker = true) AS
SELECT p.chart_id, c.name AS chart, c.symbol, p.id, p.training_run_id, r.params ->> 'model' AS model,
  p.start_time, p.end_time, p.label, p.score, p.status, p.span_uid,
  s.start_time AS reviewed_start_time, s.end_time AS reviewed_end_time, s.label AS reviewed_label,
  p.reviewed_by, p.reviewed_at, p.created_at, p.in_bulk
FROM predictions p
JOIN charts c ON c.id = p.chart_id
JOIN training_runs r ON r.id = p.training_run_id
LEFT JOIN span_annotations s ON s.uid = p.span_uid AND s.chart_id = p.chart_id;
