-- 哪些机关照抄上一年的年报？
-- Which agencies copy last year's report?
-- 所有数字与上年相同，或正文几乎未改。 | Every figure equal to last year's, or a text that hardly changed.
SELECT agency_name, agency_kind, count(DISTINCT report_year) AS years,
  string_agg(DISTINCT report_year::VARCHAR, ' ' ORDER BY report_year::VARCHAR) AS report_years
FROM mart_quality
WHERE rule_code IN ('prior_year_copy', 'boilerplate_text')
GROUP BY agency_id, agency_name, agency_kind
ORDER BY years DESC, agency_name
LIMIT 50;
