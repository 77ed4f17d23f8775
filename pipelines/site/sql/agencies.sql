-- One row an agency of the chosen ones, everything that its page shows as one JSON object. A cell is
-- [place in the form, number or null, status, text as printed where it differs, locator]; cells that
-- print a plain zero are left out, since every cell of the form is in the facts.
WITH report AS (
  SELECT r.*, d.source_sha256, d.source_format, d.version
  FROM mart_report r
  JOIN chosen USING (agency_id)
  JOIN dim_report d USING (report_id)
), cell AS (
  SELECT report_id, 'a' AS part, i.sort_order * 10 + a.sort_order AS place, value, value_raw, value_status, locator
  FROM fact_application
  JOIN dim_application_item i USING (item_code)
  JOIN dim_applicant a USING (applicant_code)
  WHERE report_id IN (SELECT report_id FROM report)
    AND (value IS DISTINCT FROM 0 OR value_status <> 'reported' OR value_raw IS DISTINCT FROM '0' OR item_code = 'other_handling')
  UNION ALL
  SELECT report_id, 'r', c.sort_order * 10 + o.sort_order, value, value_raw, value_status, locator
  FROM fact_review_litigation
  JOIN dim_review_channel c USING (channel_code)
  JOIN dim_review_outcome o USING (outcome_code)
  WHERE report_id IN (SELECT report_id FROM report)
    AND (value IS DISTINCT FROM 0 OR value_status <> 'reported' OR value_raw IS DISTINCT FROM '0')
  UNION ALL
  SELECT report_id, 'p', m.sort_order, value, value_raw, value_status, locator
  FROM fact_proactive_disclosure
  JOIN dim_proactive_measure m USING (category_code, measure_code)
  WHERE report_id IN (SELECT report_id FROM report)
    AND (value IS DISTINCT FROM 0 OR value_status <> 'reported' OR value_raw IS DISTINCT FROM '0')
), packed AS (
  SELECT report_id, part,
    to_json(list(json_array(
      place,
      CASE WHEN abs(value) < 1e15 AND value = trunc(value) THEN to_json(CAST(value AS BIGINT))
        WHEN isfinite(value) THEN to_json(value) END,
      left(value_status, 1),
      CASE WHEN value IS NULL OR value_raw IS DISTINCT FROM TRY_CAST(value AS BIGINT)::VARCHAR THEN left(value_raw, 120) END,
      CASE WHEN value_status NOT IN ('blank', 'missing') THEN locator END
    ) ORDER BY place)) AS cells,
    bool_or(part = 'a' AND place = 241) AS has_single_other
  FROM cell
  GROUP BY report_id, part
), finding AS (
  SELECT report_id, to_json(list(json_array(
      rule_code, severity, cell, message_zh, message_en, locator, review_verdict
    ) ORDER BY severity, rule_code, cell)[1:60]) AS findings
  FROM dq_issue
  WHERE report_id IN (SELECT report_id FROM report)
  GROUP BY report_id
), changed AS (
  SELECT report_id, to_json(list(json_array(cell, previous_value, value) ORDER BY cell)[1:40]) AS changes
  FROM revision
  WHERE report_id IN (SELECT report_id FROM report)
  GROUP BY report_id
), packed_report AS (
  SELECT r.agency_id, to_json(list(json_object(
    'id', r.report_id, 'y', r.report_year, 's', r.report_scope, 'f', r.form_version, 't', r.title,
    'u', r.source_url, 'p', r.source_path, 'h', r.source_sha256, 'm', r.source_format, 'v', r.version,
    'd', r.published_on::VARCHAR, 'l', r.timeliness, 'k', round(r.application_known_share, 4),
    'g', json_array(r.granted, r.partially_granted, r.denied, r.unavailable, r.not_processed, r.other_handled),
    'n', json_array(r.new_received, r.total_handled), 'o', coalesce(a.has_single_other, false),
    'a', a.cells, 'r', v.cells, 'c', p.cells, 'q', q.findings, 'w', c.changes
  ) ORDER BY r.report_year DESC, r.report_scope)) AS reports
  FROM report r
  LEFT JOIN packed a ON a.report_id = r.report_id AND a.part = 'a'
  LEFT JOIN packed v ON v.report_id = r.report_id AND v.part = 'r'
  LEFT JOIN packed p ON p.report_id = r.report_id AND p.part = 'p'
  LEFT JOIN finding q ON q.report_id = r.report_id
  LEFT JOIN changed c ON c.report_id = r.report_id
  GROUP BY r.agency_id
), covered AS (
  SELECT agency_id, to_json(list(json_array(report_year, coverage_status) ORDER BY report_year)) AS years
  FROM mart_coverage
  JOIN chosen USING (agency_id)
  GROUP BY agency_id
)
SELECT chosen.bucket, agency_id, json_object(
  'n', a.agency_name, 'r', a.region_code, 'pl', json_array(a.province, a.city, a.county), 'l', a.admin_level,
  'k', a.agency_kind, 'y', covered.years, 'reports', packed_report.reports
) AS page
FROM chosen
JOIN dim_agency a USING (agency_id)
JOIN packed_report USING (agency_id)
LEFT JOIN covered USING (agency_id)
ORDER BY chosen.bucket, agency_id;
