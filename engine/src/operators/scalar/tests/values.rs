//! Texts, numbers, lists, vectors, hashes and casts.

use super::*;

#[test]
fn texts() {
    use Function::*;
    function(Lower, &text(), &[(&[json!("ÄB İ ΑΣ")], json!("äb i\u{307} ας"))]);
    function(Upper, &text(), &[(&[json!("straße ŉ")], json!("STRASSE ʼN"))]);
    function(
        Trim,
        &text(),
        &[(&[json!("\u{3000} a b\t\n")], json!("a b")), (&[json!(" ")], json!(""))],
    );
    function(Ltrim, &text(), &[(&[json!(" a ")], json!("a "))]);
    function(Rtrim, &text(), &[(&[json!(" a ")], json!(" a"))]);
    function(
        Length,
        &i64(),
        &[(&[json!("süß👍🏽")], json!(5)), (&[json!("")], json!(0))],
    );
    function(Reverse, &text(), &[(&[json!("aß👍")], json!("👍ßa"))]);
    function(
        Substring,
        &text(),
        &[
            (&[json!("äbcdef"), json!(2), json!(3)], json!("cde")),
            (&[json!("äbcdef"), json!(4)], json!("ef")),
            (&[json!("äbcdef"), json!(6)], json!("")),
            (&[json!("äbcdef"), json!(99), json!(1)], json!("")),
            (&[json!("äbcdef"), json!(-2), json!(2)], json!("äb")),
            (&[json!("äbcdef"), json!(1), json!(-1)], json!("")),
            (&[json!("äbcdef"), json!(1), json!(i64::MAX)], json!("bcdef")),
            (&[json!("ä"), json!(u64::MAX), json!(u64::MAX)], json!("")),
        ],
    );
    function(
        Left,
        &text(),
        &[
            (&[json!("äbc"), json!(2)], json!("äb")),
            (&[json!("äbc"), json!(-1)], json!("")),
        ],
    );
    function(
        Right,
        &text(),
        &[
            (&[json!("abć"), json!(2)], json!("bć")),
            (&[json!("abć"), json!(9)], json!("abć")),
            (&[json!("abć"), json!(0)], json!("")),
        ],
    );
    function(
        Replace,
        &text(),
        &[
            (&[json!("a-b-c"), json!("-"), json!("+")], json!("a+b+c")),
            (&[json!("aaa"), json!("aa"), json!("b")], json!("ba")),
            (&[json!("abc"), json!(""), json!("x")], json!("abc")),
        ],
    );
    let texts = Type::list_of(Scalar::String);
    function(
        Split,
        &texts,
        &[
            (&[json!("a,b,,c"), json!(",")], json!(["a", "b", "", "c"])),
            (&[json!(""), json!(",")], json!([""])),
            (&[json!("äb"), json!("")], json!(["ä", "b"])),
            (&[json!(""), json!("")], json!([])),
        ],
    );
    function(
        JoinList,
        &text(),
        &[
            (&[json!(["a", null, "b"]), json!("--")], json!("a--b")),
            (&[json!([""]), json!("-")], json!("")),
        ],
    );
    function(
        Concat,
        &text(),
        &[(&[json!("a"), json!(null), json!("c")], json!("ac"))],
    );
    function(
        Position,
        &i64(),
        &[
            (&[json!("äbcd"), json!("cd")], json!(2)),
            (&[json!("äbcd"), json!("x")], json!(-1)),
            (&[json!("äbcd"), json!("")], json!(0)),
        ],
    );
    function(
        Lpad,
        &text(),
        &[
            (&[json!("7"), json!(3), json!("0")], json!("007")),
            (&[json!("7"), json!(3)], json!("  7")),
            (&[json!("7"), json!(4), json!("äb")], json!("äbä7")),
            (&[json!("hello"), json!(3), json!("0")], json!("hel")),
            (&[json!("7"), json!(3), json!("")], json!("7")),
            (&[json!("7"), json!(-1), json!("0")], json!("")),
        ],
    );
    function(Rpad, &text(), &[(&[json!("7"), json!(3), json!(".")], json!("7.."))]);
    function(Normalize, &text(), &[(&[json!("e\u{301}")], json!("é"))]);
    fails(
        Operation::Function(Lpad),
        &text(),
        &[(&[json!("a"), json!(1i64 << 40)], "R003: `lpad` needs more than 1 MiB")],
    );
    check(Operation::Join, &text(), &[(&[json!("a"), json!("b")], json!("ab"))]);
    assert_eq!(
        value(Operation::Join, &[json!("a"), json!(null)], &text()),
        Ok(Json::Null)
    );
}

