ALTER TABLE "annotation_types" DROP CONSTRAINT "annotation_types_category";--> statement-breakpoint
ALTER TABLE "annotation_types" ADD CONSTRAINT "annotation_types_category" CHECK ("annotation_types"."category" in ('marker', 'line', 'level', 'rectangle'));--> statement-breakpoint
INSERT INTO annotation_types (name, display_name, color, category, sort_order)
SELECT 'level', 'Level', '#b48ae0', 'level', coalesce(max(sort_order), 0) + 1 FROM annotation_types
ON CONFLICT (name) DO NOTHING;
--> statement-breakpoint
COMMENT ON COLUMN annotation_types.category IS 'marker, line, level or rectangle.';
