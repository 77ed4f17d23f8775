-- 哪些报告的文字与表格不符？
-- Where does the text contradict the tables?
-- 引用原句；未提及不算不符。 | The sentence is quoted; silence is no contradiction.
SELECT r.agency_name, r.report_year, c.value AS stated, c.expected AS in_the_table, c.sentence, c.cells
FROM narrative_claim c
JOIN mart_report r USING (report_id)
WHERE c.verdict = 'contradicts'
ORDER BY abs(c.value - c.expected) DESC NULLS LAST, r.agency_name, r.report_year, c.claim_no
LIMIT 50;
