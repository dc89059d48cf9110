CREATE VIEW v_examined_ranges WITH (security_invoker = true) AS
SELECT r.chart_id, c.name AS chart, c.symbol, r.id, r.uid, r.start_time, r.end_time,
  (SELECT count(*) FROM candles k
    WHERE k.chart_id = r.chart_id AND k.time BETWEEN r.start_time AND r.end_time) AS bars,
  r.label_set, r.source, r.rev, r.created_by, r.created_at
FROM examined_ranges r
JOIN charts c ON c.id = r.chart_id;--> statement-breakpoint
COMMENT ON VIEW v_examined_ranges IS 'Ranges that people have examined, with the name of their chart and how many candles they hold. Ranges of several people may overlap.';--> statement-breakpoint
GRANT SELECT ON v_examined_ranges TO ml, reader, app;
