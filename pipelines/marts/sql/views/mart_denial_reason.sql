-- Why requests were denied: one row a current report and reason, from the total column.
CREATE OR REPLACE VIEW mart_denial_reason AS
$branches
