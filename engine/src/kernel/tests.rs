//! Comparisons against the definitions, over many pairs of values.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, Int64Array,
    IntervalMonthDayNanoArray, ListArray, Scalar, StringArray, UInt32Array, UInt64Array,
};
use omnigraph_model::ir::Comparison;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::compare;

const ORDERED: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessEqual,
    Comparison::Greater,
    Comparison::GreaterEqual,
];

fn holds(comparison: Comparison, order: Option<Ordering>) -> bool {
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterEqual => order.is_some_and(Ordering::is_ge),
        _ => false,
    }
}

/// A finite number as numerator and binary exponent, both exact: `numerator * 2^exponent`.
#[derive(Clone, Copy, Debug)]
enum Number {
    Rational { numerator: i128, exponent: i32 },
    Infinite { negative: bool },
    Nan,
}

fn of_integer(value: i128) -> Number {
    Number::Rational {
        numerator: value,
        exponent: 0,
    }
}

/// Taken apart bit by bit, without any floating-point operation.
fn of_float(value: f64) -> Number {
    let bits = value.to_bits();
    let negative = bits >> 63 == 1;
    let biased = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    if biased == 0x7ff {
        return if fraction == 0 {
            Number::Infinite { negative }
        } else {
            Number::Nan
        };
    }
    let mantissa = if biased == 0 { fraction } else { fraction | 1 << 52 };
    Number::Rational {
        numerator: if negative { -mantissa } else { mantissa },
        exponent: biased.max(1) - 1075,
    }
}

fn order(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Nan, _) | (_, Number::Nan) => None,
        (Number::Infinite { negative: x }, Number::Infinite { negative: y }) => Some(y.cmp(&x)),
        (Number::Infinite { negative }, _) => Some(if negative { Ordering::Less } else { Ordering::Greater }),
        (_, Number::Infinite { negative }) => Some(if negative { Ordering::Greater } else { Ordering::Less }),
        (
            Number::Rational {
                numerator: x,
                exponent: p,
            },
            Number::Rational {
                numerator: y,
                exponent: q,
            },
        ) => Some(order_rationals(x, p, y, q)),
    }
}

fn order_rationals(x: i128, p: i32, y: i128, q: i32) -> Ordering {
    if x.signum() != y.signum() || x == 0 {
        return x.signum().cmp(&y.signum());
    }
    // Compare the positions of the highest bits, then the bits themselves, shifted to a common exponent.
    let magnitude = |n: i128, e: i32| 128 - n.unsigned_abs().leading_zeros() as i32 + e;
    let (a, b) = (magnitude(x, p), magnitude(y, q));
    let absolute = a.cmp(&b).then_with(|| {
        let lowest = p.min(q);
        // Equal magnitudes keep the shifted numbers within 66 + 53 bits.
        (x.unsigned_abs() << (p - lowest)).cmp(&(y.unsigned_abs() << (q - lowest)))
    });
    if x < 0 { absolute.reverse() } else { absolute }
}

/// Columns of one length over every numeric type, with what each row means.
fn columns(random: &mut SmallRng, rows: usize) -> Vec<(ArrayRef, Vec<Option<Number>>)> {
    let corners = [
        0i128,
        1,
        -1,
        2,
        29,
        1 << 24,
        (1 << 24) + 1,
        1 << 53,
        (1 << 53) + 1,
        -(1 << 53) - 1,
    ];
    let integer = |min: i128, max: i128, random: &mut SmallRng| -> i128 {
        match random.random_range(0..4) {
            0 => corners[random.random_range(0..corners.len())].clamp(min, max),
            1 => [min, max, min + 1, max - 1][random.random_range(0..4)],
            _ => i128::from(random.random::<i64>()).clamp(min, max),
        }
    };
    let float = |random: &mut SmallRng| -> f64 {
        let corners = [
            0.0,
            -0.0,
            0.1,
            2.5,
            -2.5,
            29.0,
            9007199254740992.0,
            9007199254740994.0,
            1.8446744073709552e19,
        ];
        match random.random_range(0..4) {
            0 => corners[random.random_range(0..corners.len())],
            1 => [
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                5e-324,
                f64::MAX,
                -9.223_372_036_854_776e18,
            ][random.random_range(0..6)],
            2 => random.random::<i64>() as f64,
            _ => f64::from_bits(random.random::<u64>()),
        }
    };
    let null = |random: &mut SmallRng| random.random_bool(0.1);
    macro_rules! integers {
        ($array:ty, $native:ty) => {{
            let values: Vec<Option<$native>> = (0..rows)
                .map(|_| {
                    let value = integer(<$native>::MIN.into(), <$native>::MAX.into(), random) as $native;
                    (!null(random)).then_some(value)
                })
                .collect();
            let meaning = values.iter().map(|value| value.map(|v| of_integer(v.into()))).collect();
            (Arc::new(<$array>::from(values)) as ArrayRef, meaning)
        }};
    }
    let singles: Vec<Option<f32>> = (0..rows)
        .map(|_| (!null(random)).then(|| float(random) as f32))
        .collect();
    let doubles: Vec<Option<f64>> = (0..rows).map(|_| (!null(random)).then(|| float(random))).collect();
    vec![
        integers!(Int32Array, i32),
        integers!(Int64Array, i64),
        integers!(UInt32Array, u32),
        integers!(UInt64Array, u64),
        (
            Arc::new(Float32Array::from(singles.clone())),
            singles.iter().map(|value| value.map(|v| of_float(v.into()))).collect(),
        ),
        (
            Arc::new(Float64Array::from(doubles.clone())),
            doubles.iter().map(|value| value.map(of_float)).collect(),
        ),
    ]
}

