// total
MATCH (p:Person) RETURN p.name ORDER BY p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name DESC;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.name ASC;
// total
match (p:Person) return p.name order by p.name descending;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age, p.name;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC, p.name;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC, p.name DESC;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.active, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.active DESC, p.role, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.born DESC, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.born, p.name;
// total
MATCH (p:Person) RETURN p.name, p.score ORDER BY p.score DESC, p.name;
// total
MATCH (p:Person) RETURN p.role AS role, count(*) AS people ORDER BY people DESC, role;
// total
// refused by Kùzu
MATCH (p:Person) RETURN p.role, count(*) AS n ORDER BY count(*), p.role;
// total
MATCH (p:Person) RETURN p.age AS age, count(*) AS n ORDER BY age;
// total
MATCH (p:Person) RETURN p.role AS role, avg(p.age) AS mean ORDER BY mean DESC;
// total
MATCH (p:Person) RETURN p.name AS name ORDER BY name;
// total
MATCH (p:Person) RETURN p.name AS who ORDER BY p.name DESC;
// total
MATCH (p:Person) RETURN p.name ORDER BY size(p.name), p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY lower(p.name);
// total
MATCH (p:Person) RETURN p.name ORDER BY p.age % 10, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY -p.age, p.name;
// total
MATCH (p:Person) RETURN p.name, p.age ORDER BY coalesce(p.age, 100) DESC, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY CASE p.role WHEN 'member' THEN 0 ELSE 1 END, p.name;
// total
MATCH (p:Person) RETURN p.name ORDER BY p.age IS NULL DESC, p.name;
// total
MATCH (a:Person)-[k:Knows]->(b:Person) RETURN a.name, b.name, k.since ORDER BY a.name, b.name, k.since;
// total
MATCH (a:Person)-[k:Knows]->(b:Person) WHERE k.weight IS NOT NULL RETURN a.name, b.name, k.weight ORDER BY k.weight DESC;
// total
MATCH (a:Person)-[:Knows]->(b:Person) RETURN DISTINCT a.name AS a, b.name AS b ORDER BY a DESC, b;
// total
MATCH (p:Person) RETURN DISTINCT p.role ORDER BY p.role DESC;
// total
MATCH (p:Person) RETURN DISTINCT p.age AS age ORDER BY age DESC;
// total
MATCH (d:Post) RETURN d.slug ORDER BY d.at;
// total
MATCH (d:Post) RETURN d.slug ORDER BY d.at DESC;
// total
MATCH (d:Post)<-[:Wrote]-(p:Person) RETURN d.title, p.name ORDER BY d.likes DESC, p.name;
// total
MATCH (c:City) RETURN c.name ORDER BY c.people / 1000 DESC;
// total
MATCH (p:Person) WHERE p.age > 100 RETURN p.name ORDER BY p.name;
// total
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x DESC;
// total
UNWIND [3, null, 1] AS x RETURN x ORDER BY x;
// total
MATCH (p:Person) WHERE size(p.tags) > 0 RETURN p.name ORDER BY p.tags[1], p.name;
