-- What was left over at the end of one year against what the next year says it carried in.
CREATE OR REPLACE VIEW mart_carryover AS
SELECT
  r.report_id, r.agency_id, r.agency_name, r.region_code, r.province, r.city, r.county, r.admin_level, r.agency_kind,
  r.report_year, r.report_scope, r.form_version, p.report_id AS previous_report_id,
  p.carried_forward AS previous_carried_forward,
  r.carried_in,
  r.carried_in - p.carried_forward AS difference,
  r.carried_in = p.carried_forward AS is_continuous,
  r.carried_forward,
  r.new_received + r.carried_in AS on_hand,
  r.carried_forward / nullif(r.new_received + r.carried_in, 0)::DOUBLE AS pending_share,
  r.s_carried_in > 7 OR r.s_carried_forward > 7 OR coalesce(p.s_carried_forward > 7, false) AS is_derived
FROM _report_wide r
LEFT JOIN _report_wide p
  ON p.agency_id = r.agency_id AND p.report_scope = r.report_scope AND p.report_year = r.report_year - 1
