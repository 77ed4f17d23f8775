-- Metrics of regions from the bodies' own reports: numerators and denominators are added before
-- dividing, over the reports that tell both.
CREATE OR REPLACE VIEW mart_region_metric AS
WITH told AS (
  SELECT m.metric_code, m.is_proportion, m.numerator, m.denominator, r.region_code, r.province, r.city, r.county,
    r.report_year, r.agency_kind
  FROM _metric m
  JOIN _report_wide r USING (report_no)
  WHERE r.report_scope = 'own' AND m.numerator IS NOT NULL AND m.denominator IS NOT NULL
    AND (m.value IS NOT NULL OR m.denominator = 0) AND m.metric_code <> 'request_growth'
), placed AS (
  SELECT 'county' AS region_level, region_code AS region, county AS region_name, * FROM told
  WHERE agency_kind <> 'vertical_agency' AND right(region_code, 2) <> '00'
  UNION ALL
  SELECT 'city', left(region_code, 4) || '00', city, * FROM told
  WHERE agency_kind <> 'vertical_agency' AND right(region_code, 4) <> '0000'
  UNION ALL
  SELECT 'province', left(region_code, 2) || '0000', province, * FROM told
  WHERE agency_kind <> 'vertical_agency' AND province IS NOT NULL AND region_code IS NOT NULL
  UNION ALL
  SELECT 'national', '000000', NULL, * FROM told
), summed AS (
  SELECT region_level, region AS region_code, max(region_name) AS region_name, report_year, metric_code, is_proportion,
    count(*) AS reports, sum(numerator) AS numerator, sum(denominator) AS denominator, $z AS z
  FROM placed
  GROUP BY region_level, region, report_year, metric_code, is_proportion
), valued AS (
  SELECT *, denominator AS n,
    CASE WHEN denominator > 0 AND (NOT is_proportion OR numerator <= denominator) THEN numerator / denominator END AS value
  FROM summed
)
SELECT
  * EXCLUDE (z, is_proportion),
  CASE WHEN is_proportion AND value IS NOT NULL THEN
    greatest(0, (value + z * z / (2 * n) - z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))) / (1 + z * z / n))
  END AS wilson_low,
  CASE WHEN is_proportion AND value IS NOT NULL THEN
    least(1, (value + z * z / (2 * n) + z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))) / (1 + z * z / n))
  END AS wilson_high
FROM valued
