-- 多少报告全年没有收到一件申请？
-- How many reports tell of no request at all?
-- 按机关类别；该数留空的报告不计入分子分母。 | By kind of agency; reports that leave the figure blank count in neither.
SELECT report_year, agency_kind, count(new_received) AS reports, count(*) FILTER (new_received = 0) AS without_requests,
  round(count(*) FILTER (new_received = 0) / nullif(count(new_received), 0), 3) AS zero_share
FROM mart_report
WHERE report_scope = 'own'
GROUP BY ALL
ORDER BY report_year, zero_share DESC NULLS LAST, agency_kind;
