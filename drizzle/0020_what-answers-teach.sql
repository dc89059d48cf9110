ALTER TABLE "predictions" ADD COLUMN "teaches" double precision;--> statement-breakpoint
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_teaches" CHECK ("predictions"."teaches" between 0 and 1);--> statement-breakpoint
COMMENT ON COLUMN predictions.teaches IS 'How much an answer should teach, 0 to 1: how unsure the run is, times how little is labelled that looks like it, times how far its models are apart. Null where its writer has not said.';--> statement-breakpoint
GRANT INSERT (teaches) ON predictions TO ml;