#[test]
fn regular_expressions() {
    use Function::*;
    check(
        Operation::Matches,
        &boolean(),
        &[
            (&[json!("banana"), json!("an+a$")], json!(true)),
            (&[json!("banana"), json!("^an")], json!(false)),
        ],
    );
    function(
        RegexExtract,
        &text(),
        &[
            (&[json!("key=42"), json!("([a-z]+)=([0-9]+)"), json!(2)], json!("42")),
            (&[json!("key=42"), json!("[0-9]+")], json!("42")),
            (&[json!("key=42"), json!("x")], json!(null)),
            (&[json!("key=42"), json!("k(x)?"), json!(1)], json!(null)),
            (&[json!("key=42"), json!("k"), json!(7)], json!(null)),
            (&[json!("key=42"), json!("k"), json!(-1)], json!(null)),
        ],
    );
    function(
        RegexReplace,
        &text(),
        &[
            (&[json!("a1b22"), json!("[0-9]+"), json!("#")], json!("a#b#")),
            (
                &[json!("ada lovelace"), json!("(\\w+) (\\w+)"), json!("$2, $1")],
                json!("lovelace, ada"),
            ),
            (&[json!("ab"), json!(""), json!("-")], json!("-a-b-")),
        ],
    );
    fails(
        Operation::Matches,
        &boolean(),
        &[
            (
                &[json!("a"), json!("(")],
                "R002: `(` is no regular expression: unclosed group",
            ),
            (
                &[json!("a"), json!("(?:a{1000}){1000}")],
                "R002: `(?:a{1000}){1000}` is no regular expression: Compiled regex exceeds size limit of 1048576 bytes.",
            ),
        ],
    );
}

#[test]
fn integers_are_exact() {
    let (max, min) = (json!(i64::MAX), json!(i64::MIN));
    check(
        Operation::Add,
        &i64(),
        &[
            (&[json!(2), json!({"i32": 3})], json!(5)),
            (&[max.clone(), json!(-1)], json!(i64::MAX - 1)),
            (&[json!(u64::MAX), min.clone()], json!(i64::MAX)),
        ],
    );
    check(
        Operation::Add,
        &u64(),
        &[(&[json!(i64::MAX as u64 + 1), json!(1)], json!(i64::MAX as u64 + 2))],
    );
    check(
        Operation::Subtract,
        &u64(),
        &[(&[json!({"u64": 5}), json!({"u64": 5})], json!(0))],
    );
    check(Operation::Multiply, &i64(), &[(&[json!(-4), json!(5)], json!(-20))]);
    check(
        Operation::Remainder,
        &i64(),
        &[
            (&[json!(-7), json!(2)], json!(-1)),
            (&[json!(7), json!(-2)], json!(1)),
            (&[json!(7), json!(0)], json!(null)),
            (&[min.clone(), json!(-1)], json!(0)),
        ],
    );
    function(
        Function::Div,
        &i64(),
        &[
            (&[json!(-7), json!(2)], json!(-3)),
            (&[json!(1), json!(0)], json!(null)),
        ],
    );
    check(
        Operation::Negate,
        &i64(),
        &[(&[json!(3)], json!(-3)), (&[json!(i64::MAX as u64 + 1)], min.clone())],
    );
    fails(
        Operation::Add,
        &i64(),
        &[(
            &[max.clone(), json!(1)],
            "R001: 9223372036854775807 + 1 does not fit I64",
        )],
    );
    fails(
        Operation::Subtract,
        &u64(),
        &[(&[json!({"u64": 1}), json!({"u64": 2})], "R001: 1 - 2 does not fit U64")],
    );
    fails(
        Operation::Multiply,
        &i64(),
        &[(
            &[json!(u64::MAX), json!(u64::MAX)],
            "R001: 18446744073709551615 * 18446744073709551615 does not fit I64",
        )],
    );
    fails(
        Operation::Negate,
        &i64(),
        &[(
            std::slice::from_ref(&min),
            "R001: -(-9223372036854775808) does not fit I64",
        )],
    );
    fails(
        Operation::Function(Function::Div),
        &i64(),
        &[(&[min.clone(), json!(-1)], "R001: 9223372036854775808 does not fit I64")],
    );
    fails(
        Operation::Function(Function::Abs),
        &i64(),
        &[(&[min], "R001: abs(-9223372036854775808) does not fit I64")],
    );
}

