// total
MATCH (p:Person) RETURN p.name ORDER BY p.name LIMIT 3;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 2;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 1 LIMIT 2;
// total
match (p:Person) return p.name order by p.name skip 4 limit 10;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name LIMIT 0;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 0 LIMIT 1;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 100;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name LIMIT 1000;
// total
// params {"skip": 2, "limit": 3}
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP $skip LIMIT $limit;
// total
// params {"limit": 2}
MATCH (p:Person) RETURN p.name ORDER BY p.name DESC LIMIT $limit;
// total
// params {"skip": 5}
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP $skip;
// total
// params {"n": 0}
MATCH (p:Person) RETURN p.name ORDER BY p.name LIMIT $n;
// total
MATCH (p:Person) RETURN p.age + 1 AS next ORDER BY next LIMIT 4;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC, p.name LIMIT 1;
// total
MATCH (p:Person) WHERE p.age IS NOT NULL RETURN p.name ORDER BY p.age, p.name LIMIT 1;
// total
MATCH (p:Person) RETURN DISTINCT p.role AS role ORDER BY role LIMIT 1;
// total
MATCH (p:Person) RETURN DISTINCT p.age AS age ORDER BY age SKIP 1 LIMIT 2;
// total
MATCH (p:Person) RETURN p.role AS role, count(*) AS n ORDER BY role SKIP 1;
// total
MATCH (p:Person) RETURN p.age AS age, count(*) AS n ORDER BY n DESC, age LIMIT 1;
// total
MATCH (a:Person)-[:Knows]->(b:Person) RETURN a.name, b.name ORDER BY a.name, b.name SKIP 1 LIMIT 3;
// total
MATCH (a:Person)-[k:Knows]->(b:Person) WHERE k.since IS NOT NULL RETURN b.name ORDER BY k.since DESC LIMIT 1;
// total
MATCH (p:Person)-[:Knows]->(q:Person) RETURN p.name AS name, count(q) AS n ORDER BY n DESC, name LIMIT 2;
// total
MATCH (d:Post)<-[:Wrote]-(p:Person) RETURN d.slug AS slug, count(p) AS authors ORDER BY authors DESC, slug SKIP 1 LIMIT 1;
MATCH (p:Person) RETURN 1 AS one LIMIT 4;
MATCH (p:Person) WHERE p.name = 'ana' RETURN p.name LIMIT 1;
MATCH (p:Person) RETURN count(*) AS n LIMIT 1;
MATCH (p:Person) RETURN count(*) AS n SKIP 1;
MATCH (p:Person) WHERE p.age > 100 RETURN p.name LIMIT 5;
MATCH (p:Person) WITH p ORDER BY p.name LIMIT 3 RETURN p.name;
MATCH (p:Person) WITH p ORDER BY p.name SKIP 2 RETURN p.name;
MATCH (p:Person) WITH p ORDER BY p.name SKIP 1 LIMIT 3 RETURN max(p.age) AS most;
MATCH (d:Post) WITH d ORDER BY d.likes DESC, d.slug SKIP 1 LIMIT 3 RETURN d.title;
MATCH (d:Post) WITH d.title AS title ORDER BY title LIMIT 2 RETURN count(title) AS n, min(title) AS first;
MATCH (p:Person) WITH p ORDER BY p.name LIMIT 3 WHERE p.role = 'guest' RETURN p.name;
MATCH (p:Person) WITH p ORDER BY p.name LIMIT 2 MATCH (c:City) RETURN p.name, c.name;
MATCH (p:Person) WITH p.role AS role, count(*) AS n ORDER BY role LIMIT 1 RETURN role, n;
MATCH (p:Person) WITH p ORDER BY p.age DESC, p.name LIMIT 3 MATCH (p)-[:Knows]->(q:Person) RETURN p.name, q.name;
MATCH (p:Person) RETURN p.name AS name ORDER BY name LIMIT 1 UNION ALL MATCH (c:City) RETURN c.name AS name;
// total
UNWIND range(1, 10) AS x RETURN x ORDER BY x SKIP 3 LIMIT 4;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name SKIP 1 + 1 LIMIT 2 * 2;
// total
MATCH (c:City) OPTIONAL MATCH (c)<-[:LivesIn]-(p:Person) RETURN c.name AS city, count(p) AS n ORDER BY n, city LIMIT 2;
