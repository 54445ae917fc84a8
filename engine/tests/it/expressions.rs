//! Expressions in plans: computed columns, conditions of three values, constants, errors with their places. Plans are made of
//! those of simple queries, with other expressions in them.

use std::collections::BTreeMap;

use omnigraph_engine::execution::{self, AccessPaths, QueryOptions};
use omnigraph_engine::result::QueryResult;
use omnigraph_engine::{Class, Error};
use omnigraph_model::ir::{
    Column, ColumnType, Comparison, Expression, Operator, Origin, ReadPlan, TextFunction, Var, optimize,
};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::{Function, Operation};

use crate::lab::{Lab, options, rows};

const PERSON: Var = Var(0);

fn of(scalar: Scalar) -> Type {
    Type::of(scalar)
}

fn property(name: &str, scalar: Scalar) -> Expression {
    Expression::Property {
        variable: PERSON,
        property: name.into(),
        ty: of(scalar).nullable(),
    }
}

fn tags() -> Expression {
    Expression::Property {
        variable: PERSON,
        property: "tags".into(),
        ty: Type::list_of(Scalar::String).nullable(),
    }
}

fn age() -> Expression {
    property("age", Scalar::I32)
}

fn handle() -> Expression {
    property("handle", Scalar::String)
}

fn literal(value: Value, ty: Type) -> Expression {
    Expression::Literal { value, ty }
}

fn integer(value: i64) -> Expression {
    literal(Value::Integer(value), of(Scalar::I64))
}

fn text(value: &str) -> Expression {
    literal(Value::String(value.into()), of(Scalar::String))
}

const ORIGIN: Origin = Origin { start: 17, end: 23 };

fn call(operation: Operation, arguments: Vec<Expression>, ty: Type) -> Expression {
    Expression::Call {
        operation,
        arguments,
        ty,
        origin: ORIGIN,
    }
}

fn function(function: Function, arguments: Vec<Expression>, ty: Type) -> Expression {
    call(Operation::Function(function), arguments, ty)
}

fn condition(operation: Operation, arguments: Vec<Expression>) -> Expression {
    call(operation, arguments, of(Scalar::Bool).nullable())
}

fn not(of: Expression) -> Expression {
    condition(Operation::Not, vec![of])
}

fn compare(left: Expression, comparison: Comparison, right: Expression) -> Expression {
    Expression::Compare {
        left: Box::new(left),
        comparison,
        right: Box::new(right),
    }
}

fn case(branches: Vec<(Expression, Expression)>, otherwise: Option<Expression>, ty: Type) -> Expression {
    Expression::Case {
        branches,
        otherwise: otherwise.map(Box::new),
        ty,
        origin: ORIGIN,
    }
}

fn list(items: Vec<Value>, scalar: Scalar) -> Expression {
    literal(Value::List(items), Type::list_of(scalar))
}

/// The plan with other columns, each with its type.
fn with_columns(plan: ReadPlan, columns: Vec<(Expression, Type)>) -> ReadPlan {
    let Operator::Project { input, .. } = plan.root else {
        panic!("{:?}", plan.root);
    };
    let (expressions, types): (Vec<Expression>, Vec<Type>) = columns.into_iter().unzip();
    let columns = types.into_iter().enumerate().map(|(place, ty)| Column {
        name: format!("c{place}"),
        ty: ColumnType::Value(ty),
    });
    ReadPlan {
        root: Operator::Project { input, expressions },
        columns: columns.collect(),
        ..plan
    }
}

/// How long ago somebody joined, a duration.
fn since_joined() -> Expression {
    call(
        Operation::Subtract,
        vec![
            function(Function::Today, vec![], of(Scalar::Date)),
            property("joined", Scalar::Date),
        ],
        of(Scalar::Duration).nullable(),
    )
}

/// The plan with a further predicate, wherever the passes put it.
fn filtered(plan: ReadPlan, predicate: Expression) -> ReadPlan {
    fn above_pattern(operator: Operator, predicate: Expression) -> Operator {
        match operator {
            Operator::Project { input, expressions } => Operator::Project {
                input: Box::new(above_pattern(*input, predicate)),
                expressions,
            },
            Operator::Sort {
                input,
                keys,
                ties,
                limit,
                offset,
            } => Operator::Sort {
                input: Box::new(above_pattern(*input, predicate)),
                keys,
                ties,
                limit,
                offset,
            },
            input => Operator::Filter {
                input: Box::new(input),
                predicate,
            },
        }
    }
    optimize::run(ReadPlan {
        root: above_pattern(plan.root, predicate),
        ..plan
    })
}

