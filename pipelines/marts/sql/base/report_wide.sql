-- One row a report: the total column of section 3, section 4, section 2, findings.
$into
WITH totals AS (
  SELECT report_id, $totals FROM _cells
), proved AS (
  SELECT *,
    NOT ($doubtful) AND coalesce(v_new_received = 0 AND v_carried_in = 0 AND ($known_sum) = 0
      AND coalesce(v_total_handled, 0) = 0 AND coalesce(v_carried_forward, 0) = 0, false) AS is_idle,
    NOT ($doubtful) AND coalesce(v_total_handled = ($known_sum), false) AS is_exhausted
  FROM totals
), derived AS (
  SELECT report_id, $received,
    $derived
  FROM proved
), review AS (
  SELECT report_id, $review,
    count(value) / count(*)::DOUBLE AS review_known_share
  FROM (
    SELECT report_id, channel_code, outcome_code,
      CASE WHEN value >= 0 AND value < 1e15 AND value = trunc(value) THEN CAST(value AS BIGINT) END AS value
    FROM fact_review_litigation
    WHERE report_id IN (SELECT report_id FROM _slice)
  )
  GROUP BY report_id
), proactive AS (
  SELECT report_id, $proactive,
    count(value) / count(*)::DOUBLE AS proactive_known_share
  FROM (
    SELECT report_id, category_code, measure_code, value,
      CASE WHEN value >= 0 AND value <= 1e15 AND value = trunc(value) THEN CAST(value AS BIGINT) END AS counted,
      CASE WHEN abs(value) <= 1e15 AND value = trunc(value) THEN CAST(value AS BIGINT) END AS changed,
      CASE WHEN unit = 'wan_yuan' AND isfinite(value) THEN value END AS amount
    FROM fact_proactive_disclosure
    WHERE report_id IN (SELECT report_id FROM _slice)
  )
  GROUP BY report_id
), findings AS (
  SELECT report_id,
    count(*) FILTER (WHERE severity = 'error') AS error_count,
    count(*) FILTER (WHERE severity = 'warning') AS warning_count,
    count(*) FILTER (WHERE severity = 'info') AS info_count,
    count(*) FILTER (WHERE review_verdict = 'explained') AS explained_count,
    string_agg(DISTINCT rule_code, ' ' ORDER BY rule_code) AS rule_codes
  FROM dq_issue
  WHERE report_id IN (SELECT report_id FROM _slice)
  GROUP BY report_id
)
SELECT
  s.*,
  $figures,
  coalesce(CAST($derived_count AS INTEGER), 0) AS derived_figures,
  coalesce($derived_count, 0) > 0 AS is_derived,
  ($known_count) / ($cell_count)::DOUBLE AS application_known_share,
  review.* EXCLUDE (report_id),
  proactive.* EXCLUDE (report_id),
  coalesce(f.error_count, 0) AS error_count,
  coalesce(f.warning_count, 0) AS warning_count,
  coalesce(f.info_count, 0) AS info_count,
  coalesce(f.explained_count, 0) AS explained_count,
  f.rule_codes
FROM _slice s
LEFT JOIN derived d USING (report_id)
LEFT JOIN review USING (report_id)
LEFT JOIN proactive USING (report_id)
LEFT JOIN findings f USING (report_id);
