CREATE TABLE "annotation_types" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"color" text NOT NULL,
	"category" text NOT NULL,
	"icon" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "annotation_types_name_unique" UNIQUE("name"),
	CONSTRAINT "annotation_types_category" CHECK ("annotation_types"."category" in ('marker', 'line', 'rectangle'))
);
--> statement-breakpoint
CREATE TABLE "annotations" (
	"id" serial PRIMARY KEY NOT NULL,
	"uid" uuid NOT NULL,
	"chart_id" integer NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"label_type" text NOT NULL,
	"geometry" jsonb,
	"color" text,
	"rev" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text,
	CONSTRAINT "annotations_uid_unique" UNIQUE("uid"),
	CONSTRAINT "annotations_time" CHECK ("annotations"."time" >= '0001-01-01 00:00:00+00' and "annotations"."time" < '10000-01-01 00:00:00+00'),
	CONSTRAINT "annotations_geometry" CHECK ("annotations"."geometry" is null or coalesce(jsonb_typeof("annotations"."geometry" -> 'startTime') = 'number' and jsonb_typeof("annotations"."geometry" -> 'startPrice') = 'number' and jsonb_typeof("annotations"."geometry" -> 'endTime') = 'number' and jsonb_typeof("annotations"."geometry" -> 'endPrice') = 'number', false))
);
--> statement-breakpoint
CREATE TABLE "candle_tiles" (
	"chart_id" integer NOT NULL,
	"timeframe" integer NOT NULL,
	"level" integer NOT NULL,
	"seq" integer NOT NULL,
	"first_time" timestamp with time zone NOT NULL,
	"bars" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "candle_tiles_chart_id_timeframe_level_seq_pk" PRIMARY KEY("chart_id","timeframe","level","seq")
);
--> statement-breakpoint
CREATE TABLE "candles" (
	"chart_id" integer NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision,
	CONSTRAINT "candles_chart_id_time_pk" PRIMARY KEY("chart_id","time"),
	CONSTRAINT "candles_time" CHECK ("candles"."time" >= '0001-01-01 00:00:00+00' and "candles"."time" < '10000-01-01 00:00:00+00'),
	CONSTRAINT "candles_finite" CHECK ("candles"."open" > '-Infinity' and "candles"."open" < 'Infinity' and "candles"."high" > '-Infinity' and "candles"."high" < 'Infinity' and "candles"."low" > '-Infinity' and "candles"."low" < 'Infinity' and "candles"."close" > '-Infinity' and "candles"."close" < 'Infinity' and ("candles"."volume" is null or ("candles"."volume" > '-Infinity' and "candles"."volume" < 'Infinity')))
);
--> statement-breakpoint
CREATE TABLE "charts" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"symbol" text,
	"timeframe" integer,
	"price_precision" integer DEFAULT 2 NOT NULL,
	"candle_count" bigint DEFAULT 0 NOT NULL,
	"first_time" timestamp with time zone,
	"last_time" timestamp with time zone,
	"rev" bigint DEFAULT 0 NOT NULL,
	"data_rev" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text,
	CONSTRAINT "charts_name_unique" UNIQUE("name"),
	CONSTRAINT "charts_name_length" CHECK (char_length("charts"."name") between 1 and 200),
	CONSTRAINT "charts_price_precision_range" CHECK ("charts"."price_precision" between 0 and 12)
);
--> statement-breakpoint
CREATE TABLE "predictions" (
	"chart_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "predictions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"training_run_id" integer NOT NULL,
	"start_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"label" text NOT NULL,
	"score" double precision NOT NULL,
	"status" text DEFAULT 'new' NOT NULL,
	"span_uid" uuid,
	"reviewed_by" text,
	"reviewed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "predictions_chart_id_id_pk" PRIMARY KEY("chart_id","id"),
	CONSTRAINT "predictions_order" CHECK ("predictions"."start_time" <= "predictions"."end_time"),
	CONSTRAINT "predictions_time" CHECK ("predictions"."start_time" >= '0001-01-01 00:00:00+00' and "predictions"."start_time" < '10000-01-01 00:00:00+00' and "predictions"."end_time" >= '0001-01-01 00:00:00+00' and "predictions"."end_time" < '10000-01-01 00:00:00+00'),
	CONSTRAINT "predictions_score" CHECK ("predictions"."score" between 0 and 1),
	CONSTRAINT "predictions_status" CHECK ("predictions"."status" in ('new', 'confirmed', 'corrected', 'dismissed')),
	CONSTRAINT "predictions_reviewed" CHECK (("predictions"."status" = 'new') = ("predictions"."span_uid" is null))
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"chart_id" integer NOT NULL,
	"rev" bigint NOT NULL,
	"uid" uuid NOT NULL,
	"entity" text NOT NULL,
	"op" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"actor" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revisions_chart_id_rev_uid_pk" PRIMARY KEY("chart_id","rev","uid"),
	CONSTRAINT "revisions_entity" CHECK ("revisions"."entity" in ('annotation', 'span')),
	CONSTRAINT "revisions_op" CHECK ("revisions"."op" in ('create', 'update', 'delete'))
);
--> statement-breakpoint
CREATE TABLE "span_annotations" (
	"id" serial PRIMARY KEY NOT NULL,
	"uid" uuid NOT NULL,
	"chart_id" integer NOT NULL,
	"start_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"label" text NOT NULL,
	"confidence" integer,
	"outcome" text,
	"notes" text,
	"sub_spans" jsonb,
	"color" text,
	"source" text DEFAULT 'human' NOT NULL,
	"model_prediction" jsonb,
	"rev" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text,
	CONSTRAINT "span_annotations_uid_unique" UNIQUE("uid"),
	CONSTRAINT "span_annotations_order" CHECK ("span_annotations"."start_time" <= "span_annotations"."end_time"),
	CONSTRAINT "span_annotations_time" CHECK ("span_annotations"."start_time" >= '0001-01-01 00:00:00+00' and "span_annotations"."start_time" < '10000-01-01 00:00:00+00' and "span_annotations"."end_time" >= '0001-01-01 00:00:00+00' and "span_annotations"."end_time" < '10000-01-01 00:00:00+00'),
	CONSTRAINT "span_annotations_confidence" CHECK ("span_annotations"."confidence" between 1 and 5),
	CONSTRAINT "span_annotations_outcome" CHECK ("span_annotations"."outcome" in ('win', 'loss', 'breakeven')),
	CONSTRAINT "span_annotations_sub_spans_array" CHECK ("span_annotations"."sub_spans" is null or jsonb_typeof("span_annotations"."sub_spans") = 'array'),
	CONSTRAINT "span_annotations_model_prediction_object" CHECK ("span_annotations"."model_prediction" is null or jsonb_typeof("span_annotations"."model_prediction") = 'object')
);
--> statement-breakpoint
CREATE TABLE "span_label_types" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"color" text NOT NULL,
	"hotkey" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "span_label_types_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "training_runs" (
	"id" serial PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"params" jsonb NOT NULL,
	"dataset" jsonb,
	"metrics" jsonb,
	"progress" double precision DEFAULT 0 NOT NULL,
	"stage" text,
	"log" text DEFAULT '' NOT NULL,
	"error" text,
	"model" "bytea",
	"worker" text,
	"heartbeat_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_by" text,
	CONSTRAINT "training_runs_status" CHECK ("training_runs"."status" in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	CONSTRAINT "training_runs_progress" CHECK ("training_runs"."progress" between 0 and 1)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_updated_by_users_id_fk" FOREIGN KEY ("updated_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "candle_tiles" ADD CONSTRAINT "candle_tiles_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "candles" ADD CONSTRAINT "candles_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charts" ADD CONSTRAINT "charts_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_training_run_id_training_runs_id_fk" FOREIGN KEY ("training_run_id") REFERENCES "public"."training_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_reviewed_by_users_id_fk" FOREIGN KEY ("reviewed_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_actor_users_id_fk" FOREIGN KEY ("actor") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "span_annotations" ADD CONSTRAINT "span_annotations_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "span_annotations" ADD CONSTRAINT "span_annotations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "span_annotations" ADD CONSTRAINT "span_annotations_updated_by_users_id_fk" FOREIGN KEY ("updated_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_runs" ADD CONSTRAINT "training_runs_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "annotations_chart_time" ON "annotations" USING btree ("chart_id","time");--> statement-breakpoint
CREATE INDEX "annotations_drawn" ON "annotations" USING btree ("chart_id") WHERE "annotations"."geometry" is not null;--> statement-breakpoint
CREATE INDEX "annotations_label_type" ON "annotations" USING btree ("label_type");--> statement-breakpoint
CREATE INDEX "candle_tiles_first_time" ON "candle_tiles" USING btree ("chart_id","timeframe","level","first_time");--> statement-breakpoint
CREATE INDEX "predictions_chart_run_start" ON "predictions" USING btree ("chart_id","training_run_id","start_time","end_time");--> statement-breakpoint
CREATE INDEX "predictions_chart_run_end" ON "predictions" USING btree ("chart_id","training_run_id","end_time");--> statement-breakpoint
CREATE INDEX "revisions_uid" ON "revisions" USING btree ("uid","rev");--> statement-breakpoint
CREATE INDEX "span_annotations_chart_start" ON "span_annotations" USING btree ("chart_id","start_time","end_time");--> statement-breakpoint
CREATE INDEX "span_annotations_chart_end" ON "span_annotations" USING btree ("chart_id","end_time");--> statement-breakpoint
CREATE INDEX "span_annotations_label" ON "span_annotations" USING btree ("label");--> statement-breakpoint
CREATE UNIQUE INDEX "span_label_types_hotkey" ON "span_label_types" USING btree ("hotkey") WHERE "span_label_types"."is_active" and "span_label_types"."hotkey" is not null;--> statement-breakpoint
CREATE INDEX "training_runs_queue" ON "training_runs" USING btree ("id") WHERE "training_runs"."status" in ('queued', 'running');