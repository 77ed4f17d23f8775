-- One row a report, one column an item and applicant: the printed count and how it stands,
-- packed into one number (count * 8 + status), so that one pass over the facts is enough.
-- Status: 1 reported, 2 corrected, 3 blank, 4 missing, 5 unreadable, 6 printed but no possible count.
SELECT report_id, $cells
FROM (
  SELECT report_id, applicant_code, $packed
  FROM (
    SELECT report_id, applicant_code, item_code,
      CASE
        WHEN value IS NULL THEN CASE value_status WHEN 'blank' THEN 3 WHEN 'missing' THEN 4 ELSE 5 END
        WHEN value < 0 OR value > 1e15 OR value <> trunc(value) THEN 6
        ELSE CAST(value AS BIGINT) * 8 + CASE value_status WHEN 'corrected' THEN 2 ELSE 1 END
      END AS packed
    FROM fact_application
    WHERE report_id IN (SELECT report_id FROM _wanted)
  )
  GROUP BY report_id, applicant_code
)
GROUP BY report_id;
