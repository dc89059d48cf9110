ALTER TABLE "annotations" ADD COLUMN "candles_changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "charts" ADD COLUMN "exchange_zone" text;--> statement-breakpoint
ALTER TABLE "span_annotations" ADD COLUMN "candles_changed_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "annotations_stale" ON "annotations" USING btree ("chart_id") WHERE "annotations"."candles_changed_at" is not null;--> statement-breakpoint
CREATE INDEX "span_annotations_stale" ON "span_annotations" USING btree ("chart_id") WHERE "span_annotations"."candles_changed_at" is not null;--> statement-breakpoint
ALTER TABLE "charts" ADD CONSTRAINT "charts_exchange_zone_length" CHECK (char_length("charts"."exchange_zone") between 1 and 64);--> statement-breakpoint
COMMENT ON COLUMN charts.exchange_zone IS 'IANA name of the time zone of its exchange, as somebody has said it, such as America/New_York; null where nobody has.';
COMMENT ON COLUMN span_annotations.candles_changed_at IS 'When an import last changed, added or filled in candles in its range: it is stale, and asked for again. Null once a person has said that it is still right, or has changed it.';
COMMENT ON COLUMN annotations.candles_changed_at IS 'As span_annotations.candles_changed_at; a price level has no range and is never stale.';--> statement-breakpoint
CREATE OR REPLACE VIEW v_spans WITH (security_invoker = true) AS
SELECT s.chart_id, c.name AS chart, c.symbol, s.id, s.uid, s.start_time, s.end_time, s.label,
  coalesce(t.display_name, s.label) AS display_name, s.label = 'O' AS is_negative,
  s.confidence, s.outcome, s.notes, s.sub_spans, s.source, s.model_prediction,
  s.rev, s.created_by, s.created_at, s.updated_by, s.updated_at,
  s.candles_changed_at, s.candles_changed_at IS NOT NULL AS is_stale
FROM span_annotations s
JOIN charts c ON c.id = s.chart_id
LEFT JOIN span_label_types t ON t.name = s.label;--> statement-breakpoint
COMMENT ON VIEW v_spans IS 'Spans with the names of their charts and labels. is_negative: a person says that there is no pattern here. is_stale: candles in it changed since a person looked.';
