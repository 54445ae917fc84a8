MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, d.slug;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) WHERE d.likes > 3 RETURN p.name, d.slug;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post {slug: 'memory'}) RETURN p.name, d.likes;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, count(d) AS n, count(*) AS rows;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person) OPTIONAL MATCH (q)-[:Wrote]->(d:Post) RETURN p.name, q.name, d.slug;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, q.name, d.slug;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person)-[:Wrote]->(d:Post) RETURN p.name, q.name, d.slug;
OPTIONAL MATCH (p:Person {name: 'nobody'}) RETURN p.name;
OPTIONAL MATCH (p:Person {role: 'guest'}) RETURN p.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) RETURN p.name, c.name, c.people;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) RETURN p.name, coalesce(c.name, 'unknown') AS city;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) WHERE c.people > 150000 RETURN p.name, c.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) WHERE p.age > 30 RETURN p.name, c.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) WITH p, c WHERE c.name IS NULL RETURN p.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) WITH p, d WHERE d IS NULL RETURN p.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, d IS NULL AS missing;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, sum(d.likes) AS likes;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, max(d.likes) AS best, min(d.rating) AS worst;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person) RETURN p.name, count(DISTINCT q.name) AS friends;
MATCH (p:Person) OPTIONAL MATCH (p)<-[:Knows]-(q:Person) RETURN p.name, q.name;
MATCH (p:Person) OPTIONAL MATCH (p)<-[k:Knows]-(q:Person) RETURN p.name, q.name, k.since;
MATCH (p:Person) OPTIONAL MATCH (p)-[k:Knows]->(q:Person) WHERE k.since > date('2021-01-01') RETURN p.name, q.name, k.since;
MATCH (p:Person) OPTIONAL MATCH (p)-[k:Knows]->(q:Person) RETURN p.name, avg(k.weight) AS weight;
MATCH (c:City) OPTIONAL MATCH (c)<-[:LivesIn]-(p:Person) RETURN c.name, count(p) AS people;
MATCH (c:City) OPTIONAL MATCH (p:Person)-[:LivesIn]->(c) RETURN c.name, p.name;
MATCH (c:City) OPTIONAL MATCH (p:Person)-[:LivesIn]->(c) WITH c, count(p) AS n WHERE n = 0 RETURN c.name;
MATCH (c:City) OPTIONAL MATCH (c)<-[:LivesIn]-(p:Person)-[:Wrote]->(d:Post) RETURN c.name, d.slug;
MATCH (d:Post) OPTIONAL MATCH (d)<-[:Wrote]-(p:Person) RETURN d.slug, p.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) WITH p, count(d) AS posts RETURN p.name, posts;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person) WITH p, count(q) AS n OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, n, count(d) AS posts;
// total
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, d.slug ORDER BY d.slug, p.name;
// total
MATCH (p:Person) OPTIONAL MATCH (p)-[:LivesIn]->(c:City) RETURN p.name, c.name ORDER BY c.name DESC, p.name;
// total
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name AS name, count(d) AS n ORDER BY n DESC, name LIMIT 3;
// params {"slug": "disk"}
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post {slug: $slug}) RETURN p.name, d.title;
MATCH (a:Person {name: 'eve'}) OPTIONAL MATCH (a)-[:Knows]->(b:Person) RETURN a.name, b.name;
MATCH (a:Person {name: 'nobody'}) OPTIONAL MATCH (a)-[:Knows]->(b:Person) RETURN a.name, b.name;
MATCH (a:Person), (b:Person) WHERE a.name < b.name OPTIONAL MATCH (a)-[k:Knows]->(b) RETURN a.name, b.name, k.since;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN DISTINCT p.role, d.slug;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post) RETURN p.name, CASE WHEN d.likes > 5 THEN 'liked' ELSE 'not' END AS kind;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows]->(q:Person) MATCH (q)-[:LivesIn]->(c:City) RETURN p.name, q.name, c.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Knows*1..2]->(q:Person) WHERE q.name <> p.name RETURN DISTINCT p.name, q.name;
MATCH (p:Person) OPTIONAL MATCH (p)-[:Wrote]->(d:Post), (p)-[:LivesIn]->(c:City) RETURN p.name, d.slug, c.name;
