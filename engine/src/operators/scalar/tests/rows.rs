//! What is evaluated of some rows only.

use super::*;

fn batch() -> RecordBatch {
    let numbers: ArrayRef = Arc::new(arrow_array::Int64Array::from(vec![Some(0), Some(5), None, Some(-2)]));
    let lists = arrow_array::ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>([
        Some(vec![Some(1), Some(2), None]),
        Some(vec![]),
        None,
        Some(vec![Some(7)]),
    ]);
    let fields = vec![
        Field::new("x", DataType::Int64, true),
        Field::new("l", lists.data_type().clone(), true),
    ];
    RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![numbers, Arc::new(lists)]).unwrap()
}

fn column(name: &str, place: usize) -> ExprRef {
    Arc::new(Column::new(name, place))
}

fn literal(value: i64) -> ExprRef {
    Arc::new(Literal::new(ScalarValue::Int64(Some(value))))
}

fn compare(left: ExprRef, comparison: Comparison, right: ExprRef) -> ExprRef {
    Arc::new(crate::operators::expression::Compare {
        left,
        comparison,
        right,
    })
}

/// Fails for every row that asks for it.
fn failing(of: ExprRef) -> ExprRef {
    let arguments = vec![literal(i64::MAX), of];
    let sum = Call::new(Operation::Multiply, arguments, &i64(), place());
    Arc::new(sum)
}

#[test]
fn only_the_branch_that_is_taken_is_evaluated() {
    let positive = compare(column("x", 0), Comparison::Greater, literal(0));
    let case = |otherwise: Option<ExprRef>| Case {
        branches: vec![
            (compare(column("x", 0), Comparison::Equal, literal(0)), literal(100)),
            (positive.clone(), column("x", 0)),
        ],
        otherwise,
        data_type: DataType::Int64,
        place: place(),
    };
    let values = |case: Case| case.evaluate(&batch()).and_then(|value| value.into_array(4));
    assert_eq!(
        as_json(&values(case(None)).unwrap()),
        [json!(100), json!(5), json!(null), json!(null)]
    );
    // Of the rows that are left, one is null and one overflows.
    let failed = values(case(Some(failing(column("x", 0))))).unwrap_err();
    assert_eq!(error(failed), "R001: 9223372036854775807 * -2 does not fit I64");
    let safe = Case {
        branches: vec![(positive, literal(1))],
        otherwise: Some(column("x", 0)),
        data_type: DataType::Int64,
        place: place(),
    };
    let guarded = Case {
        branches: vec![(compare(Arc::new(safe), Comparison::Equal, literal(1)), literal(1))],
        otherwise: None,
        data_type: DataType::Int64,
        place: place(),
    };
    assert_eq!(
        as_json(&values(guarded).unwrap()),
        [json!(null), json!(1), json!(null), json!(null)]
    );
    let narrow = Case {
        branches: vec![(
            compare(column("x", 0), Comparison::Equal, literal(5)),
            Arc::new(Literal::new(ScalarValue::UInt64(Some(u64::MAX)))),
        )],
        otherwise: None,
        data_type: DataType::Int64,
        place: place(),
    };
    let failed = values(narrow).unwrap_err();
    assert_eq!(error(failed), "R001: 18446744073709551615 does not fit I64");
}

#[test]
fn a_part_that_may_fail_sees_only_rows_that_need_it() {
    // `x <= 5` is false for none, unknown for one; the failing part is asked where x = 0 alone is not false.
    let zero = compare(column("x", 0), Comparison::Equal, literal(0));
    let fails = compare(failing(column("x", 0)), Comparison::Equal, literal(0));
    let both = |any: bool, first: ExprRef| {
        let parts = vec![
            Part {
                condition: fails.clone(),
                may_fail: true,
            },
            Part {
                condition: first,
                may_fail: false,
            },
        ];
        Junction::new(parts, any)
            .evaluate(&batch())
            .and_then(|value| value.into_array(4))
    };
    let all = both(false, zero.clone()).unwrap();
    assert_eq!(as_json(&all), [json!(true), json!(false), json!(null), json!(false)]);
    assert!(both(true, zero.clone()).is_err());
    let other = compare(column("x", 0), Comparison::NotEqual, literal(0));
    let any = both(true, other).unwrap();
    assert_eq!(as_json(&any), [json!(true), json!(true), json!(null), json!(true)]);
}

#[test]
fn comprehensions_read_the_columns_around_them() {
    let item = Field::new("item 0", DataType::Int64, true);
    let outer = Field::new("x", DataType::Int64, true);
    let product = |left: ExprRef, right: ExprRef| -> ExprRef {
        Arc::new(Call::new(Operation::Add, vec![left, right], &i64(), place()))
    };
    let comprehension = |condition: Option<ExprRef>| Comprehension {
        list: column("l", 1),
        outer: vec![column("x", 0)],
        schema: Arc::new(Schema::new(vec![outer.clone(), item.clone()])),
        condition,
        item: product(column("x", 0), column("item 0", 1)),
        data_type: DataType::Int64,
        place: place(),
    };
    let values = |of: Comprehension| as_json(&of.evaluate(&batch()).unwrap().into_array(4).unwrap());
    assert_eq!(
        values(comprehension(None)),
        [json!([1, 2, null]), json!([]), json!(null), json!([5])]
    );
    let large = compare(column("item 0", 1), Comparison::Greater, literal(1));
    assert_eq!(
        values(comprehension(Some(large))),
        [json!([2]), json!([]), json!(null), json!([5])]
    );
}