#[test]
fn floats_are_finite_or_null() {
    check(
        Operation::Divide,
        &f64(),
        &[
            (&[json!(1), json!(4)], json!(0.25)),
            (&[json!(1), json!(0)], json!(null)),
            (&[json!(0.0), json!(0)], json!(null)),
            (&[json!(1e308), json!(1e-10)], json!(null)),
            (&[json!({"f32": 0.5}), json!(2)], json!(0.25)),
        ],
    );
    check(
        Operation::Add,
        &f64(),
        &[
            (&[json!(1), json!(0.5)], json!(1.5)),
            (&[json!(1e308), json!(1e308)], json!(null)),
        ],
    );
    check(
        Operation::Remainder,
        &f64(),
        &[
            (&[json!(-7.5), json!(2)], json!(-1.5)),
            (&[json!(1.5), json!(0)], json!(null)),
        ],
    );
    use Function::*;
    function(Abs, &f64(), &[(&[json!(-2.5)], json!(2.5))]);
    function(
        Sign,
        &i64(),
        &[
            (&[json!(-2.5)], json!(-1)),
            (&[json!(0)], json!(0)),
            (&[json!(u64::MAX)], json!(1)),
        ],
    );
    function(
        Ceil,
        &f64(),
        &[(&[json!(1.2)], json!(2.0)), (&[json!({"f32": -1.5})], json!(-1.0))],
    );
    function(Ceil, &i64(), &[(&[json!(3)], json!(3))]);
    function(Floor, &f64(), &[(&[json!(-1.2)], json!(-2.0))]);
    function(
        Round,
        &f64(),
        &[
            (&[json!(2.5)], json!(3.0)),
            (&[json!(-2.5)], json!(-3.0)),
            (&[json!(1.005), json!(2)], json!(1.0)),
            (&[json!(1234.5), json!(-2)], json!(1200.0)),
        ],
    );
    function(
        Round,
        &i64(),
        &[(&[json!(15), json!(-1)], json!(20)), (&[json!({"i32": 15})], json!(15))],
    );
    function(Sqrt, &f64(), &[(&[json!(9)], json!(3.0)), (&[json!(-1)], json!(null))]);
    function(Ln, &f64(), &[(&[json!(1)], json!(0.0)), (&[json!(0)], json!(null))]);
    function(
        Pow,
        &f64(),
        &[
            (&[json!(2), json!(10)], json!(1024.0)),
            (&[json!(-1), json!(0.5)], json!(null)),
        ],
    );
    function(Exp, &f64(), &[(&[json!(1000)], json!(null))]);
    function(Acos, &f64(), &[(&[json!(2)], json!(null))]);
    function(Log10, &f64(), &[(&[json!(1000)], json!(3.0))]);
    function(Atan2, &f64(), &[(&[json!(0), json!(1)], json!(0.0))]);
    function(Radians, &f64(), &[(&[json!(180)], json!(std::f64::consts::PI))]);
    assert_eq!(
        value(Operation::Function(Pi), &[], &f64()),
        Ok(json!(std::f64::consts::PI))
    );
}

