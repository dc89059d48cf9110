CREATE TABLE "chart_members" (
	"chart_id" integer NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "chart_members_chart_id_user_id_pk" PRIMARY KEY("chart_id","user_id"),
	CONSTRAINT "chart_members_role" CHECK ("chart_members"."role" in ('owner', 'reviewer', 'annotator', 'viewer'))
);
--> statement-breakpoint
ALTER TABLE "chart_members" ADD CONSTRAINT "chart_members_chart_id_charts_id_fk" FOREIGN KEY ("chart_id") REFERENCES "public"."charts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chart_members" ADD CONSTRAINT "chart_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chart_members_user" ON "chart_members" USING btree ("user_id");
--> statement-breakpoint
INSERT INTO "chart_members" ("chart_id", "user_id", "role") SELECT "id", 'local', 'owner' FROM "charts";--> statement-breakpoint
COMMENT ON TABLE chart_members IS 'Who may see a chart and what they may do on it. Whoever makes a chart is its owner.';
COMMENT ON COLUMN chart_members.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN chart_members.user_id IS 'The member (users.id).';
COMMENT ON COLUMN chart_members.role IS 'owner, reviewer, annotator or viewer.';
