-- The codes and the names in which a country is looked for.
SELECT cc, iso3, m49, name_en, name_fr, name_es, name_ar, name_zh, name_ru
FROM country
ORDER BY cc
