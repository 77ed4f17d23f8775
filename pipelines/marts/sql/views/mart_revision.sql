-- Figures that changed between two versions of one report file, newest version and all before it.
CREATE OR REPLACE VIEW mart_revision AS
SELECT
  v.report_id, v.previous_report_id, r.agency_id, a.agency_name, a.region_code, a.province, a.city, a.county,
  a.admin_level, a.agency_kind, r.report_year, r.report_scope, r.source_path, p.version AS previous_version, r.version,
  r.is_current, p.first_seen_at AS previous_seen_at, r.first_seen_at AS seen_at,
  v.fact_table, v.cell, v.previous_value, v.value, v.value - v.previous_value AS change,
  v.previous_status, v.value_status
FROM revision v
JOIN dim_report r ON r.report_id = v.report_id
JOIN dim_report p ON p.report_id = v.previous_report_id
JOIN dim_agency a ON a.agency_id = r.agency_id
