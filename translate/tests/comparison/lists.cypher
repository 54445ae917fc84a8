MATCH (p:Person) RETURN p.name, p.tags;
MATCH (p:Person) RETURN p.name, size(p.tags) AS n;
MATCH (p:Person) WHERE size(p.tags) > 0 RETURN p.name, p.tags[1] AS first;
// refused by Kùzu
MATCH (p:Person) RETURN p.name, p.tags[1] AS first;
MATCH (p:Person) WHERE size(p.tags) > 1 RETURN p.name, p.tags[2] AS second;
MATCH (p:Person) WHERE size(p.tags) > 0 RETURN p.name, p.tags[-1] AS last;
MATCH (p:Person) WHERE size(p.tags) > 0 RETURN p.name, list_extract(p.tags, 1) AS first;
MATCH (p:Person) WHERE size(p.tags) > 2 RETURN p.name, p.tags[1:2] AS some;
MATCH (p:Person) WHERE size(p.tags) > 2 RETURN p.name, list_slice(p.tags, 2, 3) AS some;
MATCH (p:Person) UNWIND p.tags AS tag RETURN p.name, tag;
MATCH (p:Person) UNWIND p.tags AS tag RETURN DISTINCT tag;
MATCH (p:Person) UNWIND p.tags AS tag WITH tag WHERE tag STARTS WITH 'r' RETURN tag;
MATCH (p:Person) UNWIND p.tags AS tag WITH tag, count(*) AS n WHERE n > 1 RETURN tag, n;
UNWIND [1, 2, 3] AS x RETURN x, x * x AS square;
UNWIND [1, 2, 2, 1] AS x RETURN DISTINCT x;
UNWIND [1, null, 3] AS x RETURN x;
UNWIND [] AS x RETURN x;
UNWIND ['ana', 'eve'] AS name MATCH (p:Person {name: name}) RETURN p.age;
UNWIND ['ana', 'nobody'] AS name OPTIONAL MATCH (p:Person {name: name}) RETURN name, p.age;
// params {"names": ["ana", "ana", "dan"]}
UNWIND $names AS name MATCH (p:Person {name: name}) RETURN p.name, p.age;
UNWIND [1, 2] AS x UNWIND [10, 20] AS y RETURN x + y AS sum;
RETURN range(1, 5) AS a, range(1, 7, 2) AS b;
RETURN size([1, 2, 3]) AS n, size([]) AS nothing;
RETURN 2 IN [1, 2, 3] AS a, 'x' IN ['a', 'b'] AS b, NOT 5 IN [1, 2] AS c;
RETURN [10, 20, 30][1] AS first, [10, 20, 30][3] AS last;
RETURN [1, 2] + [3] AS joined;
RETURN list_concat([1, 2], [3]) AS joined;
RETURN list_append([1, 2], 3) AS more;
RETURN list_sort([3, 1, 2]) AS sorted;
RETURN list_distinct([3, 1, 3]) AS kinds;
RETURN list_reverse([1, 2, 3]) AS back;
RETURN list_sum([1, 2, 3]) AS total;
MATCH (p:Person) RETURN p.name, list_append(p.tags, p.name) AS more, list_reverse(p.tags) AS back;
MATCH (p:Person) RETURN p.name, list_sort(p.tags) AS sorted, list_distinct(p.tags) AS kinds;
MATCH (p:Person) RETURN p.name, any(t IN p.tags WHERE t = 'sql') AS a, none(t IN p.tags WHERE t = 'sql') AS b;
RETURN list_transform([1, 2, 3], x -> x * 2) AS doubled;
RETURN list_filter([1, 2, 3], x -> x > 1) AS some;
MATCH (p:Person) RETURN p.name, list_filter(p.tags, t -> t <> 'rust') AS others;
MATCH (p:Person) RETURN p.name, list_transform(p.tags, t -> lower(t)) AS tags;
MATCH (p:Person) WHERE list_contains(p.tags, 'sql') RETURN p.name;
MATCH (p:Person) WHERE list_has(p.tags, 'Rust') RETURN p.name;
MATCH (p:Person) WHERE p.tags = [] RETURN p.name;
MATCH (p:Person) WHERE p.tags = ['rust', 'graphs'] RETURN p.name;
MATCH (p:Person) WHERE p.tags <> ['rust'] RETURN p.name;
MATCH (p:Person) WHERE p.tags IS NULL RETURN p.name;
MATCH (p:Person) WHERE any(t IN p.tags WHERE t CONTAINS 'u') RETURN p.name;
MATCH (p:Person) WHERE p.tags IS NOT NULL AND single(t IN p.tags WHERE t = 'sql') RETURN p.name;
// params {"tag": "sql"}
MATCH (p:Person) WHERE $tag IN p.tags RETURN p.name;
MATCH (p:Person) WHERE size(p.tags) = 3 RETURN p.name, p.tags AS tags;
MATCH (p:Person) RETURN size(collect(p.name)) AS n;
MATCH (p:Person) WHERE p.name = 'ana' RETURN collect(p.age) AS ages;
// refused by Kùzu
MATCH (p:Person) WITH p ORDER BY p.name RETURN collect(p.name) AS names;
MATCH (p:Person) WITH p.role AS role, collect(p.name) AS names WHERE size(names) > 2 RETURN role, size(names) AS n;
// refused by Kùzu
RETURN [x IN [1, 2, 3] WHERE x > 1 | x * 10] AS xs;