#[test]
fn numbers_of_all_widths_compare_by_value() {
    let mut random = SmallRng::seed_from_u64(3);
    for _ in 0..60 {
        let (left, right) = (columns(&mut random, 64), columns(&mut random, 64));
        for (a, meaning_a) in &left {
            for (b, meaning_b) in &right {
                for comparison in ORDERED {
                    let expected = |x: &Option<Number>, y: &Option<Number>| match (x, y) {
                        (Some(x), Some(y)) => Some(holds(comparison, order(*x, *y))),
                        _ => None,
                    };
                    let by_row: Vec<Option<bool>> =
                        meaning_a.iter().zip(meaning_b).map(|(x, y)| expected(x, y)).collect();
                    let found = compare(comparison, a, b).unwrap();
                    assert_eq!(found, BooleanArray::from(by_row), "{comparison:?} {a:?} {b:?}");
                    let with_first: Vec<Option<bool>> = meaning_a.iter().map(|x| expected(x, &meaning_b[0])).collect();
                    let found = compare(comparison, a, &Scalar::new(b.slice(0, 1))).unwrap();
                    assert_eq!(found, BooleanArray::from(with_first));
                    let from_first: Vec<Option<bool>> = meaning_b.iter().map(|y| expected(&meaning_a[0], y)).collect();
                    let found = compare(comparison, &Scalar::new(a.slice(0, 1)), b).unwrap();
                    assert_eq!(found, BooleanArray::from(from_first));
                }
            }
        }
    }
}

fn bools(array: &BooleanArray) -> Vec<Option<bool>> {
    array.iter().collect()
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

#[test]
fn the_documented_corners() {
    let wide = Int64Array::from(vec![9007199254740993]);
    let rounded = Float64Array::from(vec![9007199254740992.0]);
    assert_eq!(bools(&compare(Comparison::Equal, &wide, &rounded).unwrap()), [NO]);
    assert_eq!(bools(&compare(Comparison::Greater, &wide, &rounded).unwrap()), [YES]);
    let single = Float32Array::from(vec![0.1]);
    let double = Float64Array::from(vec![0.1]);
    assert_eq!(bools(&compare(Comparison::Equal, &single, &double).unwrap()), [NO]);
    let days = Date32Array::from(vec![Some(1), None]);
    let one = Scalar::new(Date32Array::from(vec![1]));
    assert_eq!(
        bools(&compare(Comparison::GreaterEqual, &days, &one).unwrap()),
        [YES, None]
    );
    assert_eq!(bools(&compare(Comparison::NotEqual, &days, &one).unwrap()), [NO, None]);
    assert_eq!(
        super::holds(Comparison::NotEqual, &days, &one).unwrap(),
        BooleanArray::from(vec![false, false])
    );
}

#[test]
fn text_is_compared_by_bytes() {
    let texts = StringArray::from(vec![Some("Joins on trees"), Some("a%b_"), Some(""), None, Some("é")]);
    let test = |comparison, operand: &str| {
        bools(&compare(comparison, &texts, &Scalar::new(StringArray::from(vec![operand]))).unwrap())
    };
    assert_eq!(test(Comparison::ContainsText, "joins"), [NO, NO, NO, None, NO]);
    assert_eq!(test(Comparison::ContainsText, "on"), [YES, NO, NO, None, NO]);
    assert_eq!(test(Comparison::ContainsText, "%"), [NO, YES, NO, None, NO]);
    assert_eq!(test(Comparison::ContainsText, ""), [YES, YES, YES, None, YES]);
    assert_eq!(test(Comparison::StartsWith, "Jo"), [YES, NO, NO, None, NO]);
    assert_eq!(test(Comparison::EndsWith, "trees"), [YES, NO, NO, None, NO]);
    assert_eq!(test(Comparison::EndsWith, ""), [YES, YES, YES, None, YES]);
    assert_eq!(test(Comparison::Less, "a"), [YES, NO, YES, None, NO]);
    let haystack = Scalar::new(StringArray::from(vec!["Ada and Bo"]));
    let needles = StringArray::from(vec![Some("Ada"), Some("Cy"), None]);
    assert_eq!(
        bools(&compare(Comparison::ContainsText, &haystack, &needles).unwrap()),
        [YES, NO, None]
    );
    let null = Scalar::new(StringArray::from(vec![None::<&str>]));
    assert_eq!(
        bools(&compare(Comparison::ContainsText, &texts, &null).unwrap()),
        [None; 5]
    );
}

#[test]
fn an_item_is_in_a_list_if_one_equals_it() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), Some(2)]),
        Some(vec![]),
        None,
        Some(vec![None, Some(3)]),
    ]);
    let test = |item: &dyn arrow_array::Datum| bools(&compare(Comparison::ContainsItem, &lists, item).unwrap());
    assert_eq!(test(&Scalar::new(Float64Array::from(vec![2.0]))), [YES, NO, None, None]);
    assert_eq!(test(&Scalar::new(Float64Array::from(vec![2.5]))), [NO, NO, None, None]);
    assert_eq!(test(&Scalar::new(Int64Array::from(vec![None]))), [None; 4]);
    assert_eq!(
        test(&Int64Array::from(vec![Some(1), Some(1), Some(1), Some(3)])),
        [YES, NO, None, YES]
    );
    let sliced = lists.slice(1, 3);
    let items = UInt64Array::from(vec![3, 3, 3]);
    assert_eq!(
        bools(&compare(Comparison::ContainsItem, &sliced, &items).unwrap()),
        [NO, None, YES]
    );
    let literal = Scalar::new(lists.slice(0, 1));
    let items = Int64Array::from(vec![Some(2), Some(5), None]);
    assert_eq!(
        bools(&compare(Comparison::ContainsItem, &literal, &items).unwrap()),
        [YES, NO, None]
    );
    assert_eq!(
        bools(&compare(Comparison::In, &items, &literal).unwrap()),
        [YES, NO, None]
    );
    let holey = Scalar::new(lists.slice(3, 1));
    let items = Int64Array::from(vec![Some(3), Some(5), None]);
    assert_eq!(
        bools(&compare(Comparison::In, &items, &holey).unwrap()),
        [YES, None, None]
    );
    let nothing = Scalar::new(lists.slice(2, 1));
    assert_eq!(bools(&compare(Comparison::In, &items, &nothing).unwrap()), [None; 3]);
}

