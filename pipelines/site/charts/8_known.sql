-- 有多少单元格是已知的：按年度
-- How much is known: share of cells, by year
-- 第三部分（总计列）、第四部分与第二部分；未知指留空、缺失或不可识读。 | Section 3 (total column), section 4 and section 2; unknown cells are blank, missing or unreadable.
WITH told AS (
  SELECT report_year, avg(application_known_share) AS s3, avg(review_known_share) AS s4, avg(proactive_known_share) AS s2
  FROM mart_report
  GROUP BY report_year
)
SELECT report_year::VARCHAR AS report_year, section, share
FROM told
UNPIVOT (share FOR section IN (s3 AS '3', s4 AS '4', s2 AS '2'))
ORDER BY report_year, section;
