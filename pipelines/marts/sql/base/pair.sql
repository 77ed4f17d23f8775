-- Each current report beside the one of the year before: same agency, same scope.
CREATE OR REPLACE TEMP TABLE _pair AS
SELECT r.report_no, min(p.report_no) AS previous_no
FROM _report_wide r
JOIN _report_wide p
  ON p.agency_id = r.agency_id AND p.report_scope = r.report_scope AND p.report_year = r.report_year - 1
GROUP BY r.report_no;