#[test]
fn lists_are_equal_if_their_items_are() {
    let list = |items: &[Option<&[Option<i64>]>]| {
        let items = items.iter().map(|items| items.map(<[Option<i64>]>::to_vec));
        ListArray::from_iter_primitive::<Int64Type, _, _>(items)
    };
    let (one, two) = (Some(1), Some(2));
    let left = list(&[
        Some(&[one, two]),
        Some(&[one, two]),
        Some(&[one, two]),
        Some(&[one, two]),
        Some(&[one, None]),
        Some(&[]),
        None,
    ]);
    let right = list(&[
        Some(&[one, two]),
        Some(&[two, one]),
        Some(&[one]),
        Some(&[one, None]),
        Some(&[two, None]),
        Some(&[]),
        Some(&[one]),
    ]);
    let equal = [YES, NO, NO, None, NO, YES, None];
    assert_eq!(bools(&compare(Comparison::Equal, &left, &right).unwrap()), equal);
    let different = equal.map(|equal| equal.map(|equal| !equal));
    assert_eq!(bools(&compare(Comparison::NotEqual, &left, &right).unwrap()), different);
    let first = Scalar::new(right.slice(0, 1));
    let beside = [YES, YES, YES, YES, None, NO, None];
    assert_eq!(bools(&compare(Comparison::Equal, &left, &first).unwrap()), beside);
    assert_eq!(bools(&compare(Comparison::Equal, &first, &left).unwrap()), beside);
    assert_eq!(
        bools(&compare(Comparison::Equal, &left.slice(4, 3), &first).unwrap()),
        beside[4..]
    );
    assert!(compare(Comparison::Less, &left, &right).is_err());
}

#[test]
fn durations_are_equal_if_one_part_is() {
    let spans = |parts: &[(i64, i64)]| {
        let intervals = parts.iter().map(|(months, milliseconds)| {
            let span = super::Span {
                months: *months,
                milliseconds: *milliseconds,
            };
            span.interval().unwrap()
        });
        IntervalMonthDayNanoArray::from_iter_values(intervals)
    };
    const DAY: i64 = super::DAY_MS;
    let left = spans(&[(1, 0), (1, 0), (1, DAY), (1, 0), (0, -1)]);
    let right = spans(&[(1, 0), (2, 0), (1, 2 * DAY), (0, 30 * DAY), (0, 1)]);
    for (comparison, expected) in [
        (Comparison::Equal, [YES, NO, NO, None, NO]),
        (Comparison::NotEqual, [NO, YES, YES, None, YES]),
        (Comparison::Less, [NO, YES, YES, None, YES]),
        (Comparison::GreaterEqual, [YES, NO, NO, None, NO]),
    ] {
        assert_eq!(
            bools(&compare(comparison, &left, &right).unwrap()),
            expected,
            "{comparison:?}"
        );
    }
}

#[test]
fn what_has_no_order_is_an_error() {
    let (text, number) = (StringArray::from(vec!["1"]), Int32Array::from(vec![1]));
    assert!(compare(Comparison::Equal, &text, &number).is_err());
    assert!(compare(Comparison::StartsWith, &number, &text).is_err());
    assert!(compare(Comparison::ContainsItem, &text, &text).is_err());
}
