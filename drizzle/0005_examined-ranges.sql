CREATE TABLE "examined_ranges" (
	"id" serial PRIMARY KEY NOT NULL,
	"uid" uuid NOT NULL,
	"chart_id" integer NOT NULL,
	"start_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"label_set" text[],
	"source" text NOT NULL,
	"rev" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "examined_ranges_uid_unique" UNIQUE("uid"),
	CONSTRAINT "examined_ranges_order" CHECK ("examined_ranges"."start_time" <= "examined_ranges"."end_time"),
	CONSTRAINT "examined_ranges_time" CHECK ("examined_ranges"."start_time" >= '0001-01-01 00:00:00+00' and "examined_ranges"."start_time" < '10000-01-01 00:00:00+00' and "examined_ranges"."end_time" >= '0001-01-01 00:00:00+00' and "examined_ranges"."end_time" < '10000-01-01 00:00:00+00'),
	CONSTRAINT "examined_ranges_source" CHECK ("examined_ranges"."source" in ('done', 'viewed', 'review', 'import')),
	CONSTRAINT "examined_ranges_label_set" CHECK ("examined_ranges"."label_set" is null or (cardinality("examined_ranges"."label_set") > 0 and array_position("examined_ranges"."label_set", null) is null))
);
--> statement-breakpoint
ALTER TABLE "revisions" DROP CONSTRAINT "revisions_entity";--> statement-breakpoint
ALTER TABLE "examined_ranges" ADD CONSTRAINT "examined_ranges_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "examined_ranges" ADD CONSTRAINT "examined_ranges_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "examined_ranges_chart_start" ON "examined_ranges" USING btree ("chart_id","start_time","end_time");--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_entity" CHECK ("revisions"."entity" in ('annotation', 'span', 'examined_range'));--> statement-breakpoint
GRANT SELECT ON examined_ranges TO ml, reader;
