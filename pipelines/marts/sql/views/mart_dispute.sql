-- Reconsideration and litigation: one row a current report and channel. A pending case may stand
-- in two years, so totals of several years must not be added; decided cases may.
CREATE OR REPLACE VIEW mart_dispute AS
$branches
