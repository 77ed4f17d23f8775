-- One row a region, year and scope. Own: the bodies' own reports of the region added up, lower
-- regions included, vertical bodies left out. Consolidated: the one report by which the region's
-- government speaks for all; never added to anything. What a report leaves unknown is in no sum;
-- the share of reports that tell a figure stands beside it.
CREATE OR REPLACE VIEW mart_region_year AS
WITH placed AS (
  SELECT 'county' AS region_level, region_code AS region, county AS region_name, * FROM _report_wide
  WHERE report_scope = 'own' AND agency_kind <> 'vertical_agency' AND region_code IS NOT NULL
    AND right(region_code, 2) <> '00'
  UNION ALL
  SELECT 'city', left(region_code, 4) || '00', city, * FROM _report_wide
  WHERE report_scope = 'own' AND agency_kind <> 'vertical_agency' AND region_code IS NOT NULL
    AND right(region_code, 4) <> '0000'
  UNION ALL
  SELECT 'province', left(region_code, 2) || '0000', province, * FROM _report_wide
  WHERE report_scope = 'own' AND agency_kind <> 'vertical_agency' AND region_code IS NOT NULL
    AND province IS NOT NULL
  UNION ALL
  SELECT 'national', '000000', NULL, * FROM _report_wide
  WHERE report_scope = 'own'
  UNION ALL
  SELECT * FROM (
    SELECT
      CASE admin_level WHEN 'provincial' THEN 'province' WHEN 'municipal' THEN 'city' ELSE 'county' END,
      region_code,
      CASE admin_level WHEN 'provincial' THEN province WHEN 'municipal' THEN city ELSE county END,
      *
    FROM _report_wide
    WHERE report_scope = 'consolidated' AND agency_kind IN ('government', 'government_office')
      AND admin_level IN ('provincial', 'municipal', 'county') AND region_code IS NOT NULL
    WINDOW same AS (PARTITION BY admin_level, region_code, report_year ORDER BY agency_kind)
    QUALIFY rank() OVER same = 1 AND count(*) OVER (PARTITION BY admin_level, region_code, report_year, agency_kind) = 1
  )
), summed AS (
SELECT
  region_level, region AS region_code, max(region_name) AS region_name,
  max(province) FILTER (region_level <> 'national') AS province,
  max(city) FILTER (region_level IN ('city', 'county')) AS city,
  report_year, report_scope,
  count(*) AS reports,
  count(DISTINCT agency_id) AS reporting_agencies,
  count(*) FILTER (error_count > 0) AS reports_with_errors,
  count(new_received) AS reports_telling_requests,
  count(*) FILTER (new_received = 0) AS reports_without_requests,
  count(*) FILTER (published_on IS NOT NULL AND due_on IS NOT NULL) AS reports_dated,
  count(*) FILTER (published_on BETWEEN make_date(report_year + 1, 1, 1) AND due_on) AS reports_on_time,
  $figures,
  bool_or(is_derived) AS is_derived
FROM placed
GROUP BY region_level, region, report_year, report_scope
), expected AS (
  SELECT region_level, region, report_year,
    count(*) AS expected_agencies,
    count(*) FILTER (coverage_status = 'reported') AS reported_agencies,
    count(*) FILTER (coverage_status = 'quarantined') AS quarantined_agencies
  FROM (
    SELECT 'county' AS region_level, region_code AS region, report_year, coverage_status FROM _coverage
    WHERE agency_kind <> 'vertical_agency' AND right(region_code, 2) <> '00'
    UNION ALL
    SELECT 'city', left(region_code, 4) || '00', report_year, coverage_status FROM _coverage
    WHERE agency_kind <> 'vertical_agency' AND right(region_code, 4) <> '0000'
    UNION ALL
    SELECT 'province', left(region_code, 2) || '0000', report_year, coverage_status FROM _coverage
    WHERE agency_kind <> 'vertical_agency' AND province IS NOT NULL
    UNION ALL
    SELECT 'national', '000000', report_year, coverage_status FROM _coverage
  )
  WHERE coverage_status <> 'ended' AND region IS NOT NULL
  GROUP BY region_level, region, report_year
)
SELECT z.*,
  $rates
FROM (
SELECT r.*, e.expected_agencies, e.reported_agencies, e.quarantined_agencies
FROM summed r
LEFT JOIN expected e
  ON r.report_scope = 'own' AND e.region_level = r.region_level AND e.region = r.region_code
  AND e.report_year = r.report_year
) z