async fn run(lab: &Lab, plan: &ReadPlan) -> Result<QueryResult, Error> {
    execution::query(&lab.snapshot, plan, &BTreeMap::new(), &options()).await
}

/// The values of an expression for each person, by handle.
async fn values(lab: &Lab, expression: Expression, ty: Type) -> Vec<String> {
    let plan = lab.plan("match { $p: Person } return { $p.handle } order { $p.handle }");
    let plan = with_columns(plan, vec![(expression, ty)]);
    let result = run(lab, &plan).await.unwrap();
    rows(&result)
        .iter()
        .map(|row| row.trim_matches(['[', ']']).to_owned())
        .collect()
}

async fn fails(lab: &Lab, expression: Expression, ty: Type) -> String {
    let plan = lab.plan("match { $p: Person } return { $p.handle } order { $p.handle }");
    let error = run(lab, &with_columns(plan, vec![(expression, ty)])).await.unwrap_err();
    assert_eq!(error.class(), Class::Evaluation, "{error}");
    match error {
        Error::Evaluation { code, origin, message } => {
            assert_eq!((origin.start, origin.end), (ORIGIN.start, ORIGIN.end));
            format!("{}: {message}", code.code())
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn columns_are_computed() {
    let lab = Lab::new().await;
    let number = of(Scalar::I64).nullable();
    let plus = call(Operation::Add, vec![age(), integer(1)], number.clone());
    assert_eq!(
        values(&lab, plus, number.clone()).await,
        ["42", "30", "null", "30", "36"]
    );
    let half = call(Operation::Divide, vec![age(), integer(2)], of(Scalar::F64).nullable());
    assert_eq!(
        values(&lab, half, of(Scalar::F64).nullable()).await,
        ["20.5", "14.5", "null", "14.5", "17.5"]
    );
    let id = Expression::Id { variable: PERSON };
    let upper = function(Function::Upper, vec![id], of(Scalar::String));
    assert_eq!(
        values(&lab, upper, of(Scalar::String)).await,
        [r#""ADA""#, r#""BO""#, r#""CY""#, r#""DI""#, r#""ED""#]
    );
    let older = compare(age(), Comparison::Greater, integer(30));
    assert_eq!(
        values(&lab, older.clone(), of(Scalar::Bool).nullable()).await,
        ["true", "false", "null", "false", "true"]
    );
    let unknown = condition(Operation::IsNull, vec![older]);
    assert_eq!(
        values(&lab, unknown, of(Scalar::Bool)).await,
        ["false", "false", "true", "false", "false"]
    );
    let since = since_joined();
    assert_eq!(
        values(&lab, since, of(Scalar::Duration).nullable()).await,
        [r#""P1583D""#, r#""P1082D""#, "null", r#""P538D""#, r#""P538D""#]
    );
    let texts = Type::list_of(Scalar::String).nullable();
    let pair = call(
        Operation::List,
        vec![handle(), literal(Value::Null, of(Scalar::String).nullable())],
        texts.clone(),
    );
    assert_eq!(values(&lab, pair, texts).await[0], r#""ada",null"#);
}

#[tokio::test]
async fn comprehensions_see_their_row() {
    let lab = Lab::new().await;
    let item = || Expression::Item {
        id: 4,
        ty: of(Scalar::String),
    };
    let joined = call(Operation::Join, vec![handle(), text(":"), item()], of(Scalar::String));
    let own = |condition: Option<Expression>, item: Expression| Expression::Comprehension {
        id: 4,
        list: Box::new(tags()),
        condition: condition.map(Box::new),
        item: Box::new(item),
        ty: Type::list_of(Scalar::String).nullable(),
    };
    let ty = Type::list_of(Scalar::String).nullable();
    assert_eq!(
        values(&lab, own(None, joined.clone()), ty.clone()).await,
        [
            r#""ada:graph","ada:rust""#,
            r#""bo:rust""#,
            "",
            "null",
            r#""ed:Rust","ed:sql""#
        ]
    );
    let lower = compare(
        function(Function::Lower, vec![item()], of(Scalar::String)),
        Comparison::Equal,
        text("rust"),
    );
    assert_eq!(
        values(&lab, own(Some(lower), item()), ty).await,
        [r#""rust""#, r#""rust""#, "", "null", r#""Rust""#]
    );
}

#[tokio::test]
async fn only_what_is_taken_is_evaluated() {
    let lab = Lab::new().await;
    let number = of(Scalar::I64).nullable();
    let cast = |of: Expression| call(Operation::Cast, vec![of], number.clone());
    // Only `ada` has a number behind its condition.
    let plan = case(
        vec![(compare(handle(), Comparison::Equal, text("ada")), cast(text("12")))],
        Some(integer(0)),
        number.clone(),
    );
    assert_eq!(values(&lab, plan, number.clone()).await, ["12", "0", "0", "0", "0"]);
    let never = case(
        vec![(compare(age(), Comparison::Greater, integer(150)), cast(text("x")))],
        Some(age()),
        number.clone(),
    );
    assert_eq!(
        values(&lab, never, number.clone()).await,
        ["41", "29", "null", "29", "35"]
    );
    let some = case(
        vec![(compare(age(), Comparison::Greater, integer(40)), cast(handle()))],
        None,
        number.clone(),
    );
    assert_eq!(
        fails(&lab, some, number.clone()).await,
        "R002: `ada` is no I64; `try_cast` gives null"
    );
    let overflow = call(Operation::Add, vec![age(), integer(i64::MAX)], number.clone());
    assert_eq!(
        fails(&lab, overflow.clone(), number.clone()).await,
        "R001: 41 + 9223372036854775807 does not fit I64"
    );
    // A condition that may fail is asked only where the others are true, whichever stands first.
    let risky = compare(overflow, Comparison::Less, integer(0));
    let absent = condition(Operation::IsNull, vec![age()]);
    let plan = lab.plan("match { $p: Person } return { $p.handle } order { $p.handle }");
    let both = condition(Operation::And, vec![risky.clone(), absent.clone()]);
    let found = rows(&run(&lab, &filtered(plan.clone(), both)).await.unwrap());
    assert!(found.is_empty(), "{found:?}");
    let either = condition(Operation::Or, vec![risky, not(absent)]);
    let found = rows(&run(&lab, &filtered(plan, either)).await.unwrap());
    assert_eq!(found, [r#"["ada"]"#, r#"["bo"]"#, r#"["di"]"#, r#"["ed"]"#]);
}

/// Conditions over persons, and who satisfies them.
fn conditions() -> Vec<(Expression, &'static str)> {
    use Comparison::{Equal, Greater, In, Less, NotEqual, StartsWith};
    let date = |days: i32| literal(Value::Date(days), of(Scalar::Date));
    let joined = || property("joined", Scalar::Date);
    let score = || property("score", Scalar::F64);
    let name = || property("name", Scalar::String);
    let age_is = |comparison, value| compare(age(), comparison, integer(value));
    let and = |parts: Vec<Expression>| condition(Operation::And, parts);
    let or = |parts: Vec<Expression>| condition(Operation::Or, parts);
    let null = |of: Expression| condition(Operation::IsNull, vec![of]);
    let ages = |values: &[i64]| {
        let items = values.iter().map(|value| Value::Integer(*value)).collect();
        compare(age(), In, list(items, Scalar::I64))
    };
    let holey = compare(age(), In, list(vec![Value::Integer(29), Value::Null], Scalar::I64));
    vec![
        (or(vec![age_is(Equal, 41), age_is(Equal, 35)]), "ada ed"),
        (not(age_is(Equal, 29)), "ada ed"),
        (not(age_is(Less, 35)), "ada ed"),
        (or(vec![age_is(NotEqual, 29), null(age())]), "ada cy ed"),
        (null(age()), "cy"),
        (not(null(age())), "ada bo di ed"),
        (not(or(vec![age_is(Equal, 29), null(joined())])), "ada ed"),
        (
            not(and(vec![age_is(Equal, 29), compare(name(), Equal, text("Bo"))])),
            "ada cy di ed",
        ),
        (ages(&[29, 35]), "bo di ed"),
        (not(ages(&[29, 35])), "ada"),
        (ages(&[]), ""),
        (not(ages(&[])), "ada bo di ed"),
        (holey.clone(), "bo di"),
        (not(holey), ""),
        (
            compare(joined(), In, list(vec![Value::Date(19_367)], Scalar::Date)),
            "di ed",
        ),
        (
            and(vec![compare(joined(), Greater, date(18_600)), age_is(Greater, 30)]),
            "ed",
        ),
        (
            not(compare(score(), Less, literal(Value::Float(2.5), of(Scalar::F64)))),
            "ada di ed",
        ),
        (
            not(and(vec![
                not(compare(name(), StartsWith, text("A"))),
                not(compare(name(), Comparison::EndsWith, text("y"))),
            ])),
            "ada cy",
        ),
        (
            or(vec![
                compare(
                    function(Function::Length, vec![name()], of(Scalar::I64)),
                    Equal,
                    integer(3),
                ),
                compare(
                    call(Operation::Remainder, vec![age(), integer(5)], of(Scalar::I64)),
                    Equal,
                    integer(0),
                ),
            ]),
            "ada ed",
        ),
        (
            compare(
                Expression::Id { variable: PERSON },
                In,
                list(vec![Value::String("cy".into())], Scalar::String),
            ),
            "cy",
        ),
        (compare(Expression::Id { variable: PERSON }, Equal, text("cy")), "cy"),
        (
            compare(Expression::Id { variable: PERSON }, NotEqual, text("cy")),
            "ada bo di ed",
        ),
        (
            compare(tags(), Equal, list(vec![Value::String("rust".into())], Scalar::String)),
            "bo",
        ),
        (
            compare(
                tags(),
                NotEqual,
                list(vec![Value::String("rust".into())], Scalar::String),
            ),
            "ada cy ed",
        ),
        (condition(Operation::Matches, vec![handle(), text("^[a-b]")]), "ada bo"),
        (
            or(vec![
                Expression::Text {
                    function: TextFunction::Search,
                    variable: PERSON,
                    property: "name".into(),
                    text: Box::new(text("bo")),
                    edits: None,
                },
                age_is(Greater, 40),
            ]),
            "ada bo",
        ),
    ]
}

#[tokio::test]
async fn conditions_mean_the_same_on_every_way_to_the_rows() {
    let lab = Lab::new().await;
    let plan = lab.plan("match { $p: Person } return { $p.handle } order { $p.handle }");
    for (predicate, expected) in conditions() {
        for negated in [false, true] {
            // Of three values: who satisfies neither a condition nor its negation is dropped by both.
            let predicate = match negated {
                false => predicate.clone(),
                true => not(not(predicate.clone())),
            };
            for access in [AccessPaths::Automatic, AccessPaths::Indexes, AccessPaths::Memory] {
                let options = QueryOptions { access, ..options() };
                let plan = filtered(plan.clone(), predicate.clone());
                let result = execution::query(&lab.snapshot, &plan, &BTreeMap::new(), &options).await;
                let found: Vec<String> = rows(&result.unwrap())
                    .iter()
                    .map(|row| row.trim_matches(['[', ']', '"']).to_owned())
                    .collect();
                assert_eq!(found.join(" "), expected, "{access:?}, {negated}: {predicate:?}");
            }
        }
    }
}

#[tokio::test]
async fn plans_show_where_conditions_are_evaluated() {
    let lab = Lab::new().await;
    let plan = lab.plan("match { $p: Person } return { $p.name }");
    let explain = async |predicate: Expression, access: AccessPaths| {
        let options = QueryOptions { access, ..options() };
        let plan = filtered(plan.clone(), predicate);
        execution::explain(&lab.snapshot, &plan, &BTreeMap::new(), &options)
            .await
            .unwrap()
            .to_string()
    };
    let younger = compare(
        age(),
        Comparison::Less,
        call(Operation::Multiply, vec![integer(3), integer(10)], of(Scalar::I64)),
    );
    let either = condition(
        Operation::Or,
        vec![
            younger.clone(),
            not(compare(
                age(),
                Comparison::In,
                list(vec![Value::Integer(41), Value::Integer(35)], Scalar::I64),
            )),
            condition(Operation::IsNull, vec![property("joined", Scalar::Date)]),
        ],
    );
    insta::assert_snapshot!(explain(either.clone(), AccessPaths::Indexes).await);
    insta::assert_snapshot!(explain(either, AccessPaths::Memory).await);
    let computed = compare(
        function(
            Function::Length,
            vec![property("name", Scalar::String)],
            of(Scalar::I64),
        ),
        Comparison::Greater,
        integer(2),
    );
    let both = condition(Operation::And, vec![computed, younger]);
    insta::assert_snapshot!(explain(both, AccessPaths::Indexes).await);
    let id = compare(
        Expression::Id { variable: PERSON },
        Comparison::Equal,
        function(Function::Lower, vec![text("ADA")], of(Scalar::String)),
    );
    insta::assert_snapshot!(explain(id, AccessPaths::Automatic).await);
}

#[tokio::test]
async fn constants_are_computed_once() {
    let lab = Lab::new().await;
    let number = of(Scalar::I64).nullable();
    let fails_always = call(Operation::Add, vec![integer(i64::MAX), integer(1)], number.clone());
    assert_eq!(
        fails(&lab, fails_always.clone(), number.clone()).await,
        "R001: 9223372036854775807 + 1 does not fit I64"
    );
    // No row needs it.
    let plan = lab.plan("match { $p: Person { handle: \"nobody\" } } return { $p.handle }");
    let plan = with_columns(plan, vec![(fails_always.clone(), number.clone())]);
    assert!(rows(&run(&lab, &plan).await.unwrap()).is_empty());
    let untaken = case(
        vec![(literal(Value::Bool(false), of(Scalar::Bool)), fails_always)],
        Some(integer(7)),
        number.clone(),
    );
    assert_eq!(values(&lab, untaken, number).await, ["7"; 5]);
    let date = of(Scalar::Date);
    let tomorrow = call(
        Operation::Add,
        vec![
            function(Function::Today, vec![], date.clone()),
            function(Function::Days, vec![integer(1)], of(Scalar::Duration)),
        ],
        date.clone(),
    );
    assert_eq!(values(&lab, tomorrow, date).await[0], r#""2024-07-02""#);
}

#[tokio::test]
async fn groups_and_orders_are_of_expressions() {
    let lab = Lab::new().await;
    let body = "match { $p: Person } return { $p.role as k, sum($p.score) as s, count($p.age) as n } order { k }";
    let plan = lab.plan(body);
    let change = |plan: &ReadPlan, key: Expression, ty: Type, argument: Expression| {
        let mut plan = plan.clone();
        let mut next = Some(&mut plan.root);
        while let Some(operator) = next {
            next = match operator {
                Operator::Aggregate { keys, aggregates, .. } => {
                    keys[0] = key.clone();
                    for aggregate in aggregates {
                        aggregate.argument = argument.clone();
                    }
                    None
                }
                Operator::Project { input, .. } | Operator::Sort { input, .. } => Some(input),
                _ => None,
            };
        }
        plan.root.visit_expressions_mut(&mut |expression| {
            if let Expression::Slot { index: 0, ty: own } = expression {
                *own = ColumnType::Value(ty.clone());
            }
        });
        plan.columns[0].ty = ColumnType::Value(ty);
        plan
    };
    let product = call(Operation::Multiply, vec![age(), integer(2)], of(Scalar::I64).nullable());
    let older = compare(age(), Comparison::Greater, integer(30));
    let by_age = change(&plan, older, of(Scalar::Bool).nullable(), product.clone());
    assert_eq!(
        rows(&run(&lab, &by_age).await.unwrap()),
        ["[null,null,0]", "[false,116.0,2]", "[true,152.0,2]"]
    );
    let since = since_joined();
    let by_time = change(&plan, since, of(Scalar::Duration).nullable(), product);
    assert_eq!(
        rows(&run(&lab, &by_time).await.unwrap()),
        [
            "[null,null,0]",
            r#"["P538D",128.0,2]"#,
            r#"["P1082D",58.0,1]"#,
            r#"["P1583D",82.0,1]"#
        ]
    );
}
