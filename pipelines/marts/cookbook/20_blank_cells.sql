-- 哪些栏目最常留空？
-- Which rows are left blank most often?
-- Blank is not zero; derived zeros are those that the form's own identities prove.
SELECT item_code, item_zh, item_en, count(*) AS cells, count(*) FILTER (value_status = 'blank') AS blank,
  count(*) FILTER (value_status = 'missing') AS missing, count(*) FILTER (value_status = 'unreadable') AS unreadable,
  count(*) FILTER (is_derived) AS derived
FROM mart_disposition
GROUP BY ALL
ORDER BY blank + missing + unreadable DESC, item_code;
