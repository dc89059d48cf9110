CREATE TABLE "span_label_groups" (
	"name" text PRIMARY KEY NOT NULL,
	"overlap" text DEFAULT 'allow' NOT NULL,
	CONSTRAINT "span_label_groups_name_length" CHECK (char_length("span_label_groups"."name") between 1 and 100),
	CONSTRAINT "span_label_groups_overlap" CHECK ("span_label_groups"."overlap" in ('allow', 'forbid', 'trim'))
);
--> statement-breakpoint
ALTER TABLE "span_label_types" ADD COLUMN "group_name" text;--> statement-breakpoint
ALTER TABLE "span_label_types" ADD COLUMN "merged_into" integer;--> statement-breakpoint
ALTER TABLE "span_label_types" ADD COLUMN "merged_revs" jsonb;--> statement-breakpoint
ALTER TABLE "span_label_types" ADD CONSTRAINT "span_label_types_group_name_span_label_groups_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."span_label_groups"("name") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "span_label_types" ADD CONSTRAINT "span_label_types_merged_into_span_label_types_id_fk" FOREIGN KEY ("merged_into") REFERENCES "public"."span_label_types"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "span_label_types" ADD CONSTRAINT "span_label_types_merged" CHECK (("span_label_types"."merged_into" is null) = ("span_label_types"."merged_revs" is null) and ("span_label_types"."merged_into" is null or not "span_label_types"."is_active"));--> statement-breakpoint
COMMENT ON TABLE span_label_groups IS 'A group of span labels, and what it says of spans that overlap. It is there for as long as a label is in it.';
COMMENT ON COLUMN span_label_groups.name IS 'Its name, as people see it.';
COMMENT ON COLUMN span_label_groups.overlap IS 'Whether two spans of one person on a chart may share candles when their labels are of the group: allow; forbid, such a write is refused; trim, a new span is cut to the candles that are free.';
COMMENT ON COLUMN span_label_types.group_name IS 'The group that it belongs to (span_label_groups.name); null for none.';
COMMENT ON COLUMN span_label_types.merged_into IS 'The label that its spans were given when the two were merged (span_label_types.id); predictions and runs that name this one mean that one since. Null for a label that was not merged.';
COMMENT ON COLUMN span_label_types.merged_revs IS 'For undoing the merge: by chart id, the revision under which its spans were given the other label.';
GRANT SELECT ON span_label_groups TO ml, reader;