#[test]
fn the_least_and_the_greatest_leave_nulls_out() {
    use Function::*;
    let three: &[Json] = &[json!(3), json!({"i32": 1}), json!(2)];
    function(Least, &i64(), &[(three, json!(1))]);
    function(Greatest, &i64(), &[(three, json!(3))]);
    function(Greatest, &f64(), &[(&[json!(3), json!(3.5)], json!(3.5))]);
    function(Least, &text(), &[(&[json!("b"), json!("a")], json!("a"))]);
    function(
        Least,
        &Type::of(Scalar::Date),
        &[(&[date("2024-02-02"), date("2024-02-01")], json!("2024-02-01"))],
    );
    for of in [Least, Greatest] {
        assert_eq!(
            value(Operation::Function(of), &[json!(null), json!(2), json!(null)], &i64()),
            Ok(json!(2))
        );
    }
}

#[test]
fn lists() {
    use Function::*;
    let (integers, floats) = (Type::list_of(Scalar::I64), Type::list_of(Scalar::F64));
    function(
        Size,
        &i64(),
        &[(&[json!([1, null, 3])], json!(3)), (&[json!([])], json!(0))],
    );
    function(
        At,
        &i64(),
        &[
            (&[json!([1, 2, 3]), json!(1)], json!(2)),
            (&[json!([1, 2, 3]), json!(3)], json!(null)),
            (&[json!([1, 2, 3]), json!(-1)], json!(null)),
        ],
    );
    function(
        At,
        &text(),
        &[
            (&[json!("äöü"), json!(1)], json!("ö")),
            (&[json!("äöü"), json!(3)], json!(null)),
        ],
    );
    function(
        ListDistinct,
        &integers,
        &[(&[json!([2, null, 1, 2, null])], json!([2, null, 1]))],
    );
    function(
        ListDistinct,
        &floats,
        &[(&[json!([0.0, -0.0, 1.0])], json!([0.0, 1.0]))],
    );
    function(
        ListSort,
        &integers,
        &[(&[json!([2, 3, null, 1])], json!([null, 1, 2, 3]))],
    );
    function(
        ListSum,
        &i64(),
        &[(&[json!([1, null, 3])], json!(4)), (&[json!([])], json!(null))],
    );
    function(
        ListSum,
        &f64(),
        &[(&[json!([0.1, 0.2, 0.3, 1e100, -1e100])], json!(0.6))],
    );
    function(
        ListMin,
        &i64(),
        &[(&[json!([2, null, 1])], json!(1)), (&[json!([null])], json!(null))],
    );
    function(ListMax, &text(), &[(&[json!(["b", "c", "a"])], json!("c"))]);
    function(
        ListContains,
        &boolean(),
        &[
            (&[json!([1, null]), json!(1)], json!(true)),
            (&[json!([1, null]), json!(2)], json!(null)),
            (&[json!([1, 3]), json!(2)], json!(false)),
            (&[json!([]), json!(2)], json!(false)),
        ],
    );
    function(
        Range,
        &integers,
        &[
            (&[json!(1), json!(7), json!(2)], json!([1, 3, 5, 7])),
            (&[json!(1), json!(6), json!(2)], json!([1, 3, 5])),
            (&[json!(3), json!(1), json!(-1)], json!([3, 2, 1])),
            (&[json!(3), json!(1)], json!([])),
            (&[json!(3), json!(3)], json!([3])),
            (&[json!(1), json!(2), json!(0)], json!(null)),
            (&[json!(i64::MAX), json!(i64::MAX)], json!([i64::MAX])),
        ],
    );
    fails(
        Operation::Function(Range),
        &integers,
        &[
            (&[json!(0), json!(i64::MAX)], "R003: `range` needs more than 1 MiB"),
            (
                &[json!(i64::MAX), json!(i64::MAX as u64 + 1)],
                "R001: 9223372036854775808 does not fit I64",
            ),
        ],
    );
    fails(
        Operation::Function(ListSum),
        &i64(),
        &[(&[json!([i64::MAX, 1])], "R001: 9223372036854775808 does not fit I64")],
    );
    check(
        Operation::List,
        &integers,
        &[(&[json!(1), json!(null), json!({"i32": 3})], json!([1, null, 3]))],
    );
    fails(
        Operation::List,
        &integers,
        &[(
            &[json!(1), json!(u64::MAX)],
            "R001: 18446744073709551615 does not fit I64",
        )],
    );
    for (from, to, expected) in [
        (json!(1), json!(3), json!([2, 3])),
        (json!(-5), json!(2), json!([1, 2])),
        (json!(2), json!(99), json!([3, 4])),
        (json!(3), json!(1), json!([])),
        (json!(null), json!(1), json!([1])),
        (json!(3), json!(null), json!([4])),
    ] {
        let list = constant(
            Operation::Slice,
            &[json!([1, 2, 3, 4]), from.clone(), to.clone()],
            &integers,
        )
        .unwrap();
        assert_eq!(as_json(&list), [expected], "{from} {to}");
    }
    check(
        Operation::Slice,
        &text(),
        &[(&[json!("äbcd"), json!(1), json!(3)], json!("bc"))],
    );
}

