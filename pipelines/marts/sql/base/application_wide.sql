-- One row a report and applicant (never the total column): counts v_*, how each stands s_* (8 added: derived).
$into
WITH decoded AS (
  $decoded
), proved AS (
  SELECT *,
    ($known_sum) AS known_dispositions,
    NOT ($doubtful) AND coalesce(v_new_received = 0 AND v_carried_in = 0 AND ($known_sum) = 0
      AND coalesce(v_total_handled, 0) = 0 AND coalesce(v_carried_forward, 0) = 0, false) AS is_idle,
    NOT ($doubtful) AND coalesce(v_total_handled = ($known_sum), false) AS is_exhausted
  FROM decoded
)
SELECT
  s.report_id, s.agency_id, s.agency_name, s.region_code, s.province, s.city, s.county, s.admin_level, s.agency_kind,
  s.report_year, s.report_scope, s.form_version, p.applicant_code, $derived
FROM proved p
JOIN _slice s USING (report_id);
