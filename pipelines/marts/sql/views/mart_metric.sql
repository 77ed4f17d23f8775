-- One row a current report and metric: numerator, denominator, value, interval, place among its
-- peers (same kind, level, year and scope; only from the least denominator on) and the year before.
CREATE OR REPLACE VIEW mart_metric AS
WITH valued AS (
  SELECT
    r.report_id, r.agency_id, r.agency_name, r.region_code, r.province, r.city, r.county, r.admin_level, r.agency_kind,
    r.report_year, r.report_scope, r.form_version, m.metric_code, m.numerator, m.denominator, m.is_proportion,
    m.value, m.denominator AS n, m.rank, m.peers, m.percentile, m.previous_value, r.is_derived,
    $z AS z
  FROM _metric m
  JOIN _report_wide r USING (report_no)
)
SELECT
  * EXCLUDE (z, is_proportion, is_derived),
  CASE WHEN is_proportion AND value IS NOT NULL THEN
    greatest(0, (value + z * z / (2 * n) - z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))) / (1 + z * z / n))
  END AS wilson_low,
  CASE WHEN is_proportion AND value IS NOT NULL THEN
    least(1, (value + z * z / (2 * n) + z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))) / (1 + z * z / n))
  END AS wilson_high,
  value - previous_value AS change,
  is_derived
FROM valued
