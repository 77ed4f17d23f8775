-- One row an agency, year and scope, with its rates and the year before of the same scope.
CREATE OR REPLACE VIEW mart_agency_year AS
SELECT
  r.agency_id, r.agency_name, r.region_code, r.province, r.city, r.county, r.admin_level, r.agency_kind,
  r.report_year, r.report_scope, r.form_version, r.report_id,
  r.new_received, r.carried_in, r.granted, r.partially_granted, r.denied, r.unavailable, r.not_processed,
  r.other_handled, r.total_handled, r.carried_forward,
  r.reconsideration_total, r.reconsideration_corrected,
  r.litigation_direct_total + r.litigation_after_reconsideration_total AS litigation_total,
  r.litigation_direct_corrected + r.litigation_after_reconsideration_corrected AS litigation_corrected,
  $rates,
  r.application_known_share, r.review_known_share, r.proactive_known_share, r.is_derived,
  r.error_count, r.warning_count,
  p.report_id AS previous_report_id,
  p.new_received AS previous_new_received,
  p.total_handled AS previous_total_handled,
  r.new_received - p.new_received AS new_received_change
FROM _report_wide r
LEFT JOIN _report_wide p
  ON p.agency_id = r.agency_id AND p.report_scope = r.report_scope AND p.report_year = r.report_year - 1
