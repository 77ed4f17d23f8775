-- The cells of the slice's reports as they were turned already: see cells.sql.
CREATE OR REPLACE TEMP TABLE _cells AS
SELECT report_id, $cells FROM turned SEMI JOIN _slice USING (report_id);
