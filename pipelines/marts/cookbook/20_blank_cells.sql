-- 哪些栏目最常留空？
-- Which rows are left blank most often?
-- 留空不等于零；derived 为表内勾稽关系证明的零。 | Blank is not zero; derived zeros are those that the form's own identities prove.
SELECT item_code, item_zh, item_en, count(*) AS cells, count(*) FILTER (value_status = 'blank') AS blank,
  count(*) FILTER (value_status = 'missing') AS missing, count(*) FILTER (value_status = 'unreadable') AS unreadable,
  count(*) FILTER (is_derived) AS derived
FROM mart_disposition
GROUP BY ALL
ORDER BY blank + missing + unreadable DESC, item_code;
