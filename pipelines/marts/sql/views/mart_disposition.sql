-- How requests ended: one row a current report and disposition, from the total column.
CREATE OR REPLACE VIEW mart_disposition AS
$branches
