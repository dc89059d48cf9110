-- What each table and column means, for whoever reads the database with SQL, and views for the joins that everybody needs.
COMMENT ON TABLE users IS 'Accounts. In local mode there is one, local.';--> statement-breakpoint
COMMENT ON TABLE charts IS 'One price series of one instrument at one base timeframe, with counters of its changes.';
COMMENT ON COLUMN charts.id IS 'Number that every other table refers to.';
COMMENT ON COLUMN charts.name IS 'Unique, 1 to 200 characters; the name shown.';
COMMENT ON COLUMN charts.symbol IS 'Ticker of the instrument, where the imported file named it.';
COMMENT ON COLUMN charts.timeframe IS 'Seconds from one base candle to the next, detected; null while the chart is empty.';
COMMENT ON COLUMN charts.price_precision IS 'Decimals that prices are shown with.';
COMMENT ON COLUMN charts.candle_count IS 'Number of base candles.';
COMMENT ON COLUMN charts.first_time IS 'Time of the first base candle; null while the chart is empty.';
COMMENT ON COLUMN charts.last_time IS 'Time of the last base candle; null while the chart is empty.';
COMMENT ON COLUMN charts.rev IS 'Revision: rises by one with every write to the annotations of the chart.';
COMMENT ON COLUMN charts.data_rev IS 'Data revision: rises whenever candles of the chart change.';
COMMENT ON COLUMN charts.created_at IS 'When the chart was made.';
COMMENT ON COLUMN charts.created_by IS 'Who made the chart; null for data of an earlier release.';--> statement-breakpoint
COMMENT ON TABLE candles IS 'Base candles, as imported. All numbers are finite.';
COMMENT ON COLUMN candles.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN candles.time IS 'When the candle begins, in UTC.';
COMMENT ON COLUMN candles.open IS 'First price.';
COMMENT ON COLUMN candles.high IS 'Highest price. Files exist in which it does not enclose open and close; such rows are kept if the user chose so.';
COMMENT ON COLUMN candles.low IS 'Lowest price; see high.';
COMMENT ON COLUMN candles.close IS 'Last price.';
COMMENT ON COLUMN candles.volume IS 'Volume in the unit of the imported file; null where the file gave none.';--> statement-breakpoint
COMMENT ON TABLE candle_tiles IS 'Derived from candles for drawing: packed groups of 1,024 bars per timeframe and level. Read candles instead.';--> statement-breakpoint
COMMENT ON TABLE annotation_types IS 'Label set of markers, lines and rectangles.';
COMMENT ON COLUMN annotation_types.id IS 'Number of the type.';
COMMENT ON COLUMN annotation_types.name IS 'Key, as annotations.label_type has it.';
COMMENT ON COLUMN annotation_types.display_name IS 'Name shown.';
COMMENT ON COLUMN annotation_types.color IS 'Colour as #rrggbb.';
COMMENT ON COLUMN annotation_types.category IS 'marker, line or rectangle.';
COMMENT ON COLUMN annotation_types.icon IS 'Name of an icon; null for the one of the category.';
COMMENT ON COLUMN annotation_types.is_active IS 'False once archived: it stays on its annotations and is offered no more.';
COMMENT ON COLUMN annotation_types.sort_order IS 'Place in lists, lowest first.';
COMMENT ON COLUMN annotation_types.created_at IS 'When the type was made.';--> statement-breakpoint
COMMENT ON TABLE annotations IS 'Markers, lines and rectangles that people drew.';
COMMENT ON COLUMN annotations.id IS 'Number that people and exports see.';
COMMENT ON COLUMN annotations.uid IS 'Identity, made by the client; the same after a delete is undone.';
COMMENT ON COLUMN annotations.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN annotations."time" IS 'Time of the marked base candle; of a line or rectangle its earlier end.';
COMMENT ON COLUMN annotations.label_type IS 'Key of the type (annotation_types.name).';
COMMENT ON COLUMN annotations.geometry IS 'Of a line or rectangle {startTime, startPrice, endTime, endPrice}, times in seconds since 1970; null for a marker.';
COMMENT ON COLUMN annotations.color IS 'Colour as #rrggbb where it differs from that of the type.';
COMMENT ON COLUMN annotations.rev IS 'Revision of the chart that wrote the row last.';
COMMENT ON COLUMN annotations.created_at IS 'When it was drawn.';
COMMENT ON COLUMN annotations.created_by IS 'Who drew it.';
COMMENT ON COLUMN annotations.updated_at IS 'When it was changed last.';
COMMENT ON COLUMN annotations.updated_by IS 'Who changed it last.';--> statement-breakpoint
COMMENT ON TABLE span_label_types IS 'Label set of spans.';
COMMENT ON COLUMN span_label_types.id IS 'Number of the label.';
COMMENT ON COLUMN span_label_types.name IS 'Key, as span_annotations.label has it.';
COMMENT ON COLUMN span_label_types.display_name IS 'Name shown.';
COMMENT ON COLUMN span_label_types.color IS 'Colour as #rrggbb.';
COMMENT ON COLUMN span_label_types.hotkey IS 'Key that chooses the label; unique among active labels.';
COMMENT ON COLUMN span_label_types.is_active IS 'False once archived: it stays on its spans and is offered no more.';
COMMENT ON COLUMN span_label_types.sort_order IS 'Place in lists, lowest first.';
COMMENT ON COLUMN span_label_types.created_at IS 'When the label was made.';--> statement-breakpoint
COMMENT ON TABLE span_annotations IS 'Labelled ranges of bars. Both ends are times of base candles and belong to the span.';
COMMENT ON COLUMN span_annotations.id IS 'Number that people and exports see.';
COMMENT ON COLUMN span_annotations.uid IS 'Identity, made by the client; the same after a delete is undone.';
COMMENT ON COLUMN span_annotations.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN span_annotations.start_time IS 'Time of the first base candle of the span.';
COMMENT ON COLUMN span_annotations.end_time IS 'Time of the last base candle of the span.';
COMMENT ON COLUMN span_annotations.label IS 'Key of the label (span_label_types.name), or O: a person says that there is no pattern here.';
COMMENT ON COLUMN span_annotations.confidence IS 'How sure the person is, 1 to 5; null where nothing was said.';
COMMENT ON COLUMN span_annotations.outcome IS 'win, loss or breakeven, as a person judged it.';
COMMENT ON COLUMN span_annotations.notes IS 'Free text.';
COMMENT ON COLUMN span_annotations.sub_spans IS 'Parts such as the pole of a flag, an array of objects.';
COMMENT ON COLUMN span_annotations.color IS 'Colour as #rrggbb where it differs from that of the label.';
COMMENT ON COLUMN span_annotations.source IS 'Who proposed it: human, model, talib, or the name that an import gave.';
COMMENT ON COLUMN span_annotations.model_prediction IS 'The prediction that the span was confirmed or corrected from: run, label, score, times.';
COMMENT ON COLUMN span_annotations.rev IS 'Revision of the chart that wrote the row last.';
COMMENT ON COLUMN span_annotations.created_at IS 'When it was drawn.';
COMMENT ON COLUMN span_annotations.created_by IS 'Who drew it.';
COMMENT ON COLUMN span_annotations.updated_at IS 'When it was changed last.';
COMMENT ON COLUMN span_annotations.updated_by IS 'Who changed it last.';--> statement-breakpoint
COMMENT ON TABLE examined_ranges IS 'Bars that a person has looked at, so that no label there means no pattern. Ranges of one person and label set do not overlap; both ends belong to the range.';
COMMENT ON COLUMN examined_ranges.id IS 'Number of the range.';
COMMENT ON COLUMN examined_ranges.uid IS 'Identity in the history.';
COMMENT ON COLUMN examined_ranges.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN examined_ranges.start_time IS 'Time of the first examined base candle.';
COMMENT ON COLUMN examined_ranges.end_time IS 'Time of the last examined base candle.';
COMMENT ON COLUMN examined_ranges.label_set IS 'Keys of the labels that were looked for; null stands for all.';
COMMENT ON COLUMN examined_ranges.source IS 'done: a person said so; viewed: a suggestion that was accepted; review: around a reviewed prediction; import: a label file said so.';
COMMENT ON COLUMN examined_ranges.rev IS 'Revision of the chart that wrote the row.';
COMMENT ON COLUMN examined_ranges.created_at IS 'When it was written.';
COMMENT ON COLUMN examined_ranges.created_by IS 'Who examined the bars.';--> statement-breakpoint
COMMENT ON TABLE revisions IS 'Append-only log: each row of annotations, span_annotations and examined_ranges that a write touched, before and after.';
COMMENT ON COLUMN revisions.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN revisions.rev IS 'Number of the write; dense and rising within a chart.';
COMMENT ON COLUMN revisions.uid IS 'Identity of the row that was written.';
COMMENT ON COLUMN revisions.entity IS 'annotation, span or examined_range.';
COMMENT ON COLUMN revisions.op IS 'create, update or delete.';
COMMENT ON COLUMN revisions.before IS 'The row before, camel-case keys, times in seconds since 1970; null for a create.';
COMMENT ON COLUMN revisions.after IS 'The row after, likewise; null for a delete.';
COMMENT ON COLUMN revisions.actor IS 'Who wrote it.';
COMMENT ON COLUMN revisions.at IS 'When it was written.';--> statement-breakpoint
COMMENT ON TABLE training_runs IS 'Training runs: a queue while they wait, a record once they ended.';
COMMENT ON COLUMN training_runs.id IS 'Number of the run.';
COMMENT ON COLUMN training_runs.status IS 'queued, running, succeeded, failed or cancelled.';
COMMENT ON COLUMN training_runs.params IS 'What was asked for: charts, labels, model, folds, seed.';
COMMENT ON COLUMN training_runs.dataset IS 'What the run saw: charts with ranges and revisions, row counts, content hash, package versions.';
COMMENT ON COLUMN training_runs.metrics IS 'Figures, out of sample.';
COMMENT ON COLUMN training_runs.progress IS '0 to 1.';
COMMENT ON COLUMN training_runs.stage IS 'What the run is doing now, in words.';
COMMENT ON COLUMN training_runs.log IS 'Lines that the run has written.';
COMMENT ON COLUMN training_runs.error IS 'Why it failed, in one sentence.';
COMMENT ON COLUMN training_runs.model IS 'The stored model, a format of the service that trained it.';
COMMENT ON COLUMN training_runs.worker IS 'Who is working on it.';
COMMENT ON COLUMN training_runs.heartbeat_at IS 'When the worker was last alive.';
COMMENT ON COLUMN training_runs.attempts IS 'How often a worker has taken the run up.';
COMMENT ON COLUMN training_runs.queued_at IS 'When it was asked for.';
COMMENT ON COLUMN training_runs.started_at IS 'When a worker took it up last.';
COMMENT ON COLUMN training_runs.finished_at IS 'When it ended.';
COMMENT ON COLUMN training_runs.created_by IS 'Who asked for it.';--> statement-breakpoint
COMMENT ON TABLE predictions IS 'Spans that runs propose, and what people said of them. Both ends are times of base candles and belong to the span.';
COMMENT ON COLUMN predictions.chart_id IS 'The chart (charts.id).';
COMMENT ON COLUMN predictions.id IS 'Number of the prediction, unique in all charts.';
COMMENT ON COLUMN predictions.training_run_id IS 'The run (training_runs.id).';
COMMENT ON COLUMN predictions.start_time IS 'Time of the first base candle.';
COMMENT ON COLUMN predictions.end_time IS 'Time of the last base candle.';
COMMENT ON COLUMN predictions.label IS 'Key of the label, as it was when the run was trained or the label renamed since.';
COMMENT ON COLUMN predictions.score IS 'How sure the run is, 0 to 1.';
COMMENT ON COLUMN predictions.status IS 'new, confirmed, corrected or dismissed.';
COMMENT ON COLUMN predictions.span_uid IS 'The span that the review made (span_annotations.uid); null while new.';
COMMENT ON COLUMN predictions.reviewed_by IS 'Who reviewed it.';
COMMENT ON COLUMN predictions.reviewed_at IS 'When it was reviewed.';
COMMENT ON COLUMN predictions.created_at IS 'When the run wrote it.';--> statement-breakpoint
COMMENT ON TABLE sqlite_migrations IS 'SQLite files that were moved into this database.';--> statement-breakpoint
COMMENT ON TABLE sqlite_migration_checkpoints IS 'How far each table of a SQLite file has been moved.';--> statement-breakpoint
COMMENT ON TABLE migration_rejects IS 'Rows of a SQLite file that could not be moved, with the reason.';--> statement-breakpoint
CREATE VIEW v_spans WITH (security_invoker = true) AS
SELECT s.chart_id, c.name AS chart, c.symbol, s.id, s.uid, s.start_time, s.end_time, s.label,
  coalesce(t.display_name, s.label) AS display_name, s.label = 'O' AS is_negative,
  s.confidence, s.outcome, s.notes, s.sub_spans, s.source, s.model_prediction,
  s.rev, s.created_by, s.created_at, s.updated_by, s.updated_at
