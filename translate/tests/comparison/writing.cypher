CREATE (:City {name: 'Chur', people: 38000, area: 54.3});
CREATE (c:City {name: 'Chur', people: 38000}) RETURN c.name, c.people;
CREATE (:Person {name: 'zoe', age: 22, role: 'guest', tags: ['rust', 'sql'], born: date('2003-04-05'), active: true});
// params {"name": "Chur", "people": 38000}
CREATE (:City {name: $name, people: $people});
CREATE (:City {name: 'Chur'}), (:City {name: 'Sion', people: 35000});
CREATE (a:Person {name: 'xa'})-[:Knows {since: date('2026-01-01')}]->(b:Person {name: 'xb'});
MATCH (a:Person {name: 'ana'}) CREATE (a)-[:Wrote]->(d:Post {slug: 'new', title: 'New', likes: 0, rating: 0.0});
MATCH (a:Person {name: 'ana'}), (b:Person {name: 'eve'}) CREATE (a)-[:Knows]->(b);
MATCH (a:Person {name: 'ana'}), (b:Person {name: 'eve'}) CREATE (a)-[k:Knows {since: date('2026-01-01'), weight: 2.0}]->(b) RETURN a.name, b.name, k.weight;
MATCH (a:Person), (c:City {name: 'Basel'}) WHERE a.age > 30 CREATE (a)-[:LivesIn]->(c);
MATCH (a:Person {name: 'nobody'}), (b:Person {name: 'eve'}) CREATE (a)-[:Knows]->(b);
MATCH (a:Person)-[:Knows]->(b:Person) WHERE NOT (b)-[:Knows]->(a) AND a.name <> b.name CREATE (b)-[:Knows]->(a);
MATCH (p:Person {name: 'ana'}) SET p.age = 35;
MATCH (p:Person {name: 'ana'}) SET p.age = p.age + 1, p.active = false;
MATCH (p:Person {name: 'ana'}) SET p.age = p.age + 1 RETURN p.name, p.age;
// params {"name": "ben", "age": 29}
MATCH (p:Person {name: $name}) SET p.age = $age;
MATCH (p:Person) WHERE p.role = 'guest' SET p.role = 'member';
MATCH (p:Person) WHERE p.age IS NULL SET p.age = 0;
MATCH (p:Person {name: 'ana'}) SET p.age = NULL;
MATCH (p:Person)-[:Knows]->(q:Person) SET p.score = p.age * 1.0;
MATCH (p:Person {name: 'ana'}) SET p.tags = ['new', 'tags'];
MATCH (p:Person {name: 'nobody'}) SET p.age = 1;
MATCH (p:Person) SET p.score = p.age * 1.5;
MATCH (p:Person) WHERE (p)-[:Wrote]->(:Post) SET p.active = true;
MATCH (p:Person)-[:LivesIn]->(c:City {name: 'Bern'}) SET p.role = 'local';
MATCH (p:Person)-[:Knows]->(q:Person) WHERE q.age < 30 SET q.active = true;
MATCH (a:Person)-[k:Knows]->(b:Person) WHERE k.weight IS NULL SET k.weight = 1.0;
MATCH (a:Person {name: 'ana'})-[k:Knows]->(b:Person) SET k.weight = k.weight * 2;
MATCH (d:Post) WHERE d.likes = 0 SET d.title = d.title + ' (new)';
MATCH (p:Person {name: 'eve'}) DETACH DELETE p;
MATCH (p:Person {name: 'ana'}) DETACH DELETE p;
MATCH (p:Person) WHERE p.age < 30 DETACH DELETE p;
MATCH (p:Person {name: 'nobody'}) DETACH DELETE p;
MATCH (p:Person) WHERE NOT (p)-[:Knows]->(:Person) DETACH DELETE p;
MATCH (c:City) WHERE NOT (c)<-[:LivesIn]-(:Person) DETACH DELETE c;
MATCH (a:Person {name: 'ana'})-[k:Knows]->(b:Person {name: 'ben'}) DELETE k;
MATCH (a:Person)-[k:Knows]->(b:Person) WHERE k.since < date('2022-01-01') DELETE k;
MATCH (a:Person)-[k:Knows]->(a) DELETE k;
MATCH (:Person {name: 'ana'})-[w:Wrote]->(:Post) DELETE w;
MATCH (a:Person)-[k:Knows]->(b:Person) DELETE k;
MATCH (p:Person {name: 'Finn'}) DELETE p;
MERGE (c:City {name: 'Bern'}) ON MATCH SET c.people = 140000 ON CREATE SET c.people = 1;
MERGE (c:City {name: 'Chur'}) ON MATCH SET c.people = 140000 ON CREATE SET c.people = 1;
MERGE (c:City {name: 'Bern'}) SET c.people = 5, c.area = 2.5;
// params {"name": "Bern"}
MERGE (c:City {name: $name});
MERGE (c:City {name: 'Chur'});
MATCH (a:Person {name: 'ana'}), (b:Person {name: 'ben'}) MERGE (a)-[:Knows]->(b);
MATCH (a:Person {name: 'eve'}), (b:Person {name: 'ben'}) MERGE (a)-[:Knows]->(b);
MATCH (p:Person)-[:Knows]->(q:Person) WITH q, count(p) AS n WHERE n > 1 SET q.score = 100.0;
UNWIND ['x', 'y'] AS n CREATE (:City {name: n, people: 1});
MATCH (d:Post {slug: 'disk'}) SET d.likes = d.likes + 1 RETURN d.likes;
// fails in Kùzu
CREATE (:City {name: 'Bern', people: 1});
// fails in Kùzu
CREATE (:City {name: 'Chur'}), (:City {name: 'Bern', people: 1});
// fails in Kùzu
MATCH (p:Person {name: 'ana'}) DELETE p;
