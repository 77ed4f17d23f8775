-- Who reported on which year, who did not, and who was late.
CREATE OR REPLACE VIEW mart_coverage AS
SELECT * FROM _coverage
