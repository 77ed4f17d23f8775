-- The current reports of one slice with what is said of their agencies; slices bound the memory.
CREATE OR REPLACE TEMP TABLE _slice AS
SELECT
  CAST($offset + row_number() OVER (ORDER BY r.report_id) AS INTEGER) AS report_no,
  r.report_id, r.agency_id, a.agency_name, a.region_code, a.province, a.city, a.county, a.admin_level, a.agency_kind,
  a.parent_agency_id, r.report_year, r.report_scope, r.form_version, r.title, r.source_path, r.source_url,
  r.published_on, r.parse_status,
  CASE WHEN a.admin_level IS DISTINCT FROM 'township' THEN CASE $due_on END END AS due_on
FROM dim_report r
JOIN dim_agency a USING (agency_id)
WHERE r.report_id IN (SELECT report_id FROM _cells);
