-- Rows in the log say who made and who last changed them, as the rows themselves do now.
UPDATE "revisions" r SET
  "before" = r."before" || jsonb_build_object('createdBy', w.maker, 'updatedBy', w.previous),
  "after" = r."after" || jsonb_build_object('createdBy', w.maker, 'updatedBy', r."actor")
FROM (
  SELECT "chart_id", "rev", "uid", maker, coalesce(lag("actor") OVER (PARTITION BY "uid" ORDER BY "chart_id", "rev"), maker) AS previous
  FROM (
    SELECT *, first_value(CASE WHEN "op" = 'create' THEN "actor" END) OVER (PARTITION BY "uid" ORDER BY "chart_id", "rev") AS maker
    FROM "revisions" WHERE "entity" IN ('annotation', 'span')
  ) made
) w
WHERE r."chart_id" = w."chart_id" AND r."rev" = w."rev" AND r."uid" = w."uid";
