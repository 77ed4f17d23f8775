-- Whose report a quarantined file would have been, told by its path, or by the title that the detail
-- quotes where the text was read but holds no table: an agency's whole name (the longest that stands
-- there, and only where one agency bears it) and a year.
CREATE OR REPLACE TABLE _quarantine_agency AS
WITH file AS (
  SELECT source_path, reason_code, told,
    TRY_CAST(regexp_extract(told, '(20[0-9]{2})(?:[^0-9]|$$)', 1) AS INTEGER) AS report_year
  FROM (
    SELECT source_path, reason_code,
      source_path || CASE WHEN reason_code = 'no_tables' THEN ' ' || coalesce(left(detail, 400), '') ELSE '' END AS told
    FROM quarantine
    WHERE reason_code <> 'not_a_report'
  )
), named AS (
  SELECT agency_name, any_value(agency_id) AS agency_id
  FROM dim_agency
  WHERE length(agency_name) >= 4
  GROUP BY agency_name
  HAVING count(*) = 1
)
SELECT source_path, reason_code, report_year, agency_id
FROM file
JOIN named ON contains(told, agency_name)
WHERE report_year IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY source_path ORDER BY length(agency_name) DESC, agency_id) = 1;