FROM span_annotations s
JOIN charts c ON c.id = s.chart_id
LEFT JOIN span_label_types t ON t.name = s.label;--> statement-breakpoint
COMMENT ON VIEW v_spans IS 'Spans with the names of their charts and labels. is_negative: a person says that there is no pattern here.';--> statement-breakpoint
CREATE VIEW v_predictions WITH (security_invoker = true) AS
SELECT p.chart_id, c.name AS chart, c.symbol, p.id, p.training_run_id, r.params ->> 'model' AS model,
  p.start_time, p.end_time, p.label, p.score, p.status, p.span_uid,
  s.start_time AS reviewed_start_time, s.end_time AS reviewed_end_time, s.label AS reviewed_label,
  p.reviewed_by, p.reviewed_at, p.created_at
FROM predictions p
JOIN charts c ON c.id = p.chart_id
JOIN training_runs r ON r.id = p.training_run_id
LEFT JOIN span_annotations s ON s.uid = p.span_uid AND s.chart_id = p.chart_id;--> statement-breakpoint
COMMENT ON VIEW v_predictions IS 'Predictions with their chart, the model of their run, and the span that a review made of them.';--> statement-breakpoint
CREATE FUNCTION v_candle_labels(chart integer)
RETURNS TABLE ("time" timestamptz, open float8, high float8, low float8, close float8, volume float8, tag text, span_uid uuid)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH owned AS (
    -- Where spans overlap the shorter one has the candle, and of two as long the later one.
    SELECT DISTINCT ON (k.time) k.time, s.uid, s.label,
      NOT EXISTS (
        SELECT FROM candles before
        WHERE before.chart_id = s.chart_id AND before.time >= s.start_time AND before.time < k.time
      ) AS is_first
    FROM span_annotations s
    JOIN candles k ON k.chart_id = s.chart_id AND k.time BETWEEN s.start_time AND s.end_time
    WHERE s.chart_id = v_candle_labels.chart AND s.label <> 'O'
    ORDER BY k.time, s.end_time - s.start_time, s.start_time DESC, s.label COLLATE "C" DESC
  )
  SELECT k.time, k.open, k.high, k.low, k.close, k.volume,
    CASE WHEN o.uid IS NULL THEN 'O' WHEN o.is_first THEN 'B-' || o.label ELSE 'I-' || o.label END,
    o.uid
  FROM candles k
  LEFT JOIN owned o ON o.time = k.time
  WHERE k.chart_id = v_candle_labels.chart
  ORDER BY k.time;
END;--> statement-breakpoint
COMMENT ON FUNCTION v_candle_labels(integer) IS 'The candles of a chart in order of time, each with its BIO tag and the span that it is of: B- on the first candle of a span, I- on its others, O elsewhere. The same tags as the BIO CSV export. O does not say that anybody looked: examined_ranges does.';--> statement-breakpoint
GRANT SELECT ON v_spans, v_predictions TO ml, reader, app;
