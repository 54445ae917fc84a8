//! Peak memory of the binary on data that is larger than what it may hold. Each test has a small form that always runs, and
//! a full one that `make test-memory` runs. Data is made here, streamed into the binary, and gone at the end.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use omnigraph_tests::binary::{self, Said};
use tempfile::TempDir;

const MIB: u64 = 1 << 20;

/// A graph in a folder of its own.
struct Graph {
    folder: TempDir,
}

/// What a run said, and the most memory it had.
struct Measured {
    said: Said,
    mebibytes: u64,
}

impl Measured {
    fn of(said: Said) -> Measured {
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        let told = said.err.lines().find_map(|line| line.strip_prefix("used up to "));
        let number = told.and_then(|rest| rest.split(' ').next()?.parse().ok());
        let mebibytes = number.unwrap_or_else(|| panic!("no word about memory in {:?}", said.err));
        Measured { said, mebibytes }
    }

    fn at_most(self, limit: u64, what: &str) -> Measured {
        println!("{what}: {} MiB", self.mebibytes);
        assert!(
            self.mebibytes <= limit,
            "{what} took {} MiB, not {limit}",
            self.mebibytes
        );
        self
    }
}

impl Graph {
    fn create(schema: &str) -> Graph {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("schema.pg"), schema).expect("a schema");
        binary::ok(folder.path(), &["init", "--schema", "schema.pg", "graph"]);
        Graph { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command on the graph; `feed` writes its stdin.
    fn start(&self, arguments: &[&str], feed: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Child {
        let mut child = binary::command(self.path())
            .args(arguments)
            .args(["--store", "graph", "--verbose"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = BufWriter::with_capacity(1 << 20, child.stdin.take().expect("its stdin"));
        // One that gives up early says why itself.
        let _ = feed(&mut stdin).and_then(|()| stdin.flush());
        child
    }

    fn load(&self, more: &[&str], feed: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Measured {
        let arguments = [&["load", "--data", "-"], more].concat();
        let output = self.start(&arguments, feed).wait_with_output();
        Measured::of(output.expect("it ends").into())
    }

    fn query(&self, text: &str, more: &[&str]) -> Measured {
        let text = format!("query q() {{ {text} }}");
        let arguments = [&["query", "--format", "csv", "-e", &text], more].concat();
        let output = self.start(&arguments, |_| Ok(())).wait_with_output();
        Measured::of(output.expect("it ends").into())
    }

    /// Runs an export; `look` reads what it prints.
    fn export<T>(&self, look: impl FnOnce(BufReader<ChildStdout>) -> T) -> (T, Measured) {
        let mut child = self.start(&["export"], |_| Ok(()));
        let seen = look(BufReader::with_capacity(
            1 << 20,
            child.stdout.take().expect("its stdout"),
        ));
        let output = child.wait_with_output().expect("it ends");
        (seen, Measured::of(output.into()))
    }
}

const PEOPLE: &str = "
node Person {
    name: String @key
    circle: I32
}

edge Knows: Person -> Person
";

/// People in circles, each of whom knows `degree` others.
struct People {
    count: u64,
    degree: u64,
}

impl People {
    const CIRCLES: u64 = 7;

    fn circle(&self, person: u64) -> u64 {
        person % People::CIRCLES
    }

    /// All different, and none of them the person.
    fn known_to(&self, person: u64) -> impl Iterator<Item = u64> + use<> {
        let count = self.count;
        (0..self.degree).map(move |n| (person + 1 + person % 97 + n * 1_009) % count)
    }

    fn write(&self, out: &mut dyn Write, edge_ids: bool) -> std::io::Result<()> {
        for person in 0..self.count {
            let circle = self.circle(person);
            writeln!(
                out,
                r#"{{"type":"Person","data":{{"name":"person {person}","circle":{circle}}}}}"#
            )?;
            for (n, other) in self.known_to(person).enumerate() {
                write!(
                    out,
                    r#"{{"edge":"Knows","from":"person {person}","to":"person {other}""#
                )?;
                if edge_ids {
                    write!(out, r#","data":{{"id":"edge {person} {n}"}}"#)?;
                }
                writeln!(out, "}}")?;
            }
        }
        Ok(())
    }

    fn edges(&self) -> u64 {
        self.count * self.degree
    }

    fn load_within(&self, limit: u64, edge_ids: bool, more: &[&str]) -> Graph {
        let graph = Graph::create(PEOPLE);
        let loaded = graph.load(more, |out| self.write(out, edge_ids));
        let what = format!("a load of {} nodes and {} edges", self.count, self.edges());
        let said = loaded.at_most(limit, &what).said.out;
        let expected = format!("loaded {} nodes and {} edges into main", self.count, self.edges());
        assert!(said.starts_with(&expected), "{said}");
        graph
    }

    /// Counts of pairs of links, over all and by circle, as loops find them.
    fn count_paths_within(&self, limit: u64, graph: &Graph) {
        let mut circles = vec![0; People::CIRCLES as usize];
        for person in 0..self.count {
            for other in self.known_to(person) {
                circles[self.circle(other) as usize] += self.known_to(other).count() as u64;
            }
        }
        let total: u64 = circles.iter().sum();
        assert_eq!(total, self.count * self.degree * self.degree);
        let all = "match { $a: Person $a knows $b $b knows $c } return { count($c) as n }";
        let found = graph
            .query(all, &[])
            .at_most(limit, &format!("a count over {total} paths"));
        assert_eq!(found.said.out, format!("n\n{total}\n"));
        let grouped = "match { $a: Person $a knows $b $b knows $c }
            return { $b.circle as circle, count($a) as n } order { circle }";
        let found = graph
            .query(grouped, &[])
            .at_most(limit, "the same by the circle between");
        let expected: String = circles
            .iter()
            .enumerate()
            .map(|(circle, n)| format!("{circle},{n}\n"))
            .collect();
        assert_eq!(found.said.out, format!("circle,n\n{expected}"));
        // Every path is looked at: nothing about its ends is known beforehand.
        let compared = "match { $a: Person $a knows $b $b knows $c $a.circle = $c.circle } return { count($c) as n }";
        let found = graph
            .query(compared, &[])
            .at_most(limit, "a count of those that end in the circle they began in");
        let circle = |person: &u64| self.circle(*person);
        let expected: usize = (0..self.count)
            .flat_map(|a| self.known_to(a).map(move |b| (a, b)))
            .map(|(a, b)| self.known_to(b).filter(|c| circle(c) == circle(&a)).count())
            .sum();
        assert_eq!(found.said.out, format!("n\n{expected}\n"));
    }
}

const DOCUMENTS: &str = "
node Doc {
    title: String @key
    embedding: Vector(1536)
}
";

fn vectors_stay_where_they_are(documents: u64, limit: u64) {
    let graph = Graph::create(DOCUMENTS);
    let numbers = vec!["0.25"; 1535].join(",");
    let loaded = graph.load(&[], |out| {
        for n in 0..documents {
            writeln!(
                out,
                r#"{{"type":"Doc","data":{{"title":"title {n}","embedding":[{n},{numbers}]}}}}"#
            )?;
        }
        Ok(())
    });
    loaded.at_most(1024, &format!("a load of {documents} vectors"));
    let found = graph.query("match { $d: Doc } return { $d.title }", &[]);
    let found = found.at_most(limit, &format!("one property of {documents} rows beside a vector"));
    let mut titles: Vec<String> = (0..documents).map(|n| format!("title {n}")).collect();
    titles.sort_unstable();
    assert_eq!(found.said.out, format!("d.title\n{}\n", titles.join("\n")));
}

const NOTES: &str = "
node Note {
    name: String @key
    text: String
}
";

/// Text that hardly compresses, the same on every machine.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(length + 16);
    while text.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:x}"));
    }
    text.truncate(length);
    text
}

fn exports_are_streamed(notes: u64, length: usize, limit: u64) {
    let graph = Graph::create(NOTES);
    // In an order that is not that of the ids.
    let number = |n: u64| n * 7_919 % notes;
    assert!(!notes.is_multiple_of(7_919), "every number is met once");
    let line = |n: u64| {
        let text = noise(n, length);
        format!(r#"{{"type":"Note","data":{{"id":"{n:08}","name":"{n:08}","text":"{text}"}}}}"#)
    };
    let loaded = graph.load(&[], |out| {
        (0..notes).try_for_each(|n| writeln!(out, "{}", line(number(n))))
    });
    loaded.at_most(1024, &format!("a load of {} MiB", notes * length as u64 / MIB));
    let (bytes, exported) = graph.export(|mut out| {
        let (mut found, mut bytes) = (String::new(), 0);
        for n in 0..notes {
            found.clear();
            bytes += out.read_line(&mut found).expect("text") as u64;
            assert!(found.trim_end() == line(n), "line {n} is {found:.200}");
        }
        assert_eq!(out.read(&mut [0]).expect("an end"), 0);
        bytes
    });
    exported.at_most(limit, &format!("an export of {} MiB", bytes / MIB));
    assert!(bytes > notes * length as u64);
}

#[test]
fn a_load_and_counts_over_it_keep_to_their_memory() {
    let people = People {
        count: 20_000,
        degree: 10,
    };
    let graph = people.load_within(160, false, &["--memory", "32MiB"]);
    people.count_paths_within(160, &graph);
}

#[test]
fn a_load_of_edges_with_ids_keeps_to_its_memory() {
    let people = People {
        count: 20_000,
        degree: 5,
    };
    people.load_within(160, true, &["--memory", "16MiB"]);
}

#[test]
fn a_short_property_is_read_without_the_vector_beside_it() {
    vectors_stay_where_they_are(3_000, 150);
}

#[test]
fn an_export_keeps_to_its_memory() {
    exports_are_streamed(3_000, 10_000, 200);
}

#[test]
#[ignore = "takes minutes: make test-memory"]
fn full_load() {
    let people = People {
        count: 1_000_000,
        degree: 10,
    };
    people.load_within(1024, false, &[]);
}

#[test]
#[ignore = "takes minutes: make test-memory"]
fn full_load_of_edges_with_ids() {
    let people = People {
        count: 1_000_000,
        degree: 10,
    };
    people.load_within(1024, true, &[]);
}

#[test]
#[ignore = "takes minutes: make test-memory"]
fn full_vectors() {
    vectors_stay_where_they_are(100_000, 150);
}

#[test]
#[ignore = "takes minutes: make test-memory"]
fn full_paths() {
    let people = People {
        count: 100_000,
        degree: 10,
    };
    let graph = people.load_within(1024, false, &[]);
    people.count_paths_within(500, &graph);
}

#[test]
#[ignore = "takes minutes: make test-memory"]
fn full_export() {
    exports_are_streamed(1_000_000, 1_000, 300);
}
