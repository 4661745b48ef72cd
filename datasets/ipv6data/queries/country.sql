-- The facts about one country, and its people in the newest year up to the file's.
SELECT country.cc, iso3, name_en, name_fr, name_es, name_ar, name_zh, name_ru,
       region, subregion, itu_region, income, registry, ldc, lldc, sids, transition,
       people, year
FROM country LEFT JOIN population
  ON population.cc = country.cc
 AND year = (SELECT MAX(year) FROM population
             WHERE population.cc = country.cc AND year <= CAST(:date AS INTEGER))
WHERE country.cc = :cc
