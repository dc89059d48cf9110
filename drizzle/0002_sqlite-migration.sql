CREATE TABLE "migration_rejects" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"source_hash" text NOT NULL,
	"source_table" text NOT NULL,
	"source_rowid" bigint NOT NULL,
	"reason" text NOT NULL,
	"row" jsonb NOT NULL,
	"raw" "bytea",
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sqlite_migration_checkpoints" (
	"source_hash" text NOT NULL,
	"source_table" text NOT NULL,
	"last_rowid" bigint NOT NULL,
	"rows_read" bigint NOT NULL,
	CONSTRAINT "sqlite_migration_checkpoints_source_hash_source_table_pk" PRIMARY KEY("source_hash","source_table")
);
--> statement-breakpoint
CREATE TABLE "sqlite_migrations" (
	"source_hash" text PRIMARY KEY NOT NULL,
	"source_path" text NOT NULL,
	"phase" text NOT NULL,
	"accepts_rejects" boolean NOT NULL,
	"keys" jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"report" jsonb,
	CONSTRAINT "sqlite_migrations_phase" CHECK ("sqlite_migrations"."phase" in ('loading', 'building', 'verifying', 'done'))
);
--> statement-breakpoint
ALTER TABLE "migration_rejects" ADD CONSTRAINT "migration_rejects_source_hash_sqlite_migrations_source_hash_fk" FOREIGN KEY ("source_hash") REFERENCES "public"."sqlite_migrations"("source_hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sqlite_migration_checkpoints" ADD CONSTRAINT "sqlite_migration_checkpoints_source_hash_sqlite_migrations_source_hash_fk" FOREIGN KEY ("source_hash") REFERENCES "public"."sqlite_migrations"("source_hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "migration_rejects_source" ON "migration_rejects" USING btree ("source_hash","source_table","source_rowid");