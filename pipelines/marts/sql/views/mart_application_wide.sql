-- The same turned wide: one row a current report and applicant, one column an item.
CREATE OR REPLACE VIEW mart_application_wide AS
SELECT
  report_id, agency_id, agency_name, region_code, province, city, county, admin_level, agency_kind,
  report_year, report_scope, form_version, applicant_code,
  $columns,
  ($known) / nullif($cells, 0)::DOUBLE AS known_share,
  ($derived) > 0 AS is_derived
FROM _application_wide
