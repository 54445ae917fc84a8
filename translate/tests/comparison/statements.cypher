MATCH (p:Person) RETURN p.name;
MATCH (a:Person)-[:Knows]->(b:Person) RETURN a.name, b.name;
MATCH (a:Person)<-[k:Knows]-(b:Person) RETURN a.name, b.name, k.since, k.weight;
MATCH (a:Person)-[:Knows]->(b:Person) RETURN DISTINCT b.name;
MATCH (a:Person)-[:Knows]->(b:Person)-[:Knows]->(c:Person) RETURN a.name, b.name, c.name;
MATCH (a:Person)-[:Knows]->(b:Person), (b)-[:Knows]->(c:Person) RETURN count(*) AS n;
MATCH (a:Person)-[:Wrote]->(d:Post)<-[:Wrote]-(b:Person) RETURN a.name, b.name;
MATCH (a:Person)-[:Wrote]->(d:Post)<-[:Wrote]-(b:Person) WHERE a.name <> b.name RETURN a.name, b.name, d.slug;
MATCH (p:Person), (c:City) RETURN p.name, c.name;
MATCH (a:Person)-[:Knows*1..3]->(b:Person) WHERE a.name <> b.name RETURN DISTINCT a.name, b.name;
MATCH (a:Person {name: 'ana'})-[:Knows*1..2]->(b:Person) WHERE b.name <> a.name RETURN count(DISTINCT b.name) AS n;
MATCH (p:Person)-[:Wrote]-(d:Post) RETURN p.name, d.slug;
MATCH (p:Person {role: 'guest', active: true}) RETURN p.name;
// params {"name": "ana"}
MATCH (p:Person {name: $name}) RETURN p.age;
MATCH (p:Person) WHERE p.age > 30 RETURN p.name;
MATCH (p:Person) WHERE p.age >= 28 AND p.age < 40 RETURN p.name;
MATCH (p:Person) WHERE p.age <> 28 RETURN p.name;
MATCH (p:Person) WHERE NOT p.age = 28 RETURN p.name;
MATCH (p:Person) WHERE p.age > 30 OR p.role = 'guest' AND p.active RETURN p.name;
MATCH (p:Person) WHERE p.active XOR p.age > 30 RETURN p.name;
MATCH (p:Person) WHERE p.age IS NULL RETURN p.name;
MATCH (p:Person) WHERE p.tags IS NOT NULL RETURN p.name;
MATCH (p:Person) WHERE p.role IN ['guest', 'other'] RETURN p.name;
MATCH (p:Person) WHERE list_contains(p.tags, 'rust') RETURN p.name;
MATCH (p:Person) WHERE p.age IN [28, 34] RETURN p.name;
MATCH (p:Person) WHERE NOT p.age IN [28, 34] RETURN p.name;
MATCH (d:Post) WHERE d.title STARTS WITH 'Columns' RETURN d.slug;
MATCH (d:Post) WHERE d.title ENDS WITH 'disk' OR d.title CONTAINS 'and' RETURN d.slug;
MATCH (d:Post) WHERE d.title =~ 'Col.*disk' RETURN d.slug;
MATCH (d:Post) WHERE d.title =~ 'Col' RETURN d.slug;
MATCH (p:Person) WHERE (p)-[:Wrote]->(:Post) RETURN p.name;
MATCH (p:Person) WHERE NOT (p)-[:Wrote]->(:Post) RETURN p.name;
MATCH (p:Person) WHERE EXISTS { MATCH (p)-[:Wrote]->(d:Post) WHERE d.likes > 5 } RETURN p.name;
MATCH (p:Person) WHERE NOT EXISTS { MATCH (p)-[:Knows]->(q:Person) } RETURN p.name;
MATCH (p:Person) WHERE COUNT { MATCH (p)-[:Knows]->(q:Person) } > 1 RETURN p.name;
MATCH (p:Person) RETURN p.name, COUNT { MATCH (p)-[:Knows]->(q:Person) } AS n;
// params {"age": 30, "role": "guest"}
MATCH (p:Person) WHERE p.age > $age OR p.role = $role RETURN p.name;
MATCH (p:Person) RETURN p.name AS name, p.age AS age;
MATCH (p:Person) RETURN DISTINCT p.role;
MATCH (p:Person) RETURN DISTINCT p.role AS role, p.active AS active;
MATCH (p:Person) RETURN p.name, CASE WHEN p.age > 30 THEN 'older' ELSE 'younger' END AS kind;
MATCH (p:Person) RETURN p.name, CASE p.role WHEN 'guest' THEN 1 WHEN 'member' THEN 2 END AS rank;
MATCH (p:Person) RETURN p.name, coalesce(p.age, -1) AS age;
MATCH (p:Person) WITH p WHERE p.age > 30 MATCH (p)-[:Knows]->(q:Person) RETURN q.name;
MATCH (p:Person) WITH p, p.age * 2 AS twice WHERE twice > 60 RETURN p.name, twice;
MATCH (p:Person)-[:Knows]->(q:Person) WITH p, count(q) AS friends WHERE friends > 1 RETURN p.name, friends;
MATCH (p:Person)-[:Knows]->(q:Person) WITH p.role AS role, count(q) AS n RETURN role, n;
RETURN 1 + 1 AS two;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name DESC;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age, p.name;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.active, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.born DESC, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 1 LIMIT 2;
// total
// params {"skip": 2, "limit": 3}
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP $skip LIMIT $limit;
// total
MATCH (p:Person) RETURN p.role AS role, count(*) AS people ORDER BY people DESC, role;
// total
MATCH (p:Person) RETURN p.age + 1 AS next ORDER BY next LIMIT 4;
MATCH (p:Person) RETURN count(*) AS n, count(p.age) AS ages, count(DISTINCT p.role) AS roles;
MATCH (p:Person) RETURN sum(p.age) AS total, avg(p.age) AS mean, min(p.age) AS least, max(p.age) AS most;
MATCH (p:Person) WHERE p.age > 1000 RETURN sum(p.age) AS total, count(*) AS n, max(p.age) AS most;
MATCH (p:Person) WHERE p.age > 1000 RETURN sum(p.score) AS total, avg(p.score) AS mean;
MATCH (p:Person) RETURN p.role, sum(p.age) AS total, sum(p.score) AS score;
MATCH (p:Person) RETURN sum(DISTINCT p.age) AS total;
MATCH (p:Person) RETURN min(p.name) AS first, max(p.born) AS latest;
MATCH (p:Person) RETURN p.role, max(p.age) - min(p.age) AS span;
MATCH (p:Person) RETURN p.active, count(*) AS n;
MATCH (p:Person) RETURN p.age / 10 AS decade, count(*) AS n;
MATCH (p:Person) RETURN size(collect(p.age)) AS n;
RETURN 7 / 2 AS a, -7 / 2 AS b, -7 % 2 AS c, 7 / 2.0 AS d, 7 % -2 AS e;
MATCH (p:Person) RETURN p.name, p.age + 1 AS a, p.age - 1 AS b, p.age * 2 AS c, p.age / 3 AS d, p.age % 7 AS e, -p.age AS f;
MATCH (d:Post) RETURN d.slug, d.likes / 2 AS a, d.likes / 2.0 AS b, d.rating * 2 AS c, d.rating ^ 2 AS e;
MATCH (d:Post) WHERE d.rating <> 0 RETURN d.slug, 1 / d.rating AS inverse;
MATCH (d:Post) RETURN d.slug, CASE WHEN d.rating > 0 THEN d.likes / d.rating ELSE 0.0 END AS share;
MATCH (d:Post) WHERE d.rating > 0 RETURN sqrt(d.rating) AS a, log(d.rating) AS b, ln(d.rating) AS c, log2(d.rating) AS d;
MATCH (p:Person) RETURN p.name, abs(p.score) AS a, floor(p.score) AS b, ceil(p.score) AS c, sign(p.score) AS d;
MATCH (p:Person) RETURN p.name, floor(p.age) AS a, ceil(p.age) AS b, floor(p.age) / 3 AS c;
MATCH (p:Person) WHERE p.score >= 0 RETURN p.name, round(p.score, 0) AS a;
RETURN sin(1) AS a, cos(1) AS b, tan(1) AS c, atan(1) AS d, atan2(1, 2) AS e, pi() AS f, degrees(1) AS g, radians(180) AS h, cbrt(27) AS i;
RETURN pow(2, 10) AS a, 2 ^ 3 AS b;
MATCH (p:Person) RETURN p.name, lower(p.name) AS a, upper(p.name) AS b, size(p.name) AS c, reverse(p.name) AS d;
MATCH (d:Post) RETURN substring(d.title, 1, 3) AS a, left(d.title, 4) AS b, right(d.title, 4) AS c, trim(d.title) AS d;
MATCH (d:Post) RETURN d.slug + '!' AS a;
MATCH (d:Post) WHERE starts_with(d.title, 'C') AND ends_with(d.title, 'k') RETURN d.slug;
MATCH (d:Post) WHERE contains(d.title, 'mem') RETURN d.slug;
MATCH (d:Post) WHERE d.title > 'M' RETURN d.slug;
MATCH (p:Person) RETURN p.name, size(p.tags) AS n;
MATCH (p:Person) WHERE size(p.tags) > 0 RETURN p.name, p.tags[1] AS first;
MATCH (p:Person) UNWIND p.tags AS tag RETURN p.name, tag;
MATCH (p:Person) UNWIND p.tags AS tag RETURN tag, count(*) AS n;
UNWIND [1, 2, 3] AS x RETURN x, x * x AS square;
UNWIND ['ana', 'eve'] AS name MATCH (p:Person {name: name}) RETURN p.age;
RETURN range(1, 5) AS a, range(1, 7, 2) AS b;
MATCH (p:Person) WHERE p.born > date('1990-01-01') RETURN p.name;
MATCH (p:Person) RETURN p.name, date_part('year', p.born) AS y, date_part('month', p.born) AS m, date_part('day', p.born) AS d;
MATCH (p:Person) RETURN p.name, p.born + interval('3 days') AS later, p.born - interval('1 month') AS earlier;
MATCH (p:Person) RETURN p.name, date('2026-01-01') - p.born AS days;
MATCH (p:Person) RETURN p.name, date_trunc('month', p.born) AS month;
MATCH (d:Post) WHERE d.at > timestamp('2026-01-15 00:00:00') RETURN d.slug;
MATCH (d:Post) RETURN d.slug, date_part('hour', d.at) AS h, date_part('minute', d.at) AS m;
MATCH (p:Person) RETURN p.name, CAST(p.age AS DOUBLE) AS a, CAST(p.age AS STRING) AS b, CAST(p.born AS STRING) AS c;
MATCH (p:Person)-[:LivesIn]->(c:City) WITH c, count(p) AS people WHERE people > 1 RETURN c.name, people;
MATCH (c:City) WHERE c.area > 0 RETURN c.name, c.people / c.area AS density;
MATCH (a:Person)-[:Knows]-(b:Person) RETURN a.name, b.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, d.slug;
MATCH (p:Person) RETURN p.name, size(p.name) AS c, reverse(p.name) AS d;
MATCH (d:Post) RETURN substring(d.title, 1, 3) AS a, left(d.title, 4) AS b, right(d.title, 4) AS c;
MATCH (p:Person) RETURN p.name, NOT list_contains(p.tags, 'rust') AS x;
MATCH (p:Person) RETURN p.name, p.age IN [28, 34] AS x, p.age = 28 OR p.active AS y, NOT p.active AS z;
MATCH (p:Person) RETURN p.name, p.age IS NULL AS a, p.age > 30 AND p.active AS b, p.active XOR p.age > 30 AS c;
MATCH (a:Person)-[:Knows]-(b:Person) RETURN DISTINCT a.name, b.name;
MATCH (a:Person)-[:Knows*1..2]-(b:Person) WHERE a.name <> b.name RETURN DISTINCT a.name, b.name;
MATCH (a:Person)-[:Knows]->(b:Person) WHERE EXISTS { MATCH (b)-[:Knows]->(a) } RETURN a.name, b.name;
MATCH (p:Person) WHERE p.tags = ['rust'] RETURN p.name;
MATCH (p:Person)-[k:Knows]->(q:Person) WHERE k.weight >= 0.5 AND k.since > date('2020-01-01') RETURN p.name, q.name, k.weight;
MATCH (p:Person)-[k:Knows]->(q:Person) RETURN p.name, count(k.weight) AS n, sum(k.weight) AS total, min(k.since) AS first;
MATCH (p:Person)-[:Knows]->(q:Person) RETURN p.name, count(DISTINCT q.name) AS friends;
MATCH (p:Person)-[:Knows]->(q:Person) RETURN p.name, max(q.age) AS oldest;
MATCH (p:Person) RETURN p.name, nullif(p.role, 'guest') AS role;
MATCH (p:Person) RETURN p.name, date('2026-01-31') + interval('1 month 3 days') AS a, p.born + interval('1 year 2 months') AS b;
MATCH (p:Person) WHERE p.role = 'member' WITH p.name AS name, p.age AS age WHERE age >= 0 RETURN name, age + 1 AS next;
MATCH (p:Person) RETURN p.role, p.active, count(*) AS n, avg(p.score) AS mean;
MATCH (p:Person) RETURN p.role AS role, count(*) * 10 + min(p.age) AS x;
