ALTER TABLE "annotations" ADD COLUMN "notes" text;--> statement-breakpoint
COMMENT ON COLUMN annotations.notes IS 'Free text.';
