MATCH (p:Person) RETURN p.name, lower(p.name) AS a, upper(p.name) AS b, size(p.name) AS c, reverse(p.name) AS d;
MATCH (p:Person) RETURN p.name, size(p.name) AS c, reverse(p.name) AS d;
MATCH (p:Person) RETURN p.name, toLower(p.name) AS a;
MATCH (p:Person) RETURN p.name, lcase(p.name) AS a, ucase(p.role) AS b;
MATCH (d:Post) RETURN substring(d.title, 1, 3) AS a, left(d.title, 4) AS b, right(d.title, 4) AS c, trim(d.title) AS d;
MATCH (d:Post) RETURN substring(d.title, 1, 3) AS a, left(d.title, 4) AS b, right(d.title, 4) AS c;
MATCH (d:Post) RETURN substring(d.title, 9, 100) AS rest;
MATCH (d:Post) RETURN d.title, left(d.title, 1) AS initial;
MATCH (d:Post) RETURN left(d.title, 100) AS whole, right(d.title, 100) AS also;
MATCH (d:Post) RETURN d.slug + '!' AS a;
MATCH (p:Person) RETURN p.name + ' is ' + p.role AS sentence;
MATCH (p:Person) RETURN concat(p.name, ' (', p.role, ')') AS text;
MATCH (p:Person) RETURN p.name + ': ' + CAST(p.age AS STRING) AS text;
MATCH (d:Post) WHERE starts_with(d.title, 'C') AND ends_with(d.title, 'k') RETURN d.slug;
MATCH (d:Post) WHERE contains(d.title, 'mem') RETURN d.slug;
MATCH (d:Post) WHERE d.title STARTS WITH 'columns' RETURN d.slug;
MATCH (d:Post) WHERE lower(d.title) STARTS WITH 'columns' RETURN d.slug;
MATCH (d:Post) WHERE d.title STARTS WITH '' RETURN d.slug;
MATCH (p:Person) WHERE p.name ENDS WITH 'n' RETURN p.name;
MATCH (p:Person) WHERE p.name CONTAINS 'e' RETURN p.name;
// params {"word": "on"}
MATCH (d:Post) WHERE d.title CONTAINS $word RETURN d.title;
// params {"prefix": "Tr"}
MATCH (d:Post) WHERE d.title STARTS WITH $prefix RETURN d.title;
MATCH (d:Post) WHERE d.title > 'M' RETURN d.slug;
MATCH (p:Person) WHERE p.name < 'b' RETURN p.name;
MATCH (p:Person) WHERE p.name = 'ANA' RETURN p.name;
MATCH (p:Person) WHERE lower(p.name) = 'finn' RETURN p.name;
MATCH (d:Post) WHERE d.slug =~ '[a-m].*' RETURN d.slug;
MATCH (d:Post) WHERE d.title =~ '.*(disk|memory)' RETURN d.slug;
MATCH (p:Person) WHERE p.name =~ '^[A-Z].*' RETURN p.name;
MATCH (p:Person) WHERE regexp_matches(p.name, 'n$') RETURN p.name;
// refused by Kùzu
MATCH (d:Post) RETURN replace(d.title, 'Columns', 'Rows') AS a;
// refused by Kùzu
MATCH (d:Post) RETURN replace(d.title, ' ', '') AS a;
MATCH (d:Post) RETURN string_split(d.title, ' ') AS words;
MATCH (d:Post) RETURN split_part(d.title, ' ', 1) AS word;
MATCH (d:Post) RETURN d.slug, size(string_split(d.title, ' ')) AS words;
MATCH (p:Person) RETURN p.name, repeat('*', 3) AS stars;
MATCH (p:Person) RETURN lpad(p.name, 6, '.') AS a, rpad(p.name, 6, '.') AS b;
RETURN trim('  x ') AS a, ltrim('  x') AS b, rtrim('x  ') AS c;
RETURN 'a' + 'b' AS a, size('') AS b;
RETURN "double" AS a, 'tab\t' AS b, 'say "hi"' AS c, 'it\'s' AS d;
RETURN 'a' < 'b' AS a, 'a' < 'B' AS b, 'a' = 'A' AS c, '' < 'a' AS d;
RETURN lower('ABC') AS a, upper('abc') AS b;
RETURN 'abc' CONTAINS '' AS a, 'abc' STARTS WITH 'abc' AS b, 'abc' ENDS WITH 'abcd' AS c;
RETURN size('héllo') AS a, reverse('abc') AS b;
RETURN CAST('12' AS INT64) AS a, CAST(12 AS STRING) AS b, CAST(1.5 AS STRING) AS c, CAST(true AS STRING) AS d;
RETURN substring('hello', 2, 3) AS a, left('hello', 0) AS b, 'hello'[1] AS c;
// params {"word": ""}
MATCH (d:Post) WHERE d.title CONTAINS $word RETURN d.title;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) RETURN p.name + '@' + c.name AS address;
MATCH (p:Person) WHERE size(p.name) > 3 RETURN p.name;
MATCH (p:Person) RETURN DISTINCT left(p.role, 1) AS initial;
MATCH (p:Person) RETURN left(p.name, 1) AS initial, count(*) AS n;
MATCH (p:Person) RETURN p.name, CASE WHEN p.name CONTAINS 'n' THEN 'n' ELSE '-' END AS has;
MATCH (p:Person)-[:LivesIn]->(c:City) RETURN p.name + '@' + c.name AS address;
MATCH (p:Person) RETURN p.name, coalesce(CAST(p.age AS STRING), '?') AS age;
