CREATE TABLE "ml_workers" (
	"name" text PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"job" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"beat_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ml_workers_queue" CHECK ("ml_workers"."queue" in ('runs', 'searches'))
);
--> statement-breakpoint
COMMENT ON TABLE ml_workers IS 'The loops of the model service that take jobs. One that stops takes its row away; one that was killed leaves it.';
COMMENT ON COLUMN ml_workers.name IS 'Host, process and a random part, as training_runs.worker has it.';
COMMENT ON COLUMN ml_workers.queue IS 'What it takes: runs (to train, and bars to predict) or searches.';
COMMENT ON COLUMN ml_workers.job IS 'What it works on, such as run 12; null while it waits.';
COMMENT ON COLUMN ml_workers.started_at IS 'When it began to take jobs.';
COMMENT ON COLUMN ml_workers.beat_at IS 'When its loop gave its last sign of life: every 5 s while it waits, between stages while it works.';--> statement-breakpoint
GRANT SELECT ON ml_workers TO ml, reader;--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON ml_workers TO ml;
