ALTER TABLE "charts" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "charts" ADD COLUMN "before_deletion" jsonb;--> statement-breakpoint
ALTER TABLE "charts" ADD CONSTRAINT "charts_deleted" CHECK (("charts"."deleted_at" is null) = ("charts"."before_deletion" is null));--> statement-breakpoint
COMMENT ON COLUMN charts.deleted_at IS 'When it was deleted; null for a chart that is there. It can be restored for 30 days and is then gone for good.';
COMMENT ON COLUMN charts.before_deletion IS 'What restoring it gives back: its name, who deleted it, and its members, of which a deleted chart has none.';
