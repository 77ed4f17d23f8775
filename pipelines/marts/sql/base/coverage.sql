-- One row an agency and year: from its first known year to the last year that anybody reports on.
CREATE OR REPLACE TABLE _coverage AS
WITH reported AS (
  SELECT agency_id, report_year,
    count(*) FILTER (report_scope = 'own') AS own_reports,
    count(*) FILTER (report_scope = 'consolidated') AS consolidated_reports,
    count(*) FILTER (report_scope = 'unknown') AS unknown_scope_reports,
    min(published_on) AS published_on,
    max(due_on) AS due_on
  FROM _report_wide
  GROUP BY agency_id, report_year
), refused AS (
  SELECT agency_id, report_year, min(source_path) AS quarantined_path, min_by(reason_code, source_path) AS reason_code
  FROM _quarantine_agency
  GROUP BY agency_id, report_year
), ended AS (
  SELECT agency_id, max(coalesce(valid_to_year, 9999)) AS last_year
  FROM agency_hierarchy
  GROUP BY agency_id
), seen AS (
  SELECT agency_id, min(report_year) AS first_year
  FROM (SELECT agency_id, report_year FROM reported UNION ALL SELECT agency_id, report_year FROM refused)
  GROUP BY agency_id
), span AS (
  SELECT agency_id, CAST(unnest(range(first_year, (SELECT max(report_year) + 1 FROM reported))) AS INTEGER) AS report_year
  FROM seen
)
SELECT
  a.agency_id, a.agency_name, a.region_code, a.province, a.city, a.county, a.admin_level, a.agency_kind, s.report_year,
  CASE
    WHEN r.agency_id IS NOT NULL THEN 'reported'
    WHEN q.agency_id IS NOT NULL THEN 'quarantined'
    WHEN s.report_year > e.last_year THEN 'ended'
    ELSE 'not_reported'
  END AS coverage_status,
  coalesce(r.own_reports, 0) AS own_reports,
  coalesce(r.consolidated_reports, 0) AS consolidated_reports,
  coalesce(r.unknown_scope_reports, 0) AS unknown_scope_reports,
  r.published_on, r.due_on,
  CASE
    WHEN r.agency_id IS NULL THEN NULL
    WHEN r.published_on IS NULL THEN 'no_date'
    WHEN r.published_on < make_date(s.report_year + 1, 1, 1) THEN 'too_early'
    WHEN r.due_on IS NULL THEN 'no_legal_date'
    WHEN r.published_on > r.due_on THEN 'late'
    ELSE 'on_time'
  END AS timeliness,
  q.quarantined_path, q.reason_code
FROM span s
JOIN dim_agency a USING (agency_id)
LEFT JOIN reported r ON r.agency_id = s.agency_id AND r.report_year = s.report_year
LEFT JOIN refused q ON q.agency_id = s.agency_id AND q.report_year = s.report_year
LEFT JOIN ended e ON e.agency_id = s.agency_id;