#[test]
fn vectors_and_hashes() {
    use Function::*;
    function(
        CosineSimilarity,
        &f64(),
        &[
            (&[json!([1.0, 0.0]), json!([2.0, 0.0])], json!(1.0)),
            (&[json!([1.0, 0.0]), json!([0.0, 3.0])], json!(0.0)),
            (&[json!([1.0, 0.0]), json!([0.0, 0.0])], json!(null)),
            (&[json!([1.0, 0.0]), json!([1.0])], json!(null)),
        ],
    );
    function(
        L2Distance,
        &f64(),
        &[(&[json!([0.0, 3.0]), json!([4.0, 0.0])], json!(5.0))],
    );
    function(Dot, &f64(), &[(&[json!([1.0, 2.0]), json!([3.0, 4.0])], json!(11.0))]);
    function(
        Md5,
        &text(),
        &[(&[json!("a")], json!("0cc175b9c0f1b6a831c399e269772661"))],
    );
    function(
        Sha256,
        &text(),
        &[(
            &[json!("a")],
            json!("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        )],
    );
    function(
        Xxhash64,
        &u64(),
        &[
            (&[json!("a")], json!(15154266338359012955u64)),
            (&[json!("")], json!(17241709254077376921u64)),
        ],
    );
}

#[test]
fn casts() {
    let cast = |given: Json, ty: Type| value(Operation::Cast, &[given], &ty);
    let of = Type::of;
    assert_eq!(cast(json!("42"), of(Scalar::I32)), Ok(json!(42)));
    assert_eq!(cast(json!(2.9), of(Scalar::I64)), Ok(json!(2)));
    assert_eq!(cast(json!(3), of(Scalar::String)), Ok(json!("3")));
    assert_eq!(cast(json!(true), of(Scalar::String)), Ok(json!("true")));
    assert_eq!(
        cast(json!("2024-02-29T23:00:00-05:00"), of(Scalar::DateTime)),
        Ok(json!("2024-03-01T04:00:00.000Z"))
    );
    assert_eq!(
        cast(datetime("1969-12-31T23:00:00Z"), of(Scalar::Date)),
        Ok(json!("1969-12-31"))
    );
    assert_eq!(
        cast(date("2024-02-29"), of(Scalar::DateTime)),
        Ok(json!("2024-02-29T00:00:00.000Z"))
    );
    assert_eq!(
        cast(json!(["1", null]), Type::list_of(Scalar::U32)),
        Ok(json!([1, null]))
    );
    assert_eq!(
        cast(json!("x1"), of(Scalar::I64)),
        Err("R002: `x1` is no I64; `try_cast` gives null".to_owned())
    );
    assert_eq!(
        cast(json!(-1), of(Scalar::U32)),
        Err("R002: `-1` is no U32; `try_cast` gives null".to_owned())
    );
    let tried = |given: Json, ty: Type| value(Operation::TryCast, &[given], &ty);
    assert_eq!(tried(json!("x1"), of(Scalar::I64)), Ok(json!(null)));
    assert_eq!(
        tried(json!(["1", "x"]), Type::list_of(Scalar::I64)),
        Ok(json!([1, null]))
    );
}
