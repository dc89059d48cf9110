DROP INDEX "predictions_chart_run_end";--> statement-breakpoint
DROP INDEX "span_annotations_chart_end";--> statement-breakpoint
CREATE INDEX "predictions_chart_run_length" ON "predictions" USING btree ("chart_id","training_run_id",("end_time" - "start_time"));--> statement-breakpoint
CREATE INDEX "span_annotations_chart_length" ON "span_annotations" USING btree ("chart_id",("end_time" - "start_time"));