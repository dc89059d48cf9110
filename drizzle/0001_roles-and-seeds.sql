-- Group roles. They belong to the server, not the database, so another database's migration may
-- be making them at this very moment; passwords and LOGIN are the operator's to give.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['app', 'ml', 'reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO app, ml, reader;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO app;
--> statement-breakpoint
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO app;
--> statement-breakpoint
GRANT SELECT ON charts, candles, annotations, annotation_types, span_annotations, span_label_types, revisions, training_runs, predictions TO ml, reader;
--> statement-breakpoint
GRANT INSERT, UPDATE ON training_runs, predictions TO ml;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE training_runs_id_seq TO ml;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO app;
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO app;
--> statement-breakpoint
INSERT INTO users (id, name) VALUES ('local', 'Local user');
--> statement-breakpoint
INSERT INTO annotation_types (name, display_name, color, category, icon, sort_order) VALUES
  ('break_up', 'Break up', '#3fb27f', 'marker', 'arrow-up', 1),
  ('break_down', 'Break down', '#e5604d', 'marker', 'arrow-down', 2),
  ('line', 'Line', '#d9b63a', 'line', 'line', 3),
  ('rectangle', 'Rectangle', '#5b9dff', 'rectangle', 'rectangle', 4);
--> statement-breakpoint
INSERT INTO span_label_types (name, display_name, color, hotkey, sort_order) VALUES
  ('bull_flag', 'Bull flag', '#5b9dff', '1', 1),
  ('bear_flag', 'Bear flag', '#e58a3c', '2', 2),
  ('head_and_shoulders', 'Head & shoulders', '#c678dd', '3', 3),
  ('double_bottom', 'Double bottom', '#3fb27f', '4', 4),
  ('wedge_up', 'Wedge up', '#d9b63a', '5', 5),
  ('wedge_down', 'Wedge down', '#e0679a', '6', 6),
  ('custom', 'Custom', '#8a94a6', '7', 7);
