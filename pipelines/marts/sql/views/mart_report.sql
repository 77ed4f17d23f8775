-- One row a current report: the total column of section 3, sections 2 and 4, findings.
CREATE OR REPLACE VIEW mart_report AS
SELECT * EXCLUDE (report_no, parent_agency_id, $statuses),
  CASE
    WHEN published_on IS NULL THEN 'no_date'
    WHEN published_on < make_date(report_year + 1, 1, 1) THEN 'too_early'
    WHEN due_on IS NULL THEN 'no_legal_date'
    WHEN published_on > due_on THEN 'late'
    ELSE 'on_time'
  END AS timeliness
FROM _report_wide
