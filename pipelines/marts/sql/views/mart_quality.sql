-- Findings: one row a current report and rule, with what a person said of them.
CREATE OR REPLACE VIEW mart_quality AS
SELECT
  r.report_id, r.agency_id, r.agency_name, r.region_code, r.province, r.city, r.county, r.admin_level, r.agency_kind,
  r.report_year, r.report_scope, r.form_version, q.rule_code, q.severity, q.findings,
  q.findings - q.confirmed - q.explained AS open_findings, q.confirmed, q.explained,
  q.first_cell, q.message_zh, q.message_en
FROM (
  SELECT report_id, rule_code, severity,
    count(*) AS findings,
    count(*) FILTER (review_verdict = 'confirmed') AS confirmed,
    count(*) FILTER (review_verdict = 'explained') AS explained,
    min_by(cell, issue_id) AS first_cell,
    min_by(message_zh, issue_id) AS message_zh,
    min_by(message_en, issue_id) AS message_en
  FROM dq_issue
  GROUP BY report_id, rule_code, severity
) q
JOIN _report_wide r USING (report_id)
